#![deny(warnings)]

mod m {
    pub struct Own;
}

thrift_runtime::thrift! {
    path: "./with_types.thrift",
    with: { "Stamp": crate::m::Own, "Text": String },
}

fn main() {
    let event = Event::default();
    assert_eq!(event.clone(), event);
}
