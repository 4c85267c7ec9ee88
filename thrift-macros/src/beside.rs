//! Finds the source file that a path is relative to when only the path itself is known.
//!
//! rustc knows the file in which a macro is called. The server that expands macros for an editor may
//! not know it, and would then find a different file from the one rustc finds, or none.

use std::fs;
use std::path::{Path, PathBuf};

/// How many files and folders are looked at, at most, so that an editor never waits long.
const MOST: usize = 5000;

/// The folder below `package` that contains `path` and has a source file in which `path` appears as a
/// string literal. If there are several such folders, the first by name.
pub(crate) fn folder(package: &Path, path: &str) -> Option<PathBuf> {
    let quoted = format!("\"{path}\"");
    let mut seen = 0;
    let mut waiting = vec![package.to_owned()];
    while let Some(folder) = waiting.pop() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(&folder).ok()?.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        seen += entries.len();
        if seen > MOST {
            return None;
        }
        let is_there = folder.join(path).is_file();
        if is_there && entries.iter().any(|entry| mentions(entry, &quoted)) {
            return Some(folder);
        }
        // Entries are taken from the end, so the first one is pushed last.
        waiting.extend(entries.into_iter().rev().filter(|entry| is_part(entry)));
    }
    None
}

fn mentions(file: &Path, quoted: &str) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
        && fs::read_to_string(file).is_ok_and(|text| text.contains(quoted))
}

/// Whether a folder belongs to the package's sources: it is neither build output nor another package.
fn is_part(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let is_own = name != "target" && !name.starts_with('.');
    is_own && folder.is_dir() && !folder.is_symlink() && !folder.join("Cargo.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_beside_the_source_that_names_it() {
        let package =
            std::env::temp_dir().join(format!("thrift-macros-beside-{}", std::process::id()));
        for (path, text) in [
            ("Cargo.toml", ""),
            ("x.thrift", ""),
            ("src/lib.rs", "mod api;"),
            ("src/x.thrift", ""),
            ("src/api/mod.rs", "thrift_runtime::thrift!(\"./x.thrift\");"),
            ("src/api/x.thrift", ""),
            ("src/api/deep.rs", "thrift_runtime::thrift!(\"../x.thrift\");"),
            ("src/gone.rs", "thrift_runtime::thrift!(\"./gone.thrift\");"),
            ("target/x.thrift", ""),
            ("target/made.rs", "\"./x.thrift\""),
            ("nested/Cargo.toml", ""),
            ("nested/lib.rs", "\"./x.thrift\""),
            ("nested/x.thrift", ""),
        ] {
            let path = package.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let api = Some(package.join("src/api"));
        assert_eq!(folder(&package, "./x.thrift"), api);
        assert_eq!(folder(&package, "../x.thrift"), api);
        assert_eq!(folder(&package, "./gone.thrift"), None);
        assert_eq!(folder(&package.join("no such folder"), "./x.thrift"), None);
        fs::remove_dir_all(package).unwrap();
    }
}
