mod wrong {
    thrift_runtime::thrift! {
        idl: "struct A {}",
        schema: yes,
    }
}

mod off {
    thrift_runtime::thrift! {
        idl: "service S { void f() }",
        schema: off,
    }
}

fn main() {
    off::S.idl();
}
