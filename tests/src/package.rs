//! Packages of their own, which a test writes and has cargo check or run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A package in a folder of its own that depends on `thrift-runtime` without any of its features.
#[derive(Debug)]
pub struct Package {
    name: &'static str,
    root: PathBuf,
}

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// Whether the package itself was compiled.
    pub compiled: bool,
    /// Whether nothing was wrong with it.
    pub succeeded: bool,
    /// What cargo printed.
    pub text: String,
}

impl Package {
    /// Writes the manifest, in the folder that cargo gives tests for what they write.
    ///
    /// # Panics
    ///
    /// Where that cannot be written.
    pub fn new(name: &'static str, tmpdir: &str) -> Self {
        let root = Path::new(tmpdir).join(name);
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let package = Package { name, root };
        package.clear();
        let runtime = workspace.join("thrift-runtime");
        package.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                 [dependencies.thrift-runtime]\npath = {runtime:?}\ndefault-features = false\n\
                 [workspace]\n"
            ),
        );
        // The same versions as the workspace has, so that nothing is fetched.
        let _ = fs::copy(workspace.join("Cargo.lock"), package.root.join("Cargo.lock"));
        package
    }

    /// Adds to the manifest, which is one of tables.
    ///
    /// # Panics
    ///
    /// Where it cannot be written.
    pub fn add_to_manifest(&self, tables: &str) {
        let manifest = fs::read_to_string(self.root.join("Cargo.toml")).unwrap();
        self.write("Cargo.toml", &(manifest + tables));
    }

    /// Removes what an earlier run wrote, but not what was built of it.
    fn clear(&self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name() == "target" {
                continue;
            }
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
    }

    /// Writes one of the package's files.
    ///
    /// # Panics
    ///
    /// Where it cannot be written.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }

    /// Runs `cargo check`.
    ///
    /// # Panics
    ///
    /// Where cargo cannot be run.
    pub fn check(&self) -> Checked {
        self.check_with(&[])
    }

    /// Runs `cargo check` with environment variables.
    ///
    /// # Panics
    ///
    /// Where cargo cannot be run.
    pub fn check_with(&self, environment: &[(&str, &Path)]) -> Checked {
        let mut cargo = self.cargo("check");
        cargo.envs(environment.iter().copied());
        let output = cargo.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        // A package with a build script is "compiled".
        let compiled = ["Checking", "Compiling"]
            .iter()
            .any(|it| text.contains(&format!("{it} {} ", self.name)));
        Checked { compiled, succeeded: output.status.success(), text }
    }

    /// Runs `cargo build`, and tells what it printed if that failed.
    ///
    /// # Panics
    ///
    /// Where cargo cannot be run.
    pub fn build(&self) -> Result<(), String> {
        let output = self.cargo("build").output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(text) }
    }

    /// Runs the program with all protocols, and prints what it does.
    ///
    /// # Panics
    ///
    /// Where it is not compiled, or does not end well.
    pub fn run(&self, arguments: &[&str]) {
        self.succeed("run", arguments);
    }

    /// Runs the package's tests with all protocols, and prints what they do.
    ///
    /// # Panics
    ///
    /// Where they are not compiled, or fail.
    pub fn test(&self, arguments: &[&str]) {
        self.succeed("test", arguments);
    }

    fn succeed(&self, command: &str, arguments: &[&str]) {
        let protocols = "--features=thrift-runtime/compact,thrift-runtime/json";
        let output = self.cargo(command).arg(protocols).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        println!("{text}");
        assert!(output.status.success(), "{}: {}", self.name, output.status);
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([command, "--offline", "--color=never"])
            .current_dir(&self.root)
            // The dependencies are built once for all packages.
            .env("CARGO_TARGET_DIR", self.root.with_file_name("packages-target"))
            .env_remove("RUSTFLAGS");
        cargo
    }
}
