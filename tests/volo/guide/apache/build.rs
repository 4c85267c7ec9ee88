//! Makes the code of Apache's compiler, Debian's package thrift-compiler.

use std::{env, fs, path::PathBuf, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=library.thrift");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let mut compiler = Command::new("thrift");
    let status =
        compiler.arg("--gen").arg("rs").arg("-out").arg(&out).arg("library.thrift").status();
    assert!(status.is_ok_and(|status| status.success()), "Apache's compiler, `thrift`, is needed");
    // Inner attributes cannot be included.
    let library = fs::read_to_string(out.join("library.rs")).unwrap();
    let library: Vec<&str> = library.lines().filter(|line| !line.starts_with("#![")).collect();
    fs::write(out.join("apache.rs"), library.join("\n")).unwrap();
}
