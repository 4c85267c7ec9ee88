//! Options that choose something for parts of the IDL from outside of it.

use super::Outcome;
use crate::model::{Item, ItemId};
use thrift_idl::source::Sources;

#[test]
fn methods_are_idempotent_where_the_macro_says_so() {
    let text = "service Library { void find(), void lend(), void back() (idempotent) }";
    let mut sources = Sources::new(Vec::new());
    let root = sources.open_text("root.thrift", text.as_bytes());
    let input = syn::parse_quote! {
        [krate]
        path: "root.thrift",
        attr: {
            "Library.find": #[must_use] #[thrift(idempotent)] #[doc(hidden)],
            "Library.back": #[thrift()],
        }
    };
    let mut outcome = Outcome::new(root, sources, input);
    let Item::Service(service) = &outcome.items()[0] else { panic!() };
    let functions = &service.functions;
    let idempotent: Vec<bool> = functions.iter().map(|it| it.idempotent).collect();
    assert_eq!(idempotent, [true, false, true]);
    // It does not become an attribute of the generated code.
    let attributes = outcome.input.options.member_attributes(ItemId { module: 0, item: 0 }, 0);
    let attributes: Vec<String> =
        attributes.map(|it| it.path().get_ident().unwrap().to_string()).collect();
    assert_eq!(attributes, ["must_use", "doc"]);
    assert!(std::mem::take(&mut outcome.input.errors).is_empty());
}
