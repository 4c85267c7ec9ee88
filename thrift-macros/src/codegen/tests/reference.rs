//! The page that lists all options and annotations.

use crate::{input, model::annotation};

const PAGE: &str = include_str!("../../../../thrift-runtime/src/guide/options.md");

/// The names of options and of annotations that the page has headings for.
fn headings() -> [Vec<&'static str>; 2] {
    let (options, annotations) = PAGE.split_once("\n# Annotations\n").unwrap();
    [options, annotations].map(|chapter| {
        chapter.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`')).collect()
    })
}

#[test]
fn it_has_every_option_and_no_other() {
    assert_eq!(headings()[0], input::KEYS);
}

#[test]
fn it_has_every_annotation_and_no_other() {
    assert_eq!(headings()[1], annotation::KEYS);
}
