//! Traits that are not imported: what rustc proposes names no hidden module, and can be followed.

mod api {
    thrift_runtime::thrift!("./not_imported.thrift");
}

async fn call(client: api::ChildClient) {
    let _ = client.own().await;
    let _ = client.inherited().await;
    let _ = client.ping().await;
}

mod followed {
    use crate::api::not_imported_thrift::{Child, Parent, calls::Calls};

    async fn call(client: crate::api::ChildClient) {
        let _ = client.own().await;
        let _ = client.inherited().await;
        let _ = client.ping().await;
    }
}

fn main() {}
