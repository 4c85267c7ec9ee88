//! What has no error is there to be used.

thrift_runtime::thrift!("./fine.thrift");

fn main() {
    let fine = Fine { x: 1 };
    let typo = Typo { y: fine.x };
    let _ = typo.y;
}
