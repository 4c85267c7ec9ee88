//! `assert_compatible!`, and the files that it writes.

use std::{
    fs, panic,
    path::{Path, PathBuf},
    process::Command,
};

use thrift_runtime::{assert_compatible, schema::check_compatible};

mod v1 {
    thrift_runtime::thrift! {
        idl: "
            struct Mail { 1: string text, 2: optional i32 size }
            exception TakeError { 1: string why }
            service Post { Mail take(1: string who) throws (1: TakeError error) }
        ",
        schema: on,
    }
}

mod added {
    thrift_runtime::thrift! {
        idl: "
            struct Mail { 1: string text, 2: optional i32 size, 3: optional bool read }
            exception TakeError { 1: string why }
            service Post { Mail take(1: string who) throws (1: TakeError error), void put(1: Mail mail) }
        ",
        schema: on,
    }
}

mod broken {
    thrift_runtime::thrift! {
        idl: "
            struct Mail { 1: i64 length, 2: optional i32 size }
            exception TakeError { 1: string why }
            service Post { Mail take(1: string who) throws (1: TakeError error) }
        ",
        schema: on,
    }
}

mod tree {
    thrift_runtime::thrift! {
        path: "tests/schema/idl/message.thrift",
        schema: on,
        warnings: off,
    }
}

/// A folder of a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compatible").join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// What a check tells when it fails.
fn failure(check: impl FnOnce() + panic::UnwindSafe) -> String {
    let failed = panic::catch_unwind(check).unwrap_err();
    failed.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_file_that_is_not_there_is_written_and_said_so_once() {
    let file = folder("written").join("within/post.v1.thrift");
    let check = || assert_compatible!(v1::Post, &file);
    let told = failure(check);
    assert!(told.contains("was not there, and has been written"), "{told}");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, v1::Post.idl());
    assert_compatible!(v1::Post, &file);
    assert_compatible!(type v1::Mail, &file);
}

#[test]
fn what_is_added_passes_and_what_breaks_is_shown_where_it_is() {
    let folder = folder("broken");
    let file = folder.join("post.v1.thrift");
    fs::create_dir_all(&folder).unwrap();
    fs::write(&file, v1::Post.idl()).unwrap();
    assert_compatible!(added::Post, &file);
    let told = failure(|| assert_compatible!(broken::Post, &file));
    assert!(told.starts_with("`Post` is incompatible with `"), "{told}");
    assert!(
        told.contains("the id 1 of `Mail` is used for something else: it was field `text`"),
        "{told}"
    );
    assert!(told.contains("(from Rust):2:5"), "{told}");
    assert!(told.contains("post.v1.thrift:2:5"), "{told}");
    assert!(told.contains("THRIFT_UPDATE=1"), "{told}");
    // Not even by that test was the file changed.
    assert_eq!(fs::read_to_string(&file).unwrap(), v1::Post.idl());
}

#[test]
fn a_file_with_mistakes_is_shown() {
    let folder = folder("mistaken");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("post.thrift");
    fs::write(&file, "struct Mail { 1: strng text }").unwrap();
    let told = failure(|| assert_compatible!(v1::Post, &file));
    assert!(told.contains("undefined type `strng`") && told.contains("post.thrift:1:18"), "{told}");
}

#[test]
fn files_that_are_included_are_written_into_a_folder() {
    let folder = folder("tree");
    let file = folder.join("mailbox.v1.thrift");
    failure(|| assert_compatible!(tree::Mailbox, &file));
    assert!(folder.join("mailbox.v1/base.thrift").is_file());
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("include \"mailbox.v1/base.thrift\""), "{text}");
    assert_compatible!(tree::Mailbox, &file);
}

/// What the test below is told by its environment.
const FILE: &str = "THRIFT_TEST_COMPATIBLE_FILE";

/// Runs in a process of its own, as the environment is the whole process's.
#[test]
fn broken_post() {
    if let Some(file) = std::env::var_os(FILE) {
        check_compatible(broken::Post, "", Path::new(&file));
    }
}

#[test]
fn the_environment_has_a_file_written_anew() {
    let folder = folder("updated");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("post.v1.thrift");
    fs::write(&file, v1::Post.idl()).unwrap();
    let run = |update: Option<&str>| {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "compatible::broken_post"]).env(FILE, &file);
        test.env_remove("THRIFT_UPDATE");
        if let Some(update) = update {
            test.env("THRIFT_UPDATE", update);
        }
        test.output().unwrap().status.success()
    };
    assert!(!run(None) && !run(Some("0")));
    assert_eq!(fs::read_to_string(&file).unwrap(), v1::Post.idl());
    assert!(run(Some("1")));
    assert_eq!(fs::read_to_string(&file).unwrap(), broken::Post.idl());
    assert!(run(None));
}
