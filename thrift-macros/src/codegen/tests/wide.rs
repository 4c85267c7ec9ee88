//! The expansion of thousands of fields, members or methods must not nest deeply: rustc and its
//! derives recurse once for each level of nesting.

use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use thrift_idl::source::Sources;

use crate::{input::Input, options};

const COUNT: usize = 1000;

/// The deepest nesting of brackets that is allowed. Attributes and signatures take some of it.
const DEEPEST: usize = 12;

fn expansion_of(text: &str) -> TokenStream {
    let mut sources = Sources::new(Vec::new());
    let root = sources.open_text("root.thrift", text.as_bytes());
    let mut input: Input = syn::parse_quote!([krate] "root.thrift");
    let (mut program, mut diagnostics) =
        thrift_idl::load_with(root, &mut sources, &options::readable);
    options::resolve(&mut input, &mut program, &mut diagnostics);
    assert!(diagnostics.found().is_empty());
    crate::codegen::expand(&program, &input.options, &sources, &input.root)
}

fn lines(line: impl Fn(usize) -> String) -> String {
    (1..=COUNT).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

fn depth(tokens: TokenStream) -> usize {
    let groups = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + depth(group.stream()),
        _ => 0,
    });
    groups.max().unwrap_or(0)
}

/// The longest chain of operators that nest to the left, such as `a && b && c` or `a.b().c()`.
fn longest_chain(tokens: TokenStream) -> usize {
    let (mut longest, mut chain, mut last) = (0, 0, ' ');
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    ';' | ',' => chain = 0,
                    '&' if last == '&' => chain += 1,
                    '.' => chain += 1,
                    '>' if last == '=' => chain = 0,
                    _ => {}
                }
                last = punct.as_char();
            }
            TokenTree::Group(group) => {
                if group.delimiter() == proc_macro2::Delimiter::Brace {
                    chain = 0;
                }
                longest = longest.max(longest_chain(group.stream()));
                last = ' ';
            }
            _ => last = ' ',
        }
        longest = longest.max(chain);
    }
    longest
}

/// How often a trait is derived for which the derived code nests the comparison of each field in that
/// of another.
fn derived(text: &str) -> usize {
    let derives = text.split("derive (").skip(1).filter_map(|rest| rest.split(')').next());
    derives.filter(|list| list.contains("PartialEq") || list.contains("Ord")).count()
}

fn check(what: &str, text: &str) {
    let tokens = expansion_of(text);
    assert!(tokens.clone().into_iter().count() > 5, "{what}");
    let (depth, chain) = (depth(tokens.clone()), longest_chain(tokens.clone()));
    assert!(depth <= DEEPEST, "{what}: nested {depth} levels");
    assert!(chain <= DEEPEST, "{what}: a chain of {chain} operators");
    if text.starts_with("struct") || text.starts_with("exception") {
        assert_eq!(derived(&tokens.to_string()), 0, "{what}: comparisons are derived");
    }
}

#[test]
fn structs() {
    let fields = |kind: &str, ty: &str| {
        let lines = lines(|n| format!("{n}: {ty} f{n}"));
        check(&format!("{kind} of {ty}"), &format!("{kind} Wide {{\n{lines}}}\n"));
    };
    fields("struct", "i32");
    fields("struct", "double");
    fields("struct", "required string");
    fields("struct", "optional list<i32>");
    fields("exception", "i32");
    fields("union", "i32");
    fields("union", "double");
}

#[test]
fn enums_and_constants() {
    check("enum", &format!("enum Wide {{\n{}}}\n", lines(|n| format!("M{n} = {n}"))));
    check("constants", &lines(|n| format!("const i32 C{n} = {n}")));
    let list = lines(|n| format!("'{n}',"));
    check("list", &format!("const list<string> C = [\n{list}]\n"));
    let map = lines(|n| format!("{n}: '{n}',"));
    check("map", &format!("const map<i32, string> C = {{\n{map}}}\n"));
}

#[test]
fn services() {
    let methods = lines(|n| format!("i32 m{n}(1: i32 a)"));
    check("methods", &format!("service Wide {{\n{methods}}}\n"));
    let arguments = lines(|n| format!("{n}: i32 a{n}"));
    check("arguments", &format!("service Wide {{ i32 m(\n{arguments}) }}\n"));
}
