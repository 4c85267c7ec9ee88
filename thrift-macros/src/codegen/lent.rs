//! Types that borrow text or bytes from the message that they are read from: those that contain,
//! directly or through other types, a string or binary that is `&str` or `&[u8]`. Only these have a
//! lifetime.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Generics, Lifetime, parse_quote};

use super::{Cx, annotation::chosen_type, name::Names};
use crate::{
    borrowed,
    model::{Annotations, Field, Function, Item, ItemId, Program, Type},
    options::{self, BinaryType, Key, Kind, Options, Selection, Selector, Services, Text},
};

/// The types of a program that borrow, and the services whose methods take or return such types.
pub(super) fn lent(program: &Program, options: &Options, names: &Names) -> HashSet<ItemId> {
    let mut found = HashSet::new();
    // Types may contain one another in cycles, so this is repeated until nothing new is found.
    loop {
        let before = found.len();
        let search = Search { program, options, names, found: &found };
        let more: Vec<_> = ids(program).filter(|id| search.item(*id)).collect();
        found.extend(more);
        if found.len() == before {
            return found;
        }
    }
}

fn ids(program: &Program) -> impl Iterator<Item = ItemId> {
    program
        .modules
        .iter()
        .enumerate()
        .flat_map(|(module, of)| (0..of.items.len()).map(move |item| ItemId { module, item }))
}

struct Search<'a> {
    program: &'a Program,
    options: &'a Options,
    names: &'a Names,
    found: &'a HashSet<ItemId>,
}

impl Search<'_> {
    fn item(&self, id: ItemId) -> bool {
        match self.program.item(id) {
            // What is elsewhere is what it is there.
            _ if self.options.existing.has(id) => self.options.existing.lends(id),
            Item::Struct(of) => of.fields.iter().any(|field| self.field(id.module, field)),
            Item::Typedef(typedef) => self.place(id.module, &typedef.annotations, &typedef.ty),
            Item::Service(of) => {
                of.parent.is_some_and(|id| self.found.contains(&id))
                    || of.functions.iter().any(|function| self.function(id.module, function))
            }
            Item::Enum(_) | Item::Const(_) => false,
        }
    }

    fn function(&self, module: usize, function: &Function) -> bool {
        let text = options::text(&function.annotations);
        function.returns.as_ref().is_some_and(|ty| self.ty(ty, text))
            || function.args.iter().chain(&function.throws).any(|field| self.field(module, field))
    }

    fn field(&self, module: usize, field: &Field) -> bool {
        options::left_out(field).is_none() && self.place(module, &field.annotations, &field.ty)
    }

    /// A field or typedef with these annotations, in this module.
    fn place(&self, module: usize, annotations: &Annotations, ty: &Type) -> bool {
        match chosen_type(annotations) {
            Some((_, chosen)) => {
                borrowed::borrows(completed(module, &chosen, self.names, self.found))
            }
            None => self.ty(ty, options::text(annotations)),
        }
    }

    fn ty(&self, ty: &Type, text: Option<Text>) -> bool {
        match ty {
            Type::String => text.unwrap_or(self.options.string) == Text::Borrowed,
            Type::Binary => self.options.binary == BinaryType::Slice,
            Type::List(element) | Type::Set(element) => self.ty(element, text),
            Type::Map(key, value) => self.ty(key, text) || self.ty(value, text),
            // A typedef is written out where a type of strings is chosen. All else is what it is there.
            Type::Named(id) if self.options.existing.has(*id) => match self.program.item(*id) {
                Item::Typedef(typedef) if !options::chooses_type(&typedef.annotations) => {
                    let is_written_out =
                        text.is_some() && options::holds_string(self.program, &typedef.ty);
                    match is_written_out {
                        true => self.ty(&typedef.ty, text),
                        false => self.found.contains(id),
                    }
                }
                _ => self.found.contains(id),
            },
            Type::Named(id) => match self.program.item(*id) {
                Item::Typedef(typedef) if !options::chooses_type(&typedef.annotations) => {
                    let own = options::text(&typedef.annotations);
                    self.ty(&typedef.ty, text.or(own))
                }
                _ => self.found.contains(id),
            },
            _ => false,
        }
    }
}

/// A Rust type that was chosen in a module, with the lifetime of the types of that module that borrow.
pub(super) fn completed(
    module: usize,
    chosen: &syn::Type,
    names: &Names,
    lent: &HashSet<ItemId>,
) -> TokenStream {
    let is_lent =
        |name: &Ident| lent.iter().any(|id| id.module == module && names.name(*id) == name);
    borrowed::completed(chosen.to_token_stream(), &is_lent)
}

