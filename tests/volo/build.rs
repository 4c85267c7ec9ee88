//! Makes Volo's code of the IDL.

fn main() {
    const IDL: &str = "idl/stock.thrift";
    println!("cargo::rerun-if-changed={IDL}");
    volo_build::Builder::thrift().add_service(IDL).filename("volo.rs".into()).write().unwrap();
}
