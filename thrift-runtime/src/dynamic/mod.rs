//! IDL at run time: a `.thrift` file that is loaded, and values, clients and servers whose types are
//! known from it.
//!
//! Where `thrift!` makes Rust types while rustc runs, this is for programs that meet the IDL later:
//! gateways, test tools, debuggers.
//!
//! ```no_run
//! use thrift_runtime::{Client, args, dynamic};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let idl = dynamic::load("calculator.thrift")?;
//! let channel = Client::connect("localhost:9090").await?;
//! let calculator = idl.service("CalculatorService")?.client(channel);
//! let sum = calculator.call("add", args! { a: 5, b: 3 }).await?;
//! assert_eq!(sum.as_i64(), Some(8));
//! # Ok(())
//! # }
//! ```
//!
//! Values are checked against the IDL in both directions, and have the names of its fields and
//! enums. With serde they are read from and written to JSON as people write it: names of fields and
//! of enums' members, and `binary` in base64.
//!
//! ```
//! use thrift_runtime::{BinaryProtocol, args, dynamic};
//!
//! let idl = dynamic::parse("
//!     enum Colour { RED, GREEN }
//!     struct Car { 1: required string name, 2: Colour colour, 3: i32 doors = 4 }
//! ")?;
//! let car = idl.structure("Car")?;
//! let value = car.value(args! { name: "Ant", colour: "GREEN" })?;
//! assert_eq!(value.get("doors").and_then(|doors| doors.as_i64()), Some(4));
//!
//! let bytes = value.encode(BinaryProtocol::STRICT)?;
//! assert_eq!(car.decode(BinaryProtocol::STRICT, &bytes)?, value);
//!
//! let json = serde_json::to_string(&value)?;
//! assert_eq!(json, r#"{"name":"Ant","colour":"GREEN","doors":4}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod call_error;
mod check;
mod client;
mod defaults;
mod deserialize;
mod equal;
mod from;
mod method;
mod read;
mod schema;
mod serialize;
mod server;
mod service;
mod struct_type;
mod struct_value;
mod value;
mod write;

use std::{error::Error as StdError, fmt, path::Path, sync::Arc};

use thrift_idl::{
    diagnostic::draw,
    model::{Item, Program},
    source::{self, FileId, Sources},
    suggest,
};

use self::schema::{Kind, Schema, Typedefs};

pub use self::{
    call_error::CallError,
    check::Mismatch,
    client::{CallArguments, DynamicClient},
    method::MethodType,
    serialize::Readable,
    server::{DynamicHandler, DynamicProcessor, Invocation, UnknownMethods},
    service::ServiceType,
    struct_type::StructType,
    struct_value::StructValue,
    value::{EnumValue, Fields, Value},
};
/// The crate that reads IDL, for what is not here: include folders, diagnostics, walking the model.
pub use thrift_idl as idl;

/// Loads a `.thrift` file and all that it includes.
///
/// # Errors
///
/// If a file cannot be read, or has mistakes: with all of them, drawn as rustc draws its own.
pub fn load(path: impl AsRef<Path>) -> Result<Idl, LoadError> {
    let path = path.as_ref();
    let mut sources = Sources::new(Vec::new());
    let file = sources
        .open(&source::working_dir().join(path))
        .map_err(|error| LoadError(format!("cannot read `{}`: {error}", path.display())))?;
    from_file(file, &mut sources)
}

/// Takes a text as a `.thrift` file that includes no others: no file is ever read, so that the text may
/// be a stranger's.
///
/// # Errors
///
/// If it has mistakes.
pub fn parse(text: &str) -> Result<Idl, LoadError> {
    let mut sources = Sources::closed();
    let file = sources.open_text("idl.thrift", text.as_bytes());
    from_file(file, &mut sources)
}

fn from_file(file: FileId, sources: &mut Sources) -> Result<Idl, LoadError> {
    let (program, diagnostics) = thrift_idl::load(file, sources);
    let errors: Vec<String> = diagnostics
        .errors()
        .take(LoadError::SHOWN)
        .map(|error| format!("error: {}", draw(error, sources)))
        .collect();
    if errors.is_empty() { Ok(Idl::new(program)) } else { Err(LoadError(errors.join("\n"))) }
}

/// Types, constants and services of an IDL.
///
/// It is a pointer; clones are cheap.
#[derive(Clone)]
pub struct Idl(Arc<Schema>);

impl Idl {
    /// The types and services of a program that [`thrift_idl`] has loaded without errors.
    pub fn new(program: Program) -> Self {
        Idl(Arc::new(Schema::new(program)))
    }

    /// The model that it was made of.
    pub fn program(&self) -> &Program {
        &self.0.program
    }

