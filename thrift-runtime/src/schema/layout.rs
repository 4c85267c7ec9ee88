//! Where printed files lie, so that each finds those that it includes.

use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
};

use thrift_idl::model::Program;

/// Leaves files where they are if each finds those that it includes from there. If not, since folders
/// were searched for them, they are all laid beside the first.
pub(super) fn complete(program: &mut Program) {
    let paths: Vec<&PathBuf> = program.modules.iter().map(|module| &module.path).collect();
    let found = program.modules.iter().all(|module| {
        let folder = module.path.parent().unwrap_or(Path::new(""));
        module.includes.iter().all(|include| {
            let path = normal(&folder.join(&include.path));
            paths.get(include.module).is_some_and(|of| path.as_deref() == Some(of.as_path()))
        })
    });
    if !found {
        below(program, "");
    }
}

/// Lays all files but the first into a folder beside that; files of one name into folders with numbers.
pub(super) fn below(program: &mut Program, folder: &str) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let root = program.modules.first().map(|root| root.stem.clone()).unwrap_or_default();
    if folder.is_empty() {
        taken.insert(root.clone(), 1);
    }
    let mut places = vec![(String::new(), format!("{root}.thrift"))];
    for module in program.modules.iter().skip(1) {
        let count = taken.entry(module.stem.clone()).or_default();
        *count += 1;
        let within = if *count > 1 { format!("{count}/") } else { String::new() };
        places.push((within, format!("{}.thrift", module.stem)));
    }
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    for (at, module) in program.modules.iter_mut().enumerate() {
        let Some((own, name)) = places.get(at) else { continue };
        module.path = match at {
            0 => PathBuf::from(name),
            _ => PathBuf::from(format!("{folder}{own}{name}")),
        };
        for include in &mut module.includes {
            let Some((within, name)) = places.get(include.module) else { continue };
            include.path = match (at, own == within) {
                (0, _) => format!("{folder}{within}{name}"),
                (_, true) => name.clone(),
                (_, false) if own.is_empty() => format!("{within}{name}"),
                (_, false) => format!("../{within}{name}"),
            };
        }
    }
}

/// A path without `.` and `..`; `None` if it leaves the folder that it is relative to.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => normal.push(name),
            Component::ParentDir if normal.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}
