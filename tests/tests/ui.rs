//! The messages that an author sees, by topic.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "annotations",
        "arguments",
        "code_first",
        "constants",
        "derive",
        "dialect",
        "fields",
        "includes",
        "lexing",
        "names",
        "options",
        "recovery",
        "services",
        "syntax",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
    for case in
        ["broken", "no_old_file", "not_a_path", "warned", "wrong_new_file", "wrong_old_file"]
    {
        cases.compile_fail(format!("ui/compatibility/{case}.rs"));
    }
    cases.pass("ui/compatibility/quiet.rs");
    cases.compile_fail("ui/warnings/hiding.rs");
    cases.compile_fail("ui/warnings/shown.rs");
    cases.pass("ui/warnings/off.rs");
}
