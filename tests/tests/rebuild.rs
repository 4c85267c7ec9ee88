//! An edit of any file that was read rebuilds the crate, also after a build that failed.

use thrift_tests::package::Package;

#[test]
fn an_edit_of_an_included_file_rebuilds() {
    let of = Package::new("rebuild", env!("CARGO_TARGET_TMPDIR"));
    of.write("src/main.rs", "thrift_runtime::thrift!(\"idl/root.thrift\");\nfn main() {}\n");
    of.write("idl/root.thrift", "include \"a.thrift\"\nstruct Root { 1: a.A a }\n");
    of.write("idl/a.thrift", "include \"b.thrift\"\nstruct A { 1: b.B b }\n");
    of.write("idl/b.thrift", "struct B { 1: i32 x }\n");
    let first = of.check();
    assert!(first.succeeded, "{}", first.text);
    let again = of.check();
    assert!(!again.compiled, "nothing was edited\n{}", again.text);

    of.write("idl/b.thrift", "struct B { 1: i32 x, 2: Missing m }\n");
    let broken = of.check();
    assert!(broken.compiled && !broken.succeeded, "{}", broken.text);
    assert!(broken.text.contains("idl/b.thrift:1:25"), "{}", broken.text);

    of.write("idl/b.thrift", "struct B { 1: i32 x, 2: i32 y }\n");
    let mended = of.check();
    assert!(mended.compiled && mended.succeeded, "{}", mended.text);
    let again = of.check();
    assert!(!again.compiled, "nothing was edited\n{}", again.text);
}

#[test]
fn an_edit_of_the_old_version_rebuilds() {
    let of = Package::new("rebuild-compatible", env!("CARGO_TARGET_TMPDIR"));
    of.write(
        "src/main.rs",
        "thrift_runtime::thrift! { path: \"idl/a.thrift\", compatible_with: \"idl/a.v1.thrift\" }\n\
         fn main() {}\n",
    );
    of.write("idl/a.thrift", "struct A { 1: i32 x, 2: i64 y }\n");
    of.write("idl/a.v1.thrift", "include \"b.v1.thrift\"\nstruct A { 1: b.v1.X x }\n");
    of.write("idl/b.v1.thrift", "typedef i32 X\n");
    let first = of.check();
    assert!(first.succeeded, "{}", first.text);

    of.write("idl/b.v1.thrift", "typedef i64 X\n");
    let broken = of.check();
    assert!(broken.compiled && !broken.succeeded, "{}", broken.text);
    assert!(broken.text.contains("idl/a.v1.thrift:2:12"), "{}", broken.text);
}

/// rustc notes the files that it has read, but no folder, and no file that is not there.
#[test]
fn a_file_that_is_found_earlier_rebuilds_if_a_build_script_watches_its_folder() {
    let of = Package::new("rebuild-folder", env!("CARGO_TARGET_TMPDIR"));
    of.write(
        "src/main.rs",
        "thrift_runtime::thrift! { path: \"idl/root.thrift\", include_dirs: [\"near\", \"far\"] }\n\
         fn main() {}\n",
    );
    of.write("build.rs", "fn main() { println!(\"cargo::rerun-if-changed=near\"); }\n");
    of.write("idl/root.thrift", "include \"a.thrift\"\nstruct Root { 1: a.A a }\n");
    of.write("far/a.thrift", "struct A { 1: i32 x }\n");
    of.write("near/other.thrift", "struct Other { 1: i32 x }\n");
    let first = of.check();
    assert!(first.succeeded, "{}", first.text);
    let again = of.check();
    assert!(!again.compiled, "nothing was edited\n{}", again.text);

    of.write("near/a.thrift", "struct A { 1: Missing m }\n");
    let shadowed = of.check();
    assert!(shadowed.compiled && !shadowed.succeeded, "{}", shadowed.text);
    assert!(shadowed.text.contains("near/a.thrift:1:15"), "{}", shadowed.text);
}
