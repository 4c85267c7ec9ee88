//! Makes the peers' types of the same IDL.

use std::{env, path::PathBuf, process::Command};

const IDL: &str = "idl/workloads.thrift";

fn main() {
    println!("cargo::rerun-if-changed={IDL}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    pilota_build::Builder::thrift()
        .ignore_unused(false)
        .include_dirs(vec![PathBuf::from("idl")])
        .compile([IDL], pilota_build::Output::File(out.join("pilota.rs")));
    // Debian's package thrift-compiler.
    let status = Command::new("thrift").arg("--gen").arg("rs").arg("-out").arg(&out).arg(IDL).status();
    assert!(status.is_ok_and(|status| status.success()), "Apache's compiler, `thrift`, is needed");
    // Inner attributes cannot be included.
    let apache = std::fs::read_to_string(out.join("workloads.rs")).unwrap();
    let apache: Vec<&str> = apache.lines().filter(|line| !line.starts_with("#![")).collect();
    std::fs::write(out.join("apache.rs"), apache.join("\n")).unwrap();
}
