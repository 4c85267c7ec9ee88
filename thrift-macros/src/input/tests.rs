//! Tests of the arguments: valid ones, and mistakes in them.

use proc_macro2::TokenStream;
use quote::quote;

use super::Input;
use crate::options::{Kind, MapType, Services, SetType, Text, Words};

fn parse(tokens: TokenStream) -> syn::Result<Input> {
    syn::parse2(quote!([krate] #tokens))
}

fn first_error(tokens: TokenStream) -> String {
    match parse(tokens) {
        Ok(input) => match input.errors.first() {
            Some(error) => error.to_string(),
            None => "no error".to_owned(),
        },
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_path_alone() {
    let input = parse(quote!("a.thrift",)).unwrap();
    assert_eq!(input.root.name(), "a.thrift");
    assert_eq!(input.options.krate.to_string(), "krate");
    assert!(input.warnings && input.options.services.client);
}

#[test]
fn every_key() {
    let input = parse(quote! {
        path: "idl/message.thrift",
        compatible_with: "idl/message.v1.thrift",
        include_dirs: ["idl/vendor", "x",],
        with: { "shared.thrift": crate::shared, "a.B": other::B },
        derive: { "*": [serde::Serialize], "Message": [Hash,], },
        attr: { "Message.content": #[serde(rename = "body")] #[doc(hidden)] },
        types: { map: HashMap, set: HashSet, string: Str, "Log.line": LossyStr, unions: ByteStr },
        unset: option,
        unknown_fields: keep,
        schema: on,
        services: [client, blocking],
        rename: { "a.thrift": r#mod, "A.b": type, },
        names: idl,
        partial: ["Service", services],
        warnings: off,
    })
    .unwrap();
    assert!(input.errors.is_empty());
    assert_eq!(input.compatible_with.unwrap().value(), "idl/message.v1.thrift");
    assert_eq!(input.include_dirs.len(), 2);
    assert_eq!(input.with.len(), 2);
    let options = input.options;
    assert_eq!(options.derives.len(), 2);
    assert_eq!(options.attributes[0].1.len(), 2);
    assert_eq!(options.map, MapType::HashMap);
    assert_eq!(options.set, SetType::HashSet);
    assert_eq!(options.string, Text::Str);
    let strings: Vec<_> =
        options.strings.iter().map(|(selector, text)| (&selector.key.words, *text)).collect();
    assert_eq!(
        strings,
        [
            (&Words::Path("Log.line".to_owned()), Text::LossyStr),
            (&Words::All(Kind::Unions), Text::ByteStr)
        ]
    );
    assert_eq!((options.rename.len(), options.partial.len()), (2, 2));
    assert!(options.idl_types);
    assert!(options.unset[0].1 && options.unset[0].0.key.words == Words::Path("*".to_owned()));
    assert!(options.keep_unknown_fields && options.schema && !input.warnings);
    assert!(!options.services.server && options.services.blocking);
}

#[test]
fn paths_may_be_put_together() {
    let folder = env!("CARGO_MANIFEST_DIR");
    for tokens in [
        quote!(concat!(env!("CARGO_MANIFEST_DIR"), "/x", ".thrift")),
        quote!(path: concat!(env!("CARGO_MANIFEST_DIR"), "/x.thrift"), warnings: off),
        quote!(path: [concat!(concat!(env!("CARGO_MANIFEST_DIR", "why not"), "/x"), ".thrift")]),
    ] {
        let input = parse(tokens).unwrap();
        assert_eq!(input.root.name(), format!("{folder}/x.thrift"));
        let tracked = input.root.tracked().to_string();
        assert_eq!(tracked, r#"const _ : & str = :: core :: env ! ("CARGO_MANIFEST_DIR") ;"#);
    }
    let input = parse(quote!(path: "a.thrift", include_dirs: [concat!("a", "/", "b")])).unwrap();
    assert_eq!(input.include_dirs[0].value(), "a/b");
    assert!(input.root.tracked().is_empty());
}

#[test]
fn paths_that_cannot_be_put_together() {
    let unset = "the environment variable `THRIFT_NO_SUCH_VARIABLE` is not set";
    assert_eq!(first_error(quote!(env!("THRIFT_NO_SUCH_VARIABLE"))), unset);
    let other = "expected a string literal, or `concat!` or `env!` with string literals";
    assert_eq!(first_error(quote!(include_str!("x"))), other);
    assert_eq!(first_error(quote!(path: concat!("a", 1))), other);
    let nameless = "expected the name of an environment variable in quotes";
    assert_eq!(first_error(quote!(path: env!())), nameless);
    assert_eq!(first_error(quote!(path: [])), "expected at least one path");
    let both = "`path` and `idl` cannot be combined";
    assert_eq!(first_error(quote!(path: "a.thrift", idl: "struct A {}")), both);
}

#[test]
fn no_services() {
    let input = parse(quote!(path: "a.thrift", services: none)).unwrap();
    assert_eq!(input.options.services, Services::NONE);
}

#[test]
fn an_unknown_key_is_named_and_the_rest_still_counts() {
    let input = parse(quote!(pth: "b", path: "a.thrift", unset: maybe, warnings: off)).unwrap();
    let errors: Vec<String> = input.errors.iter().map(syn::Error::to_string).collect();
    assert_eq!(errors.len(), 2);
    assert!(errors[0].starts_with("unknown key `pth`; expected one of `path`"));
    assert_eq!(errors[1], "unknown value `maybe`; expected one of `option`, `plain`");
    assert!(!input.warnings);
}

#[test]
fn mistakes() {
    assert!(first_error(quote!(path: "a", path: "b")).contains("given twice"));
    assert!(first_error(quote!("a", warnings: off)).contains("short form"));
    assert!(first_error(quote!()).contains("expected a path"));
    assert!(first_error(quote!(warnings: off)).contains("expected a path"));
    assert!(first_error(quote!(path: "a", attr: { "A": })).contains("expected an attribute"));
}
