//! The comments of an IDL, in the pages that rustdoc makes of a crate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Documents a crate that holds nothing but generated code; gives back the folder of its pages.
fn documented() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documented");
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = tests.join("../thrift-runtime");
    let manifest = format!(
        "[package]\nname = \"documented\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nthrift-runtime = {{ path = {runtime:?} }}\n[workspace]\n"
    );
    let idl = tests.join("idl/documented.thrift");
    let code =
        format!("//! Generated code.\n#![deny(warnings)]\nthrift_runtime::thrift!({idl:?});\n");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), code).unwrap();
    // The same versions as the workspace has, so that nothing is fetched.
    let _ = fs::copy(tests.join("../Cargo.lock"), folder.join("Cargo.lock"));
    let output = Command::new(env!("CARGO"))
        .args(["doc", "--no-deps", "--offline", "--color=never"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("doc/documented")
}

/// A page without its tags.
fn text(page: &Path) -> String {
    let html = fs::read_to_string(page).unwrap_or_else(|_| panic!("no page {}", page.display()));
    let mut text = String::new();
    let mut within = false;
    for c in html.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn sentences_of_the_idl_stand_in_the_pages() {
    let pages = documented();
    for (page, sentences) in [
        (
            "struct.Documented.html",
            &[
                "A struct that is documented.",
                "of one item,",
                "A field by its own sentence.",
                "1: required string first",
                "2: optional i32 second",
                "3: list&lt;documented_other.Included&gt; third",
                "4: string withDefault = \"some 'text'\"",
                "5: Level level = Level.LOW",
            ][..],
        ),
        (
            "enum.Choice.html",
            &["A union that is documented.", "A member of a union.", "1: string text"],
        ),
        ("struct.Refused.html", &["An exception that is documented.", "Why it was refused."]),
        ("struct.Level.html", &["An enum that is documented.", "A member of an enum."]),
        ("type.Documents.html", &["A typedef that is documented."]),
        ("constant.LIMIT.html", &["A constant that is documented."]),
        ("static.NAMES.html", &["A constant that is made at its first use."]),
        (
            "trait.Keeper.html",
            &[
                "A service that is documented.",
                "A method that is documented, with &lt;angle&gt; [brackets] and",
                "Documented keep(1: ",
                "throws (1: ",
                "key: An argument of the method.",
                "Refused: When it is refused.",
            ],
        ),
        (
            "enum.KeeperKeepError.html",
            &["The error type of the method keep.", "When it is refused."],
        ),
        (
            "documented_other/struct.Included.html",
            &["A struct of an included file.", "A field of an included file."],
        ),
        ("documented_other/index.html", &["An included file says what it is for."]),
        // The list of everything, with the first sentence of each.
        (
            "index.html",
            &[
                "A struct that is documented.",
                "A union that is documented.",
                "A service that is documented.",
                "A constant that is documented.",
                "Calls a Keeper through a channel.",
            ],
        ),
    ] {
        let text = text(&pages.join(page));
        for sentence in sentences {
            assert!(text.contains(sentence), "{page} lacks {sentence:?}:\n{text}");
        }
        assert!(!text.contains("not shown") && !text.contains("documented_thrift"), "{page}");
    }
}
