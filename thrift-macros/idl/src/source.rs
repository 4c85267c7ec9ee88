//! Finding and reading files.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs, io, iter};

use crate::suggest;

/// Identifies a file that was read. The default is the first file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(usize);

/// A file and its contents, which need not be UTF-8.
#[derive(Debug)]
pub struct Source {
    /// Absolute.
    pub path: PathBuf,
    /// All of its bytes.
    pub text: Vec<u8>,
    /// Whether it is a text that was given, rather than a file.
    pub is_text: bool,
    /// Where its lines start, once that was asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    fn new(path: PathBuf, text: Vec<u8>, is_text: bool) -> Self {
        Source { path, text, is_text, lines: OnceLock::new() }
    }

    /// Where each line starts. Only LF ends a line, as in the lexer.
    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = self.text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect()
        })
    }

    /// The number of the line that a byte is on, counted from 0.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.line_starts().partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// The bytes of a line, without the LF that ends it.
    pub(crate) fn line(&self, number: usize) -> Range<usize> {
        let starts = self.line_starts();
        let end = self.text.len();
        let start = starts.get(number).copied().unwrap_or(end);
        start..starts.get(number + 1).map_or(end, |next| next - 1)
    }
}

/// Files, each read once.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    /// By canonical path, since a file can be named in many ways.
    identities: HashMap<PathBuf, FileId>,
    include_dirs: Vec<PathBuf>,
    /// Includes that were given explicitly: the including file and the path as it is written there,
    /// with the included file.
    told: HashMap<(FileId, String), FileId>,
    is_closed: bool,
}

/// Why an included file was not read.
#[derive(Debug)]
pub enum Unread {
    /// It is in none of these folders.
    NotFound(Vec<PathBuf>),
    /// It is there, but reading it failed.
    Failed(PathBuf, io::Error),
}

impl Sources {
    /// No files have been read yet. Included files are also looked for in `include_dirs`.
    pub fn new(include_dirs: Vec<PathBuf>) -> Self {
        Sources { include_dirs, ..Sources::default() }
    }

    /// No files have been read yet, and no file can be included: for texts from untrusted sources.
    pub fn closed() -> Self {
        Sources { is_closed: true, ..Sources::default() }
    }

    /// A file that was read.
    ///
    /// Panics if `file` is of other `Sources`.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0]
    }

    /// Reads the file at an absolute path, unless it has been read already.
    pub fn open(&mut self, path: &Path) -> io::Result<FileId> {
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
        self.files.push(Source::new(path, text, false));
        self.identities.insert(identity, file);
        Ok(file)
    }

    /// Adds a text as if it were a file at `path`.
    pub fn open_text(&mut self, path: &str, text: &[u8]) -> FileId {
        let file = FileId(self.files.len());
        self.files.push(Source::new(PathBuf::from(path), text.to_vec(), true));
        file
    }

    /// Sets which file `from` includes as `path`, so that none is searched for: for texts that include
    /// each other.
    ///
    /// ```
    /// use thrift_idl::source::Sources;
    ///
    /// let mut sources = Sources::closed();
    /// let root = sources.open_text("root.thrift", b"include 'a.thrift' struct B { 1: a.A a }");
    /// let other = sources.open_text("a.thrift", b"struct A {}");
    /// sources.tell_include(root, "a.thrift", other);
    /// let (program, diagnostics) = thrift_idl::load(root, &mut sources);
    /// assert_eq!((program.modules.len(), diagnostics.found().len()), (2, 0));
    /// ```
    pub fn tell_include(&mut self, from: FileId, path: &str, included: FileId) {
        self.told.insert((from, path.to_owned()), included);
    }

    /// How many lines were read in total.
    pub fn lines(&self) -> usize {
        self.files.iter().map(|file| file.text.split(|byte| *byte == b'\n').count()).sum()
    }

    /// Reads the file that `from` includes as `path`: from the folder of `from`, or else from the
    /// include folders.
    pub fn open_include(&mut self, from: FileId, path: &str) -> Result<FileId, Unread> {
        if let Some(told) = self.told.get(&(from, path.to_owned())) {
            return Ok(*told);
        }
        if self.is_closed {
            return Err(Unread::NotFound(Vec::new()));
        }
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

    /// A file with different contents that `from` would include as `path` if the `included` one did
    /// not exist.
    pub(crate) fn shadowed(&self, from: FileId, path: &str, included: FileId) -> Option<PathBuf> {
        if self.is_closed || Path::new(path).is_absolute() {
            return None;
        }
        let own = self.get(from).path.parent().into_iter();
        let folders = own.chain(self.include_dirs.iter().map(PathBuf::as_path));
        let candidates = folders.map(|folder| without_dots(&folder.join(path)));
        let mut others = candidates.filter(|candidate| candidate.is_file());
        let text = &self.get(included).text;
        others.find(|other| fs::read(other).is_ok_and(|other| other != *text))
    }

    /// Every file that was read.
    pub fn files(&self) -> &[Source] {
        &self.files
    }
}

/// The file in the same folder whose name is most similar to that of the missing one.
pub fn neighbour(missing: &Path) -> Option<String> {
    let stem = missing.file_stem()?.to_str()?;
    let stems: Vec<String> = fs::read_dir(missing.parent()?)
        .ok()?
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".thrift")?.to_owned()))
        .collect();
    let near = suggest::nearest(stem, stems.iter().map(String::as_str))?;
    Some(format!("{near}.thrift"))
}

/// Removes `.` from a path, for readability. (`..` stays, since it may follow a symbolic link.)
pub fn without_dots(path: &Path) -> PathBuf {
    path.components().collect()
}

/// A path for people to read: relative to the working directory of rustc, if it is below that.
pub fn shown(path: &Path) -> String {
    let relative = path.strip_prefix(working_dir()).unwrap_or(path);
    match relative.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => relative.display().to_string(),
    }
}

/// The working directory of this program.
pub fn working_dir() -> PathBuf {
    env::current_dir().unwrap_or_default()
}
