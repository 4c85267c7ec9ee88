//! Many mistakes at once: each is reported once, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Outcome;

/// Marks the lines with a mistake. No two mistakes are of the same kind.
const MARK: &str = "// wrong";

#[test]
fn mistakes_of_all_kinds_are_told_at_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/mistakes");
    let outcome = Outcome::of_file(&folder.join("root.thrift"), Vec::new());
    let mut told: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    for error in outcome.errors() {
        let (line, _) = thrift_idl::diagnostic::position(error.at, &outcome.sources);
        let path = &outcome.sources.get(error.at.file).path;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        told.entry((name, line)).or_default().push(error.message.clone());
    }
    let mut wanted = BTreeSet::new();
    for name in ["root.thrift", "types.thrift", "calls.thrift"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let marked = text.lines().zip(1..).filter(|(line, _)| line.ends_with(MARK));
        wanted.extend(marked.map(|(_, line)| (name.to_owned(), line)));
    }
    assert!(wanted.len() >= 40, "there are only {}", wanted.len());
    let lines: BTreeSet<_> = told.keys().cloned().collect();
    let hidden: Vec<_> = wanted.difference(&lines).collect();
    let invented: Vec<_> = told.iter().filter(|(place, _)| !wanted.contains(place)).collect();
    let repeated: Vec<_> = told.iter().filter(|(_, messages)| messages.len() > 1).collect();
    assert!(
        hidden.is_empty() && invented.is_empty() && repeated.is_empty(),
        "hidden: {hidden:#?}\ninvented: {invented:#?}\nrepeated: {repeated:#?}",
    );
}
