//! What types and services of an IDL say of it.

use std::path::Path;

use thrift_runtime::schema::{self, Defined as _, Item, Requiredness, Type};

mod idl {
    thrift_runtime::thrift! {
        path: "tests/schema/idl/message.thrift",
        schema: on,
        types: { string: Str },
        unset: option,
        rename: { "Content": Body },
        warnings: off,
    }
}

use idl::{Body, Mailbox, Message};

#[test]
fn all_that_a_file_says_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/idl/message.thrift");
    let module = Message::DEFINITION.module().unwrap();
    thrift_tests::schema::check(module, &path, Vec::new()).unwrap();
}

#[test]
fn what_an_attribute_says_is_an_annotation() {
    mod idl {
        thrift_runtime::thrift! {
            idl: "service S { void f() (a = 'b'), void g() }",
            schema: on,
            attr: { "S.f": #[thrift(idempotent)] },
        }
    }
    let text = idl::S.idl();
    assert!(text.contains("void f() (idempotent = \"1\", a = \"b\")\n    void g()\n"), "{text}");
}

#[test]
fn descriptions_are_plain_data() {
    let Item::Struct(message) = Message::DEFINITION.item() else { panic!() };
    assert_eq!((message.name, message.doc), ("Message", Some("What is said.")));
    assert_eq!(message.fields[0].requiredness, Requiredness::Required);
    let Type::Named(id) = message.fields[0].ty else { panic!() };
    assert_eq!((id.name(), id.module().unwrap().path), ("Id", "shared/base.thrift"));
    assert_eq!(message.fields[3].ty, Type::Named(Message::DEFINITION));
    assert!(message.fields[3].reference);
    assert_eq!(Body::DEFINITION.name(), "Content");
    let Item::Service(mailbox) = Mailbox.item() else { panic!() };
    assert_eq!(mailbox.parent.unwrap().name(), "Base");
    assert!(mailbox.functions[1].oneway && mailbox.functions[0].idempotent);
}

#[test]
fn a_type_of_an_included_file_has_that_file() {
    let colour = schema::idl::<idl::base::Colour>();
    assert!(colour.starts_with("typedef string Id\n"), "{colour}");
    let files = idl::base::Base.idl_files();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].path, Path::new("shared/base.thrift"));
}
