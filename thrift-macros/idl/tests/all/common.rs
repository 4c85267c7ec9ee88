//! Files that other people wrote, and a folder to write to.
//!
//! The files are not part of the project: `THRIFT_IDL_CORPUS` says where they are, and where it is
//! not set the tests say so and pass.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use thrift_idl::diagnostic::{self, Diagnostics};
use thrift_idl::model::Program;
use thrift_idl::source::Sources;

/// The table of the files and of what Apache's compiler makes of them.
pub(crate) struct Corpus {
    pub(crate) folder: PathBuf,
    columns: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// A file of the corpus.
pub(crate) struct Row<'a> {
    pub(crate) corpus: &'a Corpus,
    cells: &'a [String],
}

impl Corpus {
    pub(crate) fn open() -> Option<Corpus> {
        let Some(folder) = std::env::var_os("THRIFT_IDL_CORPUS").map(PathBuf::from) else {
            println!("left out: THRIFT_IDL_CORPUS is not set");
            return None;
        };
        let folder = folder.canonicalize().unwrap();
        let text = fs::read_to_string(folder.join("expected.tsv")).unwrap();
        let mut rows = text.lines().map(|line| line.split('\t').map(str::to_owned).collect());
        let header: Vec<String> = rows.next().unwrap();
        let columns = header.into_iter().zip(0..).collect();
        Some(Corpus { folder, columns, rows: rows.collect() })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { corpus: self, cells })
    }
}

impl Row<'_> {
    pub(crate) fn get(&self, column: &str) -> &str {
        &self.cells[self.corpus.columns[column]]
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.corpus.folder.join(self.get("path"))
    }

    /// Where it looks for what it includes, below `folder`.
    pub(crate) fn include_dirs(&self, folder: &Path) -> Vec<PathBuf> {
        let dirs = self.get("include_dirs").split([',', ' ', ';']).filter(|dir| *dir != "-");
        dirs.map(|dir| folder.join(dir)).collect()
    }
}

/// A program that has no mistakes, or what is wrong with it.
pub(crate) fn load(path: &Path, include_dirs: Vec<PathBuf>) -> Result<Program, String> {
    let mut sources = Sources::new(include_dirs);
    let root = sources.open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (program, diagnostics) = thrift_idl::load(root, &mut sources);
    match diagnostics.errors().next() {
        None => Ok(program),
        Some(_) => Err(draw(&diagnostics, &sources)),
    }
}

pub(crate) fn draw(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let drawn = diagnostics.errors().map(|found| diagnostic::draw(found, sources));
    drawn.collect::<Vec<_>>().join("\n")
}

/// The comments of a text, with blanks at both ends of each line cut off, in order.
pub(crate) fn comments(text: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line_end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let length = match rest {
            [b'#', ..] | [b'/', b'/', ..] => line_end,
            [b'/', b'*', inside @ ..] => {
                inside.windows(2).position(|end| end == b"*/").unwrap() + 4
            }
            [quote @ (b'"' | b'\''), inside @ ..] => {
                let mut escaped = false;
                let end = inside.iter().position(|byte| {
                    let ends = byte == quote && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    ends
                });
                at += end.unwrap() + 2;
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let lines = rest[..length].split(|&byte| byte == b'\n');
        found.push(lines.map(<[u8]>::trim_ascii).collect::<Vec<_>>().join(&b'\n'));
        at += length;
    }
    found.sort();
    found
}

/// A text formatted, if its syntax is right.
pub(crate) fn format(text: &[u8]) -> Option<Vec<u8>> {
    let mut sources = Sources::default();
    let file = sources.open_text("formatted.thrift", text);
    thrift_idl::format::format(file, &sources).ok()
}

/// A folder that goes away when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("thrift-idl-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder.canonicalize().unwrap())
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &[u8]) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
