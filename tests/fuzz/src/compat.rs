//! Whether two versions of an IDL understand each other.

use thrift_runtime::dynamic::idl::{self, compat, diagnostic, source::Sources};

use super::types;

/// What stands between the two versions.
const BETWEEN: &[u8] = b"\n====\n";

/// Two texts with `====` between them.
pub fn run(input: &[u8]) {
    let at = input.windows(BETWEEN.len()).position(|window| window == BETWEEN);
    let (old, new) = match at {
        Some(at) => (&input[..at], &input[at + BETWEEN.len()..]),
        None => (input, input),
    };
    let mut sources = Sources::closed();
    let mut load = |name: &str, text: &[u8]| {
        let file = sources.open_text(name, text);
        let (program, found) = idl::load(file, &mut sources);
        found.errors().next().is_none().then_some(program)
    };
    let (Some(old), Some(new)) = (load("old.thrift", old), load("new.thrift", new)) else { return };
    for (old, new) in [(&old, &new), (&new, &old)] {
        let found = compat::compare(old, new);
        for diagnostic in found.found() {
            assert!(!diagnostic::draw(diagnostic, &sources).is_empty());
        }
        if old == new {
            assert_eq!(found.found().len(), 0, "{:?}", found.found());
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let edits = [
        ("i32 number", "i64 number"),
        ("optional bool maybe", "required bool maybe"),
        ("GREEN = 2", "BLUE = 2"),
        ("oneway void", "void"),
        ("extends Base", ""),
        ("3: Tree tree", "5: Tree tree"),
        ("struct Tree", "union Tree"),
        ("Tree", "Plant"),
        ("throws (1: Wrong wrong)", "throws (1: Wrong wrong, 2: Wrong other)"),
        ("= 7", "= 8"),
        ("", ""),
    ];
    let versions = edits.map(|(from, to)| match from {
        "" => types::IDL.to_owned(),
        _ => types::IDL.replace(from, to),
    });
    versions.map(|new| [types::IDL.as_bytes(), BETWEEN, new.as_bytes()].concat()).into()
}
