#![deny(warnings)]

mod m {
    pub struct Own;

    #[derive(Default, thrift_runtime::ThriftStruct)]
    pub struct Bare {
        #[thrift(id = 1)]
        pub number: i32,
    }
}

mod api {
    thrift_runtime::thrift! { path: "./types.thrift" }
}

fn main() {
    let stamp = api::Stamp::default();
    assert_eq!(stamp.clone(), stamp);
    let _ = api::Fine { number: 5, ..Default::default() };
}