impl Cx<'_> {
    /// The lifetime of borrowed data.
    pub(super) fn lifetime(&self) -> Lifetime {
        Lifetime::new(if self.constant { "'static" } else { "'a" }, Span::call_site())
    }

    /// `&str`
    pub(super) fn borrowed_text(&self) -> TokenStream {
        let lifetime = self.lifetime();
        quote!(&#lifetime str)
    }

    /// `&[u8]`
    pub(super) fn borrowed_bytes(&self) -> TokenStream {
        let lifetime = self.lifetime();
        quote!(&#lifetime [u8])
    }

    /// The generic arguments after the path of a type where it is used.
    pub(super) fn lent_arguments(&self, id: ItemId) -> Option<TokenStream> {
        let lifetime = self.lent.contains(&id).then(|| self.lifetime())?;
        Some(quote!(<#lifetime>))
    }

    /// The parameters of a type, and those among them that are lifetimes of borrowed data.
    pub(super) fn lent_parameters(&self, id: ItemId) -> (Generics, Vec<Lifetime>) {
        match self.lent.contains(&id) {
            true => (parse_quote!(<'a>), vec![parse_quote!('a)]),
            false => (Generics::default(), Vec::new()),
        }
    }

    /// A generated type, for an impl that needs no name for its lifetime.
    pub(super) fn whole(&self, id: ItemId) -> TokenStream {
        let name = self.names.name(id);
        match self.lent.contains(&id) {
            true => quote!(#name<'_>),
            false => quote!(#name),
        }
    }

    /// `Arbitrary` for a type. Values made up from random bytes do not borrow from anything.
    pub(super) fn arbitrary(&self, id: ItemId) -> Option<TokenStream> {
        let name = self.names.name(id);
        (!self.lent.contains(&id)).then(|| quote!(__thrift::arbitrary!(#name);))
    }

    /// What is generated for a service whose methods would borrow: its description, if the schema is
    /// asked for.
    pub(super) fn service_left_out(&self, id: ItemId) -> Option<TokenStream> {
        let name = self.names.name(id);
        self.defined_service(id, name, &format!("`{name}`"))
    }
}

/// Errors for what cannot be generated for types that borrow.
pub(super) fn mistakes(
    program: &Program,
    options: &Options,
    lent: &HashSet<ItemId>,
) -> Vec<syn::Error> {
    // An annotation of the IDL has no place among the arguments.
    let span = options.borrows.unwrap_or_else(Span::call_site);
    let is_service = |id: &ItemId| matches!(program.item(*id), Item::Service(_));
    let mut found = Vec::new();
    if options.services == Services::NONE {
        found.extend(unused(program, options, lent));
    } else if lent.iter().any(is_service) {
        let message = "arguments and results of services cannot borrow from a message\nhelp: add \
                       `services: none` to generate only the types";
        found.push(syn::Error::new(span, message));
    }
    if options.idl_serde && !lent.iter().all(is_service) {
        let message = "types with `serde: idl` cannot borrow from a message";
        found.push(syn::Error::new(span, message));
    }
    found
}

/// Errors for keys about services that are left out.
fn unused(program: &Program, options: &Options, lent: &HashSet<ItemId>) -> Vec<syn::Error> {
    let mut services = program
        .items()
        .filter(|(id, item)| matches!(item, Item::Service(_)) && !options.existing.has(*id));
    let none_is_left = services.all(|(id, _)| lent.contains(&id));
    let left_out = |selection: Selection| match selection {
        Selection::All(Kind::Services) => none_is_left,
        _ => selection
            .item()
            .is_some_and(|id| matches!(program.item(id), Item::Service(_)) && lent.contains(&id)),
    };
    let Options { attributes, strings, types, unset, rename, partial, .. } = options;
    let all_of_partial =
        |selection| left_out(selection) || (selection == Selection::Everything && none_is_left);
    let of_service = |selection| {
        let names_description = options.schema && matches!(selection, Selection::Item(_));
        left_out(selection) && !names_description
    };
    let keys = chosen_for(attributes, &left_out)
        .chain(chosen_for(strings, &left_out))
        .chain(chosen_for(types, &left_out))
        .chain(chosen_for(unset, &left_out))
        .chain(chosen_for(rename, &of_service))
        .chain(chosen_for(partial, &all_of_partial));
    let errors = keys.map(|key| {
        let message = "unused key: no trait is generated for a service with methods that take or return \
                       what borrows from a message";
        syn::Error::new(key.span, message)
    });
    errors.collect()
}

/// The keys among those of an option that select something.
fn chosen_for<'o, T>(
    entries: &'o [(Selector, T)],
    selects: &impl Fn(Selection) -> bool,
) -> impl Iterator<Item = &'o Key> {
    entries.iter().map(|(selector, _)| selector).filter(|it| selects(it.selects)).map(|it| &it.key)
}
