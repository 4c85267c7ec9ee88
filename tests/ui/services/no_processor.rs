thrift_runtime::thrift!("./calls.thrift");

struct Handler;

impl Calls for Handler {
    async fn ping(&self) -> thrift_runtime::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = thrift_runtime::Multiplexed::new().service("Calls", Handler);
}
