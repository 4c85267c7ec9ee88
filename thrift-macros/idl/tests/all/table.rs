//! Tables of files that other people wrote, and of files with one defect each.
//!
//! The files are not part of the project: environment variables say where they are. If a variable is
//! not set, its tests print that and pass.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A table of tab-separated columns with a header: the `expected.tsv` in a folder of files.
pub(crate) struct Table {
    pub(crate) folder: PathBuf,
    columns: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// A file of a table.
pub(crate) struct Row<'a> {
    table: &'a Table,
    cells: &'a [String],
}

impl Table {
    /// The table whose folder an environment variable names.
    pub(crate) fn open(variable: &str) -> Option<Table> {
        let Some(folder) = std::env::var_os(variable).map(PathBuf::from) else {
            println!("left out: {variable} is not set");
            return None;
        };
        let folder = folder.canonicalize().unwrap();
        let text = fs::read_to_string(folder.join("expected.tsv")).unwrap();
        let mut rows = text.lines().map(|line| line.split('\t').map(str::to_owned).collect());
        let header: Vec<String> = rows.next().unwrap();
        let columns = header.into_iter().zip(0..).collect();
        Some(Table { folder, columns, rows: rows.collect() })
    }

    /// Files that other people wrote.
    pub(crate) fn corpus() -> Option<Table> {
        Table::open("THRIFT_IDL_CORPUS")
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }
}

impl<'a> Row<'a> {
    pub(crate) fn get(&self, column: &str) -> &'a str {
        &self.cells[self.table.columns[column]]
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.table.folder.join(self.get("path"))
    }

    /// Whether Apache's compiler accepts the file.
    pub(crate) fn is_accepted(&self) -> bool {
        self.get("dialect") != "fbthrift" && matches!(self.get("head"), "accept" | "warn")
    }

    /// The folders in which it looks for included files.
    pub(crate) fn include_dirs(&self) -> Vec<PathBuf> {
        self.include_dirs_below(&self.table.folder)
    }

    /// The folders in which it looks for included files, if all files are below another folder.
    pub(crate) fn include_dirs_below(&self, folder: &Path) -> Vec<PathBuf> {
        let dirs = self.get("include_dirs").split([',', ' ', ';']).filter(|dir| *dir != "-");
        dirs.map(|dir| folder.join(dir)).collect()
    }
}
