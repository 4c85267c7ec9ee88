//! Hive's metastore as its authors wrote it: a program serves eighteen of its methods, and has a stub for
//! none of the others.
//!
//! The IDL is no part of the project: it is looked for below `THRIFT_IDL_CORPUS`, and beside it in the
//! file that `THRIFT_HIVE_METASTORE` names.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use thrift_tests::package::Package;

/// The file of this name below a folder.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let found = files.into_iter().find(|file| file.ends_with(name));
    found.or_else(|| folders.iter().find_map(|folder| find(folder, name)))
}

fn in_corpus(name: &str) -> Option<PathBuf> {
    find(Path::new(&env::var_os("THRIFT_IDL_CORPUS")?), name)
}

#[test]
fn eighteen_methods_are_served() {
    const METASTORE: &str = "hive_metastore.thrift";
    let named = env::var_os("THRIFT_HIVE_METASTORE").map(PathBuf::from);
    let (Some(metastore), Some(base)) =
        (named.or_else(|| in_corpus(METASTORE)), in_corpus("fb303.thrift"))
    else {
        println!("left out: there is no {METASTORE} with fb303.thrift below THRIFT_IDL_CORPUS");
        return;
    };
    let idl = fs::read_to_string(metastore).unwrap();
    let methods = idl.rsplit("service ThriftHiveMetastore").next().unwrap_or_default();
    let methods = methods.split(['{', '}']).nth(1).unwrap_or_default().matches("throws").count();
    assert!(methods > 100, "{methods}");
    let base = fs::read_to_string(base).unwrap();
    let of = Package::new("metastore", env!("CARGO_TARGET_TMPDIR"));
    of.write("hive_metastore.thrift", &idl);
    // As various versions include it.
    of.write("fb303.thrift", &base);
    of.write("share/fb303/if/fb303.thrift", &base);
    of.write("src/main.rs", include_str!("program.rs"));
    of.run(&["--features=thrift-runtime/blocking"]);
}
