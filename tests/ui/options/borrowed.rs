mod services {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }  service Library { Book find(1: string title) }",
        types: { string: &str },
    }
}

mod left_out {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }  service Library { Book find(1: string title) }
              service Branch extends Library { i32 number(1: i32 floor) }",
        types: { string: &str, "Library.find.title": String, "Branch.number.floor": std::primitive::i32 },
        services: none,
        partial: true,
        attr: { services: #[must_use], "Library": #[doc(alias = "Books")] },
        rename: { "Library": Books, "Branch.number": count },
        unset: { "Library.find": option },
    }
}

mod no_string {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: i32 pages }  service Library { Book find(1: string title) }",
        types: { "Book.pages": &str },
    }
}

mod lifetime {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }  struct Shelf { 1: Book book }",
        types: { "Shelf.book": crate::lasting::Book<'b> },
    }
}

mod parameter {
    thrift_runtime::thrift! {
        idl: "enum Kind { NOVEL }  struct Shelf { 1: Kind kind }",
        with: { "Shelf": crate::Shelf<'a, i32>, "Kind": crate::Kind },
    }
}

mod no_lifetime {
    thrift_runtime::thrift! {
        idl: "enum Kind { NOVEL }  struct Shelf { 1: Kind kind }",
        with: { "Kind": crate::parameter::Kind<'a> },
    }
}

mod file {
    thrift_runtime::thrift! {
        path: "./keys.thrift",
        with: { "shared.thrift": crate::lasting<'a> },
    }
}

mod chosen {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }  struct Shelf { 1: Book book }
              service Library { Shelf find() }",
        types: { "Shelf.book": crate::lasting::Book<'a> },
    }
}

mod serde {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: binary cover }",
        types: { binary: &[u8] },
        serde: idl,
    }
}

mod one {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: binary cover, 2: string title }",
        types: { "Book.cover": &[u8] },
    }
}

mod other {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }",
        types: { string: &String },
    }
}

mod lasting {
    thrift_runtime::thrift! {
        idl: "struct Book { 1: string title }",
        types: { string: &str },
    }
}

fn main() {
    use thrift_runtime::{BinaryProtocol, Protocol};

    let bytes = vec![0];
    let book: lasting::Book<'static> = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    println!("{}", book.title);
}
