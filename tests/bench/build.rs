//! Makes the peers' types of the same IDL, and structs of many fields.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const IDL: &str = "idl/workloads.thrift";

fn main() {
    println!("cargo::rerun-if-changed={IDL}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    pilota(&out);
    apache(&out);
    fields(&out);
}

fn pilota(out: &Path) {
    pilota_build::Builder::thrift()
        .ignore_unused(false)
        .include_dirs(vec![PathBuf::from("idl")])
        .compile([IDL], pilota_build::Output::File(out.join("pilota.rs")));
}

fn apache(out: &Path) {
    // Debian's package thrift-compiler.
    let status =
        Command::new("thrift").arg("--gen").arg("rs").arg("-out").arg(out).arg(IDL).status();
    assert!(status.is_ok_and(|status| status.success()), "Apache's compiler, `thrift`, is needed");
    // Inner attributes cannot be included.
    let apache = fs::read_to_string(out.join("workloads.rs")).unwrap();
    let apache: Vec<&str> = apache.lines().filter(|line| !line.starts_with("#![")).collect();
    fs::write(out.join("apache.rs"), apache.join("\n")).unwrap();
}

fn fields(out: &Path) {
    let mut idl = String::new();
    for count in [1, 2, 5, 10, 20, 50, 100, 200, 500] {
        writeln!(idl, "struct Fields{count} {{").unwrap();
        for id in 1..=count {
            match id % 2 {
                0 => writeln!(idl, "    {id}: string field_{id} = \"a short text\"").unwrap(),
                _ => writeln!(idl, "    {id}: i64 field_{id} = 1000").unwrap(),
            }
        }
        idl.push_str("}\n");
    }
    let path = out.join("fields.thrift");
    fs::write(&path, idl).unwrap();
    fs::write(out.join("fields.rs"), format!("::thrift_runtime::thrift!({path:?});\n")).unwrap();
}
