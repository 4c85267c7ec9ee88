//! Finding and reading files, and telling rustc about each that was read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::suggest;

/// Identifies a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FileId(usize);

/// A file and its contents, which need not be UTF-8.
#[derive(Debug)]
pub(crate) struct Source {
    /// Absolute.
    pub(crate) path: PathBuf,
    pub(crate) text: Vec<u8>,
}

/// Every file of one invocation, each read once.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
    /// By canonical path, since a file can be named in many ways.
    identities: HashMap<PathBuf, FileId>,
    include_dirs: Vec<PathBuf>,
}

/// Why an included file was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is in none of these folders.
    NotFound(Vec<PathBuf>),
    Failed(PathBuf, io::Error),
}

impl Sources {
    pub(crate) fn new(include_dirs: Vec<PathBuf>) -> Self {
        Sources { include_dirs, ..Sources::default() }
    }

    pub(crate) fn get(&self, file: FileId) -> &Source {
        &self.files[file.0]
    }

    /// Reads the file at an absolute path, unless it has been read already.
    pub(crate) fn open(&mut self, path: &Path) -> io::Result<FileId> {
        let identity = path.canonicalize()?;
        if let Some(&known) = self.identities.get(&identity) {
            return Ok(known);
        }
        if !identity.is_file() {
            return Err(io::Error::other("not a file"));
        }
        let text = fs::read(path)?;
        let file = FileId(self.files.len());
        let path = path.to_owned();
        self.files.push(Source { path, text });
        self.identities.insert(identity, file);
        Ok(file)
    }

    /// Takes a text as a file that is at `path`.
    #[cfg(test)]
    pub(crate) fn open_text(&mut self, path: &str, text: &[u8]) -> FileId {
        let file = FileId(self.files.len());
        self.files.push(Source { path: PathBuf::from(path), text: text.to_vec() });
        file
    }

    /// How many lines were read in all.
    #[cfg(test)]
    pub(crate) fn lines(&self) -> usize {
        self.files.iter().map(|file| file.text.split(|byte| *byte == b'\n').count()).sum()
    }

    /// Reads a file that `from` includes as `path`: from the folder of `from`, or else from the
    /// include folders.
    pub(crate) fn open_include(&mut self, from: FileId, path: &str) -> Result<FileId, Unread> {
        let own = self.get(from).path.parent().map(Path::to_owned);
        let folders: Vec<PathBuf> = match Path::new(path).is_absolute() {
            true => vec![PathBuf::new()],
            false => own.into_iter().chain(self.include_dirs.clone()).collect(),
        };
        for folder in &folders {
            let candidate = without_dots(&folder.join(path));
            if candidate.exists() {
                let opened = self.open(&candidate);
                return opened.map_err(|error| Unread::Failed(candidate, error));
            }
        }
        Err(Unread::NotFound(folders))
    }

    /// Tokens that make rustc rebuild when one of the files is edited.
    pub(crate) fn tracked(&self) -> TokenStream {
        let paths = self.files.iter().filter_map(|file| file.path.to_str());
        quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)*)
    }
}

/// The path that a literal in Rust code means: relative to the source file that it is in if it
/// starts with `./` or `../`, and otherwise to the package, unless it is absolute.
pub(crate) fn path_of(literal: &LitStr) -> PathBuf {
    let written = literal.value();
    let beside = written.starts_with("./") || written.starts_with("../");
    // An editor may not know which file a literal is in.
    let folder = beside.then(|| folder_of(literal)).flatten().unwrap_or_else(package);
    without_dots(&working_dir().join(folder).join(written))
}

/// How the path would be written, and the folder in words, if the file is in the other of the two
/// folders that a path may be relative to.
pub(crate) fn elsewhere(literal: &LitStr) -> Option<(String, &'static str)> {
    let written = literal.value();
    let (folder, meant, words) = match written.strip_prefix("./") {
        Some(rest) => (package(), rest.to_owned(), "the package's folder"),
        None => (folder_of(literal)?, format!("./{written}"), "the folder of this source file"),
    };
    working_dir().join(folder).join(&written).is_file().then_some((meant, words))
}

fn package() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

/// The file in the same folder whose name is most like that of the missing one.
pub(crate) fn neighbour(missing: &Path) -> Option<String> {
    let stem = missing.file_stem()?.to_str()?;
    let stems: Vec<String> = fs::read_dir(missing.parent()?)
        .ok()?
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".thrift")?.to_owned()))
        .collect();
    let near = suggest::nearest(stem, stems.iter().map(String::as_str))?;
    Some(format!("{near}.thrift"))
}

/// Removes `.` from a path, which reads better. (`..` stays, since it may follow a symbolic link.)
fn without_dots(path: &Path) -> PathBuf {
    path.components().collect()
}

fn folder_of(literal: &LitStr) -> Option<PathBuf> {
    if !proc_macro::is_available() {
        return None;
    }
    let file = literal.span().unwrap().local_file()?;
    file.parent().map(Path::to_owned)
}

/// A path for people to read: relative to where rustc runs, if it is below.
pub(crate) fn shown(path: &Path) -> String {
    let relative = path.strip_prefix(working_dir()).unwrap_or(path);
    match relative.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => relative.display().to_string(),
    }
}

fn working_dir() -> PathBuf {
    env::current_dir().unwrap_or_default()
}
