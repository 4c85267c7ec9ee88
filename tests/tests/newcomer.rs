//! What a package is told that lacks a feature, or looks for a file in the wrong folder.

use thrift_tests::package::Package;

#[test]
fn a_missing_feature_is_the_only_error() {
    let of = Package::new("missing-feature", env!("CARGO_TARGET_TMPDIR"));
    of.write("shop.thrift", "service Shop { i32 buy(1: string what) }\n");
    of.write(
        "src/main.rs",
        "thrift_runtime::thrift! { path: \"shop.thrift\", services: [server, blocking] }\n\
         struct Handler;\n\
         impl ShopBlocking for Handler {\n    \
             fn buy(&self, _: String) -> thrift_runtime::Result<i32> {\n        Ok(1)\n    }\n\
         }\n\
         fn main() {\n    let _ = ShopProcessor::blocking(Handler);\n}\n",
    );
    let checked = of.check();
    assert!(!checked.succeeded, "{}", checked.text);
    let wanted = "error: `blocking` in `services` needs the feature `blocking` of \
                  `thrift-runtime`";
    assert!(checked.text.contains(wanted), "{}", checked.text);
    let errors = checked.text.matches("\nerror").count();
    assert_eq!(errors, 2, "cargo's and ours\n{}", checked.text);
}

#[test]
fn a_file_in_the_packages_folder_is_found_by_who_looks_beside_the_source() {
    let of = Package::new("wrong-folder", env!("CARGO_TARGET_TMPDIR"));
    of.write("idl/shop.thrift", "struct Shop { 1: i32 x }\n");
    of.write("src/main.rs", "thrift_runtime::thrift!(\"./idl/shop.thrift\");\nfn main() {}\n");
    let checked = of.check();
    assert!(!checked.succeeded, "{}", checked.text);
    let wanted = "cannot read `src/idl/shop.thrift`";
    assert!(checked.text.contains(wanted), "{}", checked.text);
    let wanted = "did you mean `idl/shop.thrift`, in the package's folder?";
    assert!(checked.text.contains(wanted), "{}", checked.text);
}