    /// The service of this name: `Name` in the root file, or `stem.Name` in an included one.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn service(&self, name: &str) -> Result<ServiceType, UnknownItem> {
        match self.0.find(name).map(|id| self.0.kind(id)) {
            Some(Kind::Service(at)) => Ok(ServiceType::new(&self.0, at)),
            found => Err(self.unknown("service", name, found.is_some())),
        }
    }

    /// All services, those of the root file first.
    pub fn services(&self) -> impl Iterator<Item = ServiceType> {
        (0..self.0.services.len() as u32).map(|at| ServiceType::new(&self.0, at))
    }

    /// The struct, union or exception of this name: `Name` in the root file, or `stem.Name` in an
    /// included one.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn structure(&self, name: &str) -> Result<StructType, UnknownItem> {
        let mut found = self.0.find(name);
        // A typedef stands for another name.
        while let Some(id) = found
            && let Item::Typedef(typedef) = self.0.program.item(id)
            && let thrift_idl::model::Type::Named(next) = typedef.ty
        {
            found = Some(next);
        }
        match found.map(|id| self.0.kind(id)) {
            Some(Kind::Struct(at)) => Ok(StructType::new(&self.0, at)),
            found => Err(self.unknown("struct", name, found.is_some())),
        }
    }

    /// The struct that has this id in the program.
    pub(crate) fn structure_of(&self, id: thrift_idl::model::ItemId) -> Option<StructType> {
        match self.0.kind(id) {
            Kind::Struct(at) => Some(StructType::new(&self.0, at)),
            _ => None,
        }
    }

    /// The service that has this id in the program.
    pub(crate) fn service_of(&self, id: thrift_idl::model::ItemId) -> Option<ServiceType> {
        match self.0.kind(id) {
            Kind::Service(at) => Some(ServiceType::new(&self.0, at)),
            _ => None,
        }
    }

    /// The value of a constant.
    ///
    /// # Errors
    ///
    /// If there is no constant of this name; or if its value, with the defaults of the structs in it,
    /// nests deeper than [`Limits::MAX_DEPTH`](crate::Limits::MAX_DEPTH) levels or takes more than
    /// 64 MiB.
    pub fn constant(&self, name: &str) -> Result<Value, UnknownItem> {
        let id = self.0.find(name);
        if let Some(size) = id.and_then(|id| self.0.large_constants.get(&id))
            && let Some(excess) = defaults::excess(*size)
        {
            return Err(UnknownItem(format!("the values in the constant `{name}` {excess}")));
        }
        let item = id.map(|id| self.0.program.item(id));
        let value = match item {
            Some(Item::Const(item)) => {
                let shape = self.0.shape(&self.0.program, &item.ty, &mut Typedefs::new());
                check::constant(&self.0, &item.value, &shape)
            }
            _ => None,
        };
        value.ok_or_else(|| self.unknown("constant", name, item.is_some()))
    }

    #[cold]
    fn unknown(&self, what: &str, name: &str, other: bool) -> UnknownItem {
        if other {
            return UnknownItem(format!("`{name}` is no {what}"));
        }
        let near = suggest::nearest(name, self.0.names());
        let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        UnknownItem(format!("no {what} is called `{}`{meant}", crate::error::escaped(name)))
    }
}

impl fmt::Debug for Idl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stems = self.0.program.modules.iter().map(|module| &module.stem);
        f.debug_tuple("Idl").field(&stems.collect::<Vec<_>>()).finish()
    }
}

/// Why an IDL was not loaded. `Display` shows each mistake with the line that it is in.
#[derive(Clone, PartialEq, Eq)]
pub struct LoadError(String);

impl LoadError {
    /// How many mistakes are shown at most.
    const SHOWN: usize = 100;

    pub(crate) fn new(text: String) -> Self {
        LoadError(text)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As `Display`, so that it can be read where `main` returns it.
impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for LoadError {}

/// The IDL has no such item, or it is a constant that is too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownItem(String);

impl UnknownItem {
    pub(crate) fn kind(name: &str, what: &str) -> Self {
        UnknownItem(format!("`{name}` is no {what}"))
    }
}

impl fmt::Display for UnknownItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for UnknownItem {}

/// Names and values, as [`dynamic::Fields`](crate::dynamic::Fields): for the arguments of a call, and
/// for structs within them.
///
/// ```
/// use thrift_runtime::args;
///
/// let found = 7_i64;
/// let fields = args! { id: found, tags: ["a", "b"], owner: args! { name: "Ann" } };
/// # assert!(!format!("{fields:?}").is_empty());
/// ```
#[macro_export]
macro_rules! args {
    ($($name:ident: $value:expr),* $(,)?) => {
        $crate::dynamic::Fields::default()
            $(.with(::core::stringify!($name).trim_start_matches("r#"), $value))*
    };
}
