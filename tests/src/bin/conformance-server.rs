//! Serves the conformance service; the library's module `conformance` tells how.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    thrift_tests::conformance::server_main().await
}
