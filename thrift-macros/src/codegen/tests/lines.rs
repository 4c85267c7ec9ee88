//! The length of expansions: they are shorter than what Apache's generator writes for the same files.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use proc_macro2::TokenStream;

use super::{calculator, expansion};

/// The number of lines of an expansion as rustfmt writes it.
fn lines(expansion: TokenStream) -> usize {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = expansion.to_string();
    rustfmt.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = rustfmt.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().count()
}

#[test]
fn fewer_than_those_of_apaches_generator() {
    for (path, apache) in
        [("examples/message/message.thrift", 562), ("examples/calculator/calculator.thrift", 491)]
    {
        let lines = lines(expansion(path));
        println!("{path}: {lines} lines, {apache} by Apache's generator");
        assert!((50..apache).contains(&lines), "{path}: {lines} lines");
    }
}

#[test]
fn of_a_trait_as_few_as_of_an_idl() {
    let idl = lines(expansion("examples/calculator/calculator.thrift"));
    let code_first = lines(calculator());
    println!("the calculator: {idl} lines of its IDL, {code_first} of its trait");
    assert!((50..=idl).contains(&code_first), "{code_first} lines, {idl} of the IDL");
}
