//! Types and services that know their IDL.
//!
//! By the option `schema: on` of [`thrift!`](crate::thrift), and by `#[thrift(schema)]` on what is
//! derived, a type has a description of all that an IDL says about it: a static that refers to others
//! by functions, which costs nothing until it is used. A service's description is a constant of its
//! name. [`guide::schema`](crate::guide::schema) tells what it is good for.
//!
//! ```
//! use thrift_runtime::{ThriftStruct, schema::{self, Defined as _, Item, Type}};
//!
//! /// What is said.
//! #[derive(Default, ThriftStruct)]
//! #[thrift(schema)]
//! struct Message {
//!     #[thrift(id = 1, required)]
//!     text: String,
//!     #[thrift(id = 2)]
//!     replies: Vec<Message>,
//! }
//!
//! let Item::Struct(message) = Message::DEFINITION.item() else { panic!() };
//! assert_eq!(message.doc, Some("What is said."));
//! assert_eq!(message.fields[0].ty, Type::String);
//! assert_eq!(message.fields[1].ty, Type::List(&Type::Named(Message::DEFINITION)));
//! ```
//!
//! With the feature `dynamic`, it prints itself, and values with the names of their fields:
//!
//! ```
//! # #[cfg(feature = "dynamic")] {
//! # use thrift_runtime::{ThriftStruct, schema};
//! # #[derive(Default, ThriftStruct)]
//! # #[thrift(schema)]
//! # struct Point { #[thrift(id = 1)] x: i32, #[thrift(id = 2)] y: i32 }
//! let idl = schema::idl::<Point>();
//! assert_eq!(idl, "struct Point {\n    1: i32 x\n    2: i32 y\n}\n");
//!
//! let point = schema::to_value(&Point { x: 1, y: 2 })?;
//! assert_eq!(format!("{point:?}"), "Point { x: 1, y: 2 }");
//! # }
//! # Ok::<(), thrift_runtime::Error>(())
//! ```

#[cfg(feature = "dynamic")]
mod compatible;
mod definition;
mod described;
mod description;
#[cfg(feature = "dynamic")]
mod layout;
mod make;
#[cfg(feature = "dynamic")]
mod program;
#[cfg(feature = "dynamic")]
mod served;
#[cfg(feature = "dynamic")]
mod text;
#[cfg(feature = "dynamic")]
mod values;

#[doc(hidden)]
#[cfg(feature = "dynamic")]
pub use self::compatible::check_compatible;
#[cfg(all(feature = "blocking", feature = "dynamic"))]
pub use self::served::ask_blocking;
pub use self::{
    definition::Definition,
    description::{
        Annotations, Const, Enum, Field, Function, Include, Item, Member, Module, Namespace,
        Requiredness, Service, Struct, StructKind, Type, TypeNotes, Typedef, Value,
    },
};
#[doc(hidden)]
pub use self::{
    definition::Standalone,
    described::{described_as, made},
};
#[cfg(feature = "dynamic")]
pub use self::{
    served::{IDL_METHOD, ServedIdl, WithIdl, ask, with_idl},
    text::{IdlFile, idl, idl_files},
    values::{from_value, to_value},
};

/// A type that an IDL can describe: base types, containers of these, and types with the option
/// `schema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "not described",
    note = "add `schema: on` to the `thrift!` that makes the type, or `#[thrift(schema)]` to the \
            derived type"
)]
pub trait Described {
    /// The type as an IDL spells it.
    const DESCRIPTION: Type;
}

/// An error of a method whose declared exceptions the option `schema` has made known.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not describe the exceptions that it declares",
    label = "not described",
    note = "add `#[thrift(schema)]` to the type that derives `ThriftError`"
)]
pub trait DescribedError {
    /// The exceptions, as a service's method declares them.
    const THROWS: &'static [Field];
}

/// It declares none.
impl DescribedError for crate::Error {
    const THROWS: &'static [Field] = &[];
}

/// A type that an IDL defines: a struct, union, exception or enum with the option `schema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema of its own",
    label = "not defined by an IDL",
    note = "add `schema: on` to the `thrift!` that makes the type, or `#[thrift(schema)]` to the \
            derived type"
)]
pub trait Defined: Described {
    /// What defines it.
    const DEFINITION: Definition;
}
