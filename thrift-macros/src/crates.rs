//! Names that a module in the user's scope would hide: those of the package's dependencies, and those
//! that are always in scope.
//!
//! A module called `log` would capture `log::info!` from the crate `log`. The names of the crates are
//! read from the manifest, so that they are the same for all targets of a package, with any features,
//! and in an editor. Without cargo, they are taken from rustc's own arguments.

use std::collections::HashSet;
use std::path::Path;
use std::{env, fs};

/// Names with which paths can begin in any crate: crates, primitive types, and tools in attributes.
const ALWAYS: [&str; 29] = [
    "alloc",
    "bool",
    "char",
    "clippy",
    "core",
    "diagnostic",
    "f128",
    "f16",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "miri",
    "proc_macro",
    "rust_analyzer",
    "rustfmt",
    "std",
    "str",
    "thrift_runtime",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// The names that no module may take.
#[derive(Debug, Default)]
pub(crate) struct Crates(HashSet<String>);

impl Crates {
    /// The names for the package that is being compiled.
    pub(crate) fn of_package() -> Self {
        let names = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => in_package(Path::new(&folder), env::var("CARGO_CRATE_NAME").ok()),
            None => in_arguments(env::args()),
        };
        Crates(names.into_iter().chain(ALWAYS.map(str::to_owned)).collect())
    }

    /// Whether a module of this name would hide something.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// The crates that a package depends on, and its own library if another of its targets is compiled.
fn in_package(folder: &Path, compiled: Option<String>) -> Vec<String> {
    let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else {
        return Vec::new();
    };
    let Manifest { mut dependencies, library, package } = Manifest::of(&manifest);
    let has_library = library.is_some() || folder.join("src/lib.rs").is_file();
    let own = library.or(package).filter(|_| has_library);
    dependencies.extend(own.filter(|own| compiled.is_some_and(|compiled| compiled != *own)));
    dependencies
}

/// The parts of a `Cargo.toml` that are needed here.
#[derive(Debug, Default, PartialEq)]
struct Manifest {
    dependencies: Vec<String>,
    /// The name that the manifest gives the library.
    library: Option<String>,
    package: Option<String>,
}

impl Manifest {
    /// Reads the manifest line by line; the names are at the beginning of lines.
    fn of(text: &str) -> Manifest {
        let mut manifest = Manifest::default();
        let mut section = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                section = header.split(']').next().unwrap_or_default().replace([' ', '"'], "");
                // `target.'cfg(unix)'.dependencies.log`
                if let Some((table, name)) = section.rsplit_once('.')
                    && is_dependencies(table)
                {
                    manifest.dependencies.push(crate_name(name));
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let name = || Some(crate_name(value.split('#').next().unwrap_or_default()));
            match (section.as_str(), key.trim()) {
                ("package", "name") => manifest.package = name(),
                ("lib", "name") => manifest.library = name(),
                (section, key) if is_dependencies(section) => {
                    // `log.workspace = true`
                    let key = key.split('.').next().unwrap_or_default();
                    manifest.dependencies.push(crate_name(key));
                }
                _ => {}
            }
        }
        manifest
    }
}

fn is_dependencies(table: &str) -> bool {
    let last = table.rsplit('.').next().unwrap_or_default();
    matches!(last, "dependencies" | "dev-dependencies" | "dev_dependencies")
        && !table.starts_with("workspace")
}

/// A package's name as Rust code writes it.
fn crate_name(name: &str) -> String {
    name.trim().trim_matches(['"', '\'']).replace('-', "_")
}

/// The crates in rustc's arguments: `--extern name=path`.
fn in_arguments(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_extern = false;
    for argument in arguments {
        let value = argument.strip_prefix("--extern=").or(is_extern.then_some(&*argument));
        if let Some(value) = value {
            let name = value.split('=').next().unwrap_or_default();
            // Options may come before the name: `priv:name`.
            names.push(name.rsplit(':').next().unwrap_or_default().to_owned());
        }
        is_extern = argument == "--extern";
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_tells_the_crates_of_its_package() {
        let manifest = Manifest::of(
            "[package]
            name = \"my-service\" # comment
            version = \"1.0.0\"

            [lib]
            name = 'service'

            [features]
            log = [\"dep:log\"]

            [dependencies]
            log = \"0.4\"
            serde-json.workspace = true
            tokio = { version = \"1\", features = [
                \"macros\",
            ] }
            \"quoted\" = '1'

            [dependencies.table]
            version = \"1\"
            features = [\"x\"]

            [dev-dependencies]
            trybuild = \"1\"

            [build-dependencies]
            cc = \"1\"

            [target.'cfg(unix)'.dependencies]
            nix = \"1\"

            [workspace.dependencies]
            elsewhere = \"1\"",
        );
        assert_eq!(
            manifest.dependencies,
            ["log", "serde_json", "tokio", "quoted", "table", "trybuild", "nix"]
        );
        assert_eq!(manifest.library.as_deref(), Some("service"));
        assert_eq!(manifest.package.as_deref(), Some("my_service"));
    }

    #[test]
    fn rustcs_arguments_tell_the_crates() {
        let arguments = ["rustc", "--extern", "log=/a/b.rlib", "--extern=priv:serde=/c", "--cfg"];
        let arguments = arguments.into_iter().map(str::to_owned);
        assert_eq!(in_arguments(arguments), ["log", "serde"]);
    }
}
