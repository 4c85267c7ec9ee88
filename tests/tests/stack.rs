//! No build profile lets a value overflow the stack: here those with the largest frames, and one in
//! which copies take far more stack than reading does.

use thrift_tests::package::Package;

/// A struct that may hold itself, in the first of so many fields.
fn wide(fields: usize) -> String {
    let types = ["bool", "optional i32", "string", "optional string", "i64", "list<i32>", "binary"];
    let fields = types.iter().cycle().zip(3..fields + 2);
    let fields: Vec<String> = fields.map(|(ty, id)| format!("{id}: {ty} f{id}")).collect();
    format!(
        "struct Wide{0} {{ 1: optional Wide{0} next, {1} }}\n",
        fields.len() + 1,
        fields.join(", ")
    )
}

/// One with few fields that has 20 KiB nevertheless.
fn large() -> String {
    let list = |ty, ids: [i32; 2]| {
        let fields = (ids[0]..ids[1]).map(|id| format!("{id}: {ty} f{id}"));
        fields.collect::<Vec<String>>().join(", ")
    };
    let [strings, blocks] = [list("string", [1, 31]), list("Block", [3, 31])];
    format!("struct Block {{ {strings} }}\nstruct Large {{ 1: optional Large next, {blocks} }}\n")
}

/// Builds a program that checks structs of these names and definitions, and runs it.
fn check(name: &'static str, structs: &[(&str, String)], profile: &[&str]) {
    let package = Package::new(name, env!("CARGO_TARGET_TMPDIR"));
    let definitions: String = structs.iter().map(|(_, definition)| definition.as_str()).collect();
    package.write("wide.thrift", &definitions);
    let checks = structs.iter().map(|(name, _)| format!("    check::<{name}>(\"{name}\");\n"));
    let checks: String = checks.collect();
    let program = include_str!("stack/program.rs");
    package.write("src/main.rs", &format!("{program}\nfn check_all() {{\n{checks}}}\n"));
    package.run(profile);
}

/// What a debugger wants, which makes frames larger.
const DEBUGGED: &str = "--config=profile.dev.debug=2";
#[test]
fn without_optimization_and_with_optimized_dependencies() {
    let structs = [("Wide120", wide(120)), ("Wide500", wide(500)), ("Large", large())];
    let profile = [
        DEBUGGED,
        "--config=profile.dev.debug-assertions=false",
        "--config=profile.dev.package.'*'.opt-level=3",
    ];
    check("stack-unoptimized", &structs, &profile);
}

#[test]
fn with_optimization() {
    check("stack-optimized", &[("Wide120", wide(120)), ("Large", large())], &["--release"]);
}

#[test]
fn the_deepest_values_without_optimization() {
    deepest("depth-unoptimized", &[DEBUGGED]);
}

#[test]
fn the_deepest_values_with_optimized_dependencies() {
    for (name, level) in [("depth-dependencies-at-2", 2), ("depth-dependencies-at-3", 3)] {
        let optimized = format!("--config=profile.dev.package.'*'.opt-level={level}");
        deepest(name, &[DEBUGGED, &optimized]);
    }
}

#[test]
fn the_deepest_values_with_optimization() {
    deepest("depth-optimized", &["--release"]);
}

#[test]
fn calls_of_the_deepest_values_with_optimized_dependencies() {
    let profile = [DEBUGGED, "--config=profile.dev.package.'*'.opt-level=3"];
    workers("workers-dependencies-at-3", &profile);
}

#[test]
fn calls_of_the_deepest_values_with_optimization() {
    workers("workers-optimized", &["--release"]);
}

/// Runs the tests of `workers` in a package of its own.
fn workers(name: &'static str, profile: &[&str]) {
    let package = Package::new(name, env!("CARGO_TARGET_TMPDIR"));
    package.add_to_manifest(
        "[dependencies.tokio]\nversion = \"1\"\nfeatures = [\"rt-multi-thread\"]\n",
    );
    for (path, text) in [
        ("idl/depth.thrift", include_str!("../idl/depth.thrift")),
        ("idl/workers.thrift", include_str!("../idl/workers.thrift")),
        ("tests/workers.rs", include_str!("workers.rs")),
        ("src/lib.rs", ""),
    ] {
        package.write(path, text);
    }
    package.test(&[profile, &["--features=thrift-runtime/tokio"]].concat());
}

/// Runs the tests of `depth` in a package of its own, and prints what they print.
fn deepest(name: &'static str, profile: &[&str]) {
    let package = Package::new(name, env!("CARGO_TARGET_TMPDIR"));
    package.write("idl/depth.thrift", include_str!("../idl/depth.thrift"));
    package.write("tests/depth/main.rs", include_str!("depth/main.rs"));
    package.write("tests/depth/measured.rs", include_str!("depth/measured.rs"));
    package.write("src/lib.rs", "");
    package.test(&[profile, &["--", "--nocapture"]].concat());
}
