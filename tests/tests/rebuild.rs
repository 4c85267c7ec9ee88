//! An edit of any file that was read rebuilds the crate, also after a build that failed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A crate of its own, which includes `a.thrift`, which includes `b.thrift`.
struct Crate(PathBuf);

impl Crate {
    fn new() -> Crate {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let new = Crate(root);
        let runtime = workspace.join("thrift-runtime");
        new.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"rebuild\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                 [dependencies.thrift-runtime]\npath = {runtime:?}\ndefault-features = false\n\
                 [workspace]\n"
            ),
        );
        // The same versions as the workspace has, so that nothing is fetched.
        let _ = fs::copy(workspace.join("Cargo.lock"), new.0.join("Cargo.lock"));
        new.write("src/main.rs", "thrift_runtime::thrift!(\"idl/root.thrift\");\nfn main() {}\n");
        new.write("idl/root.thrift", "include \"a.thrift\"\nstruct Root { 1: a.A a }\n");
        new.write("idl/a.thrift", "include \"b.thrift\"\nstruct A { 1: b.B b }\n");
        new.write("idl/b.thrift", "struct B { 1: i32 x }\n");
        new
    }

    /// Writes a file of the crate.
    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }

    fn check(&self) -> Output {
        Command::new(env!("CARGO"))
            .args(["check", "--offline", "--color=never"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap()
    }

    /// Whether the crate itself was compiled, and with what outcome.
    fn compiled(&self) -> (bool, bool, String) {
        let output = self.check();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (text.contains("Checking rebuild "), output.status.success(), text)
    }
}

#[test]
fn an_edit_of_an_included_file_rebuilds() {
    let of = Crate::new();
    let (_, built, text) = of.compiled();
    assert!(built, "{text}");
    let (compiled, _, text) = of.compiled();
    assert!(!compiled, "nothing was edited\n{text}");

    of.write("idl/b.thrift", "struct B { 1: i32 x, 2: Missing m }\n");
    let (compiled, built, text) = of.compiled();
    assert!(compiled && !built, "{text}");
    assert!(text.contains("idl/b.thrift:1:25"), "{text}");

    of.write("idl/b.thrift", "struct B { 1: i32 x, 2: i32 y }\n");
    let (compiled, built, text) = of.compiled();
    assert!(compiled && built, "{text}");
    let (compiled, _, text) = of.compiled();
    assert!(!compiled, "nothing was edited\n{text}");
}
