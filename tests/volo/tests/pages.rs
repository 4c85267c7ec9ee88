//! The pages for those who come from other libraries show of these what compiles: what is in the packages in `guide`.

/// The page's blocks of the other library's Rust.
fn blocks(page: &'static str) -> Vec<&'static str> {
    let blocks = page.split("\n```rust,ignore\n").skip(1);
    blocks.map(|block| block.split_once("\n```").unwrap().0).collect()
}

/// Code without comments, white space and last commas, which are others where a page has less room.
fn plain(code: &'static str) -> String {
    // Addresses have two slashes, too.
    let without_comment = |line: &'static str| match line.trim_start().starts_with("//") {
        true => "",
        false => line.split_once(" //").map_or(line, |(code, _)| code),
    };
    let lines = code.lines().map(without_comment);
    let code: String = lines.flat_map(str::chars).filter(|it| !it.is_whitespace()).collect();
    code.replace(",}", "}").replace(",)", ")")
}

/// Fails unless each part of the page is in one of the files.
fn shows(page: &'static str, count: usize, files: &[&'static str]) {
    let files: Vec<_> = files.iter().map(|file| plain(file)).collect();
    let blocks = blocks(page);
    assert_eq!(blocks.len(), count);
    for part in blocks.iter().flat_map(|block| block.split("\n\n")) {
        let code = plain(part);
        assert!(files.iter().any(|file| file.contains(&code)), "not compiled:\n{part}");
    }
}

#[test]
fn volo() {
    let page = include_str!("../../../thrift-runtime/src/guide/from_volo.md");
    shows(
        page,
        3,
        &[include_str!("../guide/volo/build.rs"), include_str!("../guide/volo/src/lib.rs")],
    );
}

#[test]
fn apache() {
    let page = include_str!("../../../thrift-runtime/src/guide/from_apache.md");
    shows(page, 2, &[include_str!("../guide/apache/src/lib.rs")]);
}

#[test]
fn tonic() {
    let page = include_str!("../../../thrift-runtime/src/guide/from_tonic.md");
    shows(page, 2, &[include_str!("../guide/tonic/src/lib.rs")]);
    let (_, proto) = include_str!("../guide/tonic/library.proto").split_once("library;\n").unwrap();
    assert!(page.contains(&format!("```proto{proto}```")), "the page should have{proto}");
}
