//! Successive versions of files that other people wrote, and Apache's own tests of `--audit`.
//!
//! The files are not part of the project: `THRIFT_IDL_CORPUS` says where they are. If it is not set,
//! the tests print that and pass.

use std::path::{Path, PathBuf};
use std::{env, fs};

use thrift_idl::compat;
use thrift_idl::source::Sources;

use super::table::{audit, line};

fn corpus() -> Option<PathBuf> {
    let folder = env::var_os("THRIFT_IDL_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("left out: THRIFT_IDL_CORPUS is not set");
    }
    folder
}

/// The messages about two files of the corpus.
fn said(old: &Path, new: &Path) -> Vec<String> {
    let mut sources = Sources::new(Vec::new());
    let [old, new] = [old, new].map(|path| {
        let file = sources.open(path).unwrap();
        let (program, diagnostics) = thrift_idl::load(file, &mut sources);
        assert_eq!(diagnostics.errors().count(), 0, "{}", path.display());
        program
    });
    compat::compare(&old, &new).found().iter().map(|found| line(found, &sources)).collect()
}

#[test]
fn no_false_alarm() {
    let Some(folder) = corpus() else { return };
    for (old, new, expected) in PAIRS {
        let said = said(&folder.join(old), &folder.join(new));
        assert_eq!(said, *expected, "{old} and {new}");
    }
    println!("{} pairs", PAIRS.len());
    assert!(PAIRS.len() >= 12);
}

#[test]
fn nothing_is_said_of_a_file_and_itself() {
    let Some(folder) = corpus() else { return };
    let mut count = 0;
    let mut last = None;
    for row in fs::read_to_string(folder.join("expected.tsv")).unwrap().lines().skip(1) {
        let mut columns = row.split('\t');
        let path = folder.join(columns.next().unwrap());
        let folders = columns.next().unwrap().split([',', ' ', ';']).filter(|dir| *dir != "-");
        let mut sources = Sources::new(folders.map(|dir| folder.join(dir)).collect());
        let file = sources.open(&path).unwrap();
        let program = thrift_idl::load(file, &mut sources).0;
        let again = thrift_idl::load(file, &mut sources).0;
        let found = compat::compare(&program, &again);
        assert!(found.found().is_empty(), "{}: {:?}", path.display(), found.found());
        // Files that have nothing to do with each other can be compared, too.
        if let Some(last) = last.replace(program) {
            compat::compare(&last, &again);
        }
        count += 1;
    }
    println!("{count} files");
}

/// Apache's test compares `test.thrift` with files that must be rejected, and with one that must be
/// accepted.
#[test]
fn apaches_own_tests() {
    let Some(folder) = corpus().map(|folder| folder.join("apache-thrift/test/audit")) else {
        return;
    };
    let old = folder.join("test.thrift");
    for (name, verdict, expected) in AUDIT {
        let new = folder.join(name);
        let errors = said(&old, &new).into_iter().filter(|said| said.starts_with("error"));
        assert_eq!(errors.collect::<Vec<_>>(), *expected, "{name}");
        if let Some(audit) = audit(&old, &new) {
            assert_eq!(audit, *verdict, "{name}");
        }
    }
}

