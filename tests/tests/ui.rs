//! The messages that an author sees, by topic.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "annotations",
        "arguments",
        "constants",
        "derive",
        "dialect",
        "fields",
        "includes",
        "lexing",
        "names",
        "recovery",
        "services",
        "syntax",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
    cases.compile_fail("ui/warnings/hiding.rs");
    cases.compile_fail("ui/warnings/shown.rs");
    cases.pass("ui/warnings/off.rs");
}
