//! Descriptions as `.thrift` text.

use std::path::{Path, PathBuf};

use thrift_idl::{model::Program, print};

use super::{Defined, Definition, layout};
use crate::dynamic::Idl;

/// A file of an IDL that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdlFile {
    /// Where it belongs, beside the others.
    pub path: PathBuf,
    /// The text. It is UTF-8, unless a `binary` constant is not.
    pub text: Vec<u8>,
    /// The paths that it includes, as they are written, and which of the files these are.
    pub includes: Vec<(String, usize)>,
}

/// The file that defines a type, as text. For a type of `thrift!`, it is the file from which that was
/// made; for a derived type, a file of the type and all that it refers to. Included files are only named
/// in it; [`idl_files`] prints these, too.
///
/// ```
/// use thrift_runtime::{ThriftStruct, schema};
///
/// #[derive(Default, ThriftStruct)]
/// #[thrift(schema)]
/// struct Car {
///     #[thrift(id = 1, required)]
///     name: String,
///     #[thrift(id = 2, default = 4)]
///     doors: i32,
/// }
///
/// assert_eq!(
///     schema::idl::<Car>(),
///     "struct Car {\n    1: required string name\n    2: i32 doors = 4\n}\n",
/// );
/// ```
pub fn idl<T: Defined + ?Sized>() -> String {
    T::DEFINITION.idl()
}

/// The file that defines a type and all that it includes, so that each finds the others from its path.
/// The first is the one of the type.
pub fn idl_files<T: Defined + ?Sized>() -> Vec<IdlFile> {
    T::DEFINITION.idl_files()
}

impl Definition {
    /// As [`idl`]; for a service: `Calculator.idl()`.
    ///
    /// ```
    /// thrift_runtime::thrift! {
    ///     idl: "service Calculator { i32 add(1: i32 a, 2: i32 b) }",
    ///     schema: on,
    /// }
    ///
    /// assert_eq!(
    ///     Calculator.idl(),
    ///     "service Calculator {\n    i32 add(1: i32 a, 2: i32 b)\n}\n",
    /// );
    /// ```
    pub fn idl(&self) -> String {
        String::from_utf8_lossy(&print::module(&self.program(), 0)).into_owned()
    }

    /// As [`idl_files`].
    pub fn idl_files(&self) -> Vec<IdlFile> {
        files(self.program())
    }

    /// Writes the files of the IDL into a folder, and returns the path of the first.
    ///
    /// # Errors
    ///
    /// If a folder or a file cannot be written.
    pub fn write_idl(&self, folder: impl AsRef<Path>) -> std::io::Result<PathBuf> {
        let files = self.idl_files();
        for file in &files {
            let path = folder.as_ref().join(&file.path);
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, &file.text)?;
        }
        Ok(files.first().map_or_else(PathBuf::new, |file| folder.as_ref().join(&file.path)))
    }

    /// The same for [dynamic values](crate::dynamic).
    pub fn dynamic(&self) -> Idl {
        Idl::new(self.program())
    }
}

/// All files of a program.
pub(super) fn files(mut program: Program) -> Vec<IdlFile> {
    layout::complete(&mut program);
    let modules = program.modules.iter().enumerate();
    let file = |(at, of): (usize, &thrift_idl::model::Module)| IdlFile {
        path: of.path.clone(),
        text: print::module(&program, at),
        includes: of.includes.iter().map(|it| (it.path.clone(), it.module)).collect(),
    };
    modules.map(file).collect()
}
