//! Texts that no author would write: nothing panics, and nothing multiplies.

use std::fmt::Write as _;

use super::{Outcome, texts};
use thrift_idl::diagnostic;

/// Runs a text through all stages, and returns the rendered errors.
fn run(text: impl AsRef<[u8]>) -> String {
    let outcome = Outcome::of_text(text);
    outcome.expand();
    let drawn = outcome.diagnostics.found().iter().take(100);
    let drawn = drawn.map(|found| diagnostic::draw(found, &outcome.sources));
    drawn.collect::<Vec<_>>().join("\n")
}

#[test]
fn cut_off_anywhere() {
    texts::cut_off(|text| drop(run(text)));
}

#[test]
fn mutated() {
    texts::mutated(1500, |text| drop(run(text)));
}

/// Each constant contains the one before it twice, and the last is used in a key, where its type is
/// different.
#[test]
fn constants_of_constants_do_not_multiply() {
    let mut text = String::from("const list<double> C0 = [1, 2]\n");
    let mut ty = String::from("list<double>");
    for number in 1..16 {
        ty = format!("list<{ty}>");
        let _ = writeln!(text, "const {ty} C{number} = [C{0}, C{0}]", number - 1);
    }
    let _ = writeln!(text, "const set<{ty}> S = [C15]");
    let outcome = Outcome::of_text(text);
    let expansion = outcome.expand().to_string();
    assert!(expansion.contains("pub static S") && expansion.len() < 50_000, "{}", expansion.len());
}
