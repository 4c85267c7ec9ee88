//! Makes the types of the wire vectors out of Apache's `ThriftTest.thrift`, where that is at hand, and
//! an IDL that nobody wrote.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use heck::ToUpperCamelCase;
use thrift_idl::{
    model::{Item, Requiredness, StructKind},
    source::Sources,
};

#[path = "src/idl.rs"]
#[allow(dead_code, unreachable_pub)]
mod idl;

const CORPUS: &str = "THRIFT_IDL_CORPUS";

fn main() {
    println!("cargo::rerun-if-env-changed={CORPUS}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/idl.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let table = match original() {
        None => "pub(crate) const TYPES: &[(&str, crate::Transcode)] = &[];\n\
                 pub(crate) const PROJECTED: &[(&str, crate::Transcode)] = &[];\n"
            .to_owned(),
        Some(file) => {
            println!("cargo::rerun-if-changed={}", file.display());
            with_messages(&fs::read_to_string(file).unwrap(), &out.join("thrift_test.thrift"))
        }
    };
    fs::write(out.join("thrift_test.rs"), table).unwrap();
    fs::create_dir_all(out.join("parts")).unwrap();
    fs::write(out.join("parts/part.thrift"), "struct Part { 1: i32 number = 3 }").unwrap();
    let made = "include \"part.thrift\"\nstruct Made { 1: part.Part part }";
    fs::write(out.join("made.thrift"), made).unwrap();
}

/// The file as its authors wrote it, of the release that the vectors are of if there is a choice.
fn original() -> Option<PathBuf> {
    let corpus = PathBuf::from(env::var_os(CORPUS)?).join("apache-thrift/test");
    let files = ["v0.16/ThriftTest.thrift", "ThriftTest.thrift"].map(|file| corpus.join(file));
    files.into_iter().find(|file| file.exists())
}

/// Writes the IDL with a struct more for the arguments of each function, one for its exceptions and
/// a name for the type of its value, and gives back the Rust code with its types and a table of
/// them. (The value has no place in a struct: field 0 is none that an IDL can declare.)
fn with_messages(text: &str, to: &Path) -> String {
    let outline = idl::Outline::of(text);
    let mut idl = text.to_owned();
    let rust = |name: &str| format!("generated::{}", name.to_upper_camel_case());
    let mut types: Vec<(String, String)> =
        outline.structs.iter().map(|name| (name.clone(), rust(name))).collect();
    for service in &outline.services {
        for function in &service.functions {
            let idl::Function { name, returns, args, throws } = function;
            let stem = format!("{}_{name}", service.name);
            writeln!(idl, "struct {stem}_args {{ {args} }}\nstruct {stem}_thrown {{ {throws} }}")
                .unwrap();
            let thrown = rust(&format!("{stem}_thrown"));
            let result = if returns == "void" {
                thrown
            } else {
                writeln!(idl, "typedef {returns} {stem}_value").unwrap();
                format!("crate::Outcome<{}, {thrown}>", rust(&format!("{stem}_value")))
            };
            let known_as = format!("{}.{name}", service.name);
            types.push((format!("{known_as}_args"), rust(&format!("{stem}_args"))));
            types.push((format!("{known_as}_result"), result));
        }
    }
    fs::write(to, idl).unwrap();
    let skip = format!("skip: {{ {} }},", left_out(to));
    let mut code = String::new();
    for (module, table, more) in [("generated", "TYPES", ""), ("projected", "PROJECTED", &skip)] {
        write!(
            code,
            "pub(crate) mod {module} {{\n    thrift_runtime::thrift! {{\n        path: {to:?},\n        \
             unset: option,\n        services: none,\n        warnings: off,\n        {more}\n    }}\n}}\n\n\
             pub(crate) const {table}: &[(&str, crate::Transcode)] = &[\n"
        )
        .unwrap();
        for (known_as, rust) in &types {
            let rust = rust.replace("generated::", &format!("{module}::"));
            writeln!(code, "    ({known_as:?}, crate::transcode::<{rust}>),").unwrap();
        }
        code += "];\n\n";
    }
    code
}

/// Every other field that may be absent, but for those of arguments and results, which hold the others.
fn left_out(file: &Path) -> String {
    let mut sources = Sources::new(Vec::new());
    let root = sources.open(file).unwrap();
    let (program, _) = thrift_idl::load(root, &mut sources);
    let mut keys = String::new();
    for item in &program.modules[0].items {
        let Item::Struct(of) = item else { continue };
        let is_message = of.name.ends_with("_args") || of.name.ends_with("_thrown");
        if of.kind == StructKind::Union || is_message {
            continue;
        }
        for field in of.fields.iter().filter(|field| field.id % 2 == 0) {
            if field.requiredness != Requiredness::Required {
                write!(keys, "{:?}: written, ", format!("{}.{}", of.name, field.name)).unwrap();
            }
        }
    }
    keys
}
