//! Makes the peers' services of the same IDL.

use std::{env, path::PathBuf, process::Command};

use tonic_build::manual;

const IDL: &str = "idl/echo.thrift";

fn main() {
    println!("cargo::rerun-if-changed={IDL}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    volo_build::Builder::thrift().add_service(IDL).filename("volo.rs".into()).write().unwrap();
    // Debian's package thrift-compiler.
    let status =
        Command::new("thrift").arg("--gen").arg("rs").arg("-out").arg(&out).arg(IDL).status();
    assert!(status.is_ok_and(|status| status.success()), "Apache's compiler, `thrift`, is needed");
    // Inner attributes cannot be included.
    let apache = std::fs::read_to_string(out.join("echo.rs")).unwrap();
    let apache: Vec<&str> = apache.lines().filter(|line| !line.starts_with("#![")).collect();
    std::fs::write(out.join("apache.rs"), apache.join("\n")).unwrap();
    let method = |name: &str, route: &str, ty: &str| {
        manual::Method::builder()
            .name(name)
            .route_name(route)
            .input_type(ty)
            .output_type(ty)
            .codec_path("tonic_prost::ProstCodec")
            .build()
    };
    let service = manual::Service::builder()
        .name("Echo")
        .package("bench")
        .method(method("echo", "Echo", "crate::peers::Message"))
        .method(method("blob", "Blob", "crate::peers::Blob"))
        .build();
    manual::Builder::new().compile(&[service]);
}