/// The older file, the newer file, and all messages. Each message has been checked by hand, and is
/// correct.
const PAIRS: &[(&str, &str, &[&str])] = &[
    ("apache-thrift/test/v0.16/ThriftTest.thrift", "apache-thrift/test/ThriftTest.thrift", &[]),
    (
        "apache-thrift/test/v0.16/DebugProtoTest.thrift",
        "apache-thrift/test/DebugProtoTest.thrift",
        &[],
    ),
    (
        "apache-thrift/test/v0.16/NameConflictTest.thrift",
        "apache-thrift/test/NameConflictTest.thrift",
        &[],
    ),
    ("apache-thrift/test/v0.16/FuzzTestNoUuid.thrift", "apache-thrift/test/FuzzTest.thrift", &[]),
    (
        "apache-thrift/test/v0.16/ConstantsDemo.thrift",
        "apache-thrift/test/ConstantsDemo.thrift",
        &[
            "warning 76:13 < 62:13 the value of constant `GEN_THING` changed",
            "warning 78:22 < 64:22 the value of constant `GEN_WHAT` changed",
        ],
    ),
    (
        "thriftgo/tests/unknown_fields/idl_old.thrift",
        "thriftgo/tests/unknown_fields/idl_new.thrift",
        &["warning 48:5 < 29:7 member `Str2` of `Union` was added: old programs do not know it"],
    ),
    (
        "finagle/finagle-thrift/src/test/thrift/fb303.thrift",
        "apache-thrift/contrib/fb303/if/fb303.thrift",
        &[],
    ),
    ("scribe/fb303/if/fb303.thrift", "apache-thrift/contrib/fb303/if/fb303.thrift", &[]),
    (
        "scalding/scalding-parquet-scrooge-fixtures/src/test/resources/compat.thrift",
        "parquet-java/parquet-thrift/src/test/thrift/compat.thrift",
        &[],
    ),
    (
        "thriftgo/thrift_reflection/descriptor.thrift",
        "pilota/pilota-thrift-reflect/idl/descriptor.thrift",
        &[],
    ),
    (
        "apache-thrift/contrib/thrift-maven-plugin/src/test/resources/idl/tutorial.thrift",
        "apache-thrift/tutorial/tutorial.thrift",
        &[
            "warning 120:3 < 115:3 the name of field `what` of `InvalidOperation` changed to `whatOp`",
        ],
    ),
    ("thriftpy2/tests/parser-cases/shared.thrift", "apache-thrift/tutorial/shared.thrift", &[]),
    (
        "thrifty/thrifty-schema/src/test/resources/cases/TestThrift.thrift",
        "thrifty/thrifty-test-server/TestThrift.thrift",
        &[],
    ),
    (
        "thriftpy2/tests/compatible/version_2/tracking.thrift",
        "thriftpy2/thriftpy2/contrib/tracking/tracking.thrift",
        &[],
    ),
    (
        "kitex/pkg/generic/map_test/idl/mock.thrift",
        "kitex/pkg/generic/json_test/idl/mock.thrift",
        &[],
    ),
    (
        // A required field of a type that is returned.
        "pilota/pilota-build/test_data/thrift_workspace/input/author.thrift",
        "volo/tests/code-generation-workspace-split/thrift/author.thrift",
        &["error 10:5 < 6:8 required field `avatar` of `Author` was added: \
             new clients cannot read the replies of old servers"],
    ),
];

const AUDIT: &[(&str, &str, &[&str])] = &[
    ("warning.thrift", "warns", &[]),
    (
        "break1.thrift",
        "fails",
        &["error 109:9 < 133:10 method `base_function3` of `base` was removed"],
    ),
    (
        "break7.thrift",
        "fails",
        &["error 106:5 < 105:5 field `struct6_member2` of `test_struct6` is no longer required: \
             old programs cannot read what new ones write if it is missing"],
    ),
    (
        "break12.thrift",
        "fails",
        &["error 141:16 < 139:16 the result of `derived1_function1` changed from `test_enum1` to \
             `test_enum2`; the two types differ: `enum1_value5` of `test_enum1` was removed: \
             new clients cannot read the replies of old servers"],
    ),
    (
        "break19.thrift",
        "fails",
        &["error 114:17 < 112:10 method `base_function1` became oneway: \
             old clients wait for replies that new servers do not send"],
    ),
    (
        "break30.thrift",
        "fails",
        &[
            "error 166:36 < 165:18 the result of `derived1_function6` changed from `test_struct1` to \
             `map<test_struct1, test_struct1>`",
        ],
    ),
    // A new field whose id is between those of others.
    ("break34.thrift", "fails", &[]),
];
