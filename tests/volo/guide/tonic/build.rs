//! Makes what tonic's build script makes of the page's `.proto`, without the compiler of Protocol Buffers.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str, input: &str, output: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type(format!("crate::{input}"))
            .output_type(format!("crate::{output}"))
            .codec_path("tonic_prost::ProstCodec")
            .build()
    };
    let service = Service::builder()
        .name("Library")
        .package("library")
        .method(method("add", "Add", "Book", "AddReply"))
        .method(method("find", "Find", "FindRequest", "Book"))
        .build();
    Builder::new().compile(&[service]);
}
