//! Opens the IDL that code is generated for.

use thrift_idl::source::{FileId, Sources};

use crate::input::{Input, Layout, PathText, Root};
use crate::{fallback, path};

/// The file that code is generated for. `None` if there is none; the errors are then in `input`.
pub(crate) fn root(input: &mut Input, sources: &mut Sources) -> Option<FileId> {
    let Input { root, errors, .. } = input;
    match root {
        Root::Text(text) => {
            let place = path::inline();
            Some(sources.open_text(&place.to_string_lossy(), text.value().as_bytes()))
        }
        Root::Files(files, layout) => {
            let opened: Vec<FileId> = files
                .iter()
                .filter_map(|file| {
                    let opened = sources.open(&path::path_of(&file.literal));
                    let opened =
                        opened.map_err(|error| fallback::unreadable(&file.literal, &error));
                    opened.map_err(|error| errors.push(error)).ok()
                })
                .collect();
            let first = opened.first().copied()?;
            Some(match layout {
                Layout::Flat => first,
                Layout::Modules => above(files, sources),
            })
        }
    }
}

/// Makes a text that includes all files, so that each of them has a module.
fn above(files: &[PathText], sources: &mut Sources) -> FileId {
    let paths = files.iter().map(|file| path::path_of(&file.literal));
    let readable = paths.filter(|path| path.is_file());
    let text: String = readable
        .map(|path| {
            let path = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            format!("include \"{path}\"\n")
        })
        .collect();
    sources.open_text(&path::inline().to_string_lossy(), text.as_bytes())
}
