//! The bounds of the impls: types on the wire are a `Value`, and the type itself has a `Default`.

use proc_macro2::Span;
use syn::{
    DeriveInput, Generics, Token, Type, WherePredicate, parse_quote, parse_quote_spanned,
    punctuated::Punctuated,
};

use super::{
    attribute::{Attributes, BOUND, DEFAULT},
    errors::Errors,
    generic::{add_to_each, mentions},
};

/// The type's parameters with the bounds that the impls need: the bounds that the author gives or,
/// without these, bounds inferred from `on_wire`, the types of the fields that are written as they
/// are.
pub(super) fn bounded(
    input: &DeriveInput,
    attributes: &Attributes,
    on_wire: &[&Type],
    errors: &Errors,
) -> Generics {
    let mut generics = input.generics.clone();
    let wanted = "bound = \"T: Value + Ord\"";
    if let Some(text) = attributes.text(BOUND, wanted, errors) {
        let parser = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
        let predicates = errors.ok(text.parse_with(parser));
        generics.make_where_clause().predicates.extend(predicates.into_iter().flatten());
        return generics;
    }
    let given = attributes.key(DEFAULT).is_none();
    if given && generics.type_params().next().is_none() {
        default_of_itself(input, &mut generics);
        return generics;
    }
    let is_on_wire = |parameter: &syn::Ident| on_wire.iter().any(|ty| mentions(ty, parameter));
    let elsewhere = generics.type_params().any(|parameter| !is_on_wire(&parameter.ident));
    add_to_each(&mut generics, is_on_wire, &parse_quote!(__thrift::Value));
    if elsewhere && attributes.key(DEFAULT).is_some() {
        add_to_each(
            &mut generics,
            |parameter| !is_on_wire(parameter),
            &parse_quote!(__thrift::Default),
        );
    } else if elsewhere {
        // Whoever wrote the type's `Default` has already stated what it needs.
        default_of_itself(input, &mut generics);
    }
    generics
}

/// Requires the type's `Default`. The bound is the same in all impls, so that rustc reports a missing
/// one only once.
pub(super) fn default_of_itself(input: &DeriveInput, generics: &mut Generics) {
    let (name, (_, arguments, _)) = (&input.ident, input.generics.split_for_impl());
    let span = name.span().resolved_at(Span::call_site());
    let itself = parse_quote_spanned!(span=> #name #arguments: __thrift::Default);
    generics.make_where_clause().predicates.push(itself);
}
