//! From the model to Rust tokens.
//!
//! Apart from the user's own items, generated code refers only to what the runtime's `__private`
//! contains, as `__thrift::...`, so that nothing in the user's scope or IDL can be mistaken for it.

mod annotation;
mod blocking;
mod chosen;
mod client;
mod codec;
mod collection;
mod compare;
mod constant;
mod contract;
mod declared;
mod default_heap;
mod derived;
mod dynamic;
mod enumeration;
mod inherited;
mod lent;
mod lines;
mod method;
mod name;
mod ord;
mod parameter;
mod processor;
mod schema;
mod service;
mod shape;
mod structure;
#[cfg(test)]
mod tests;
mod types;
mod union;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use thrift_idl::source::Sources;

pub(crate) use self::annotation::list;
use self::chosen::Choices;
pub(crate) use self::derived::{aside, derived, fallback, fallback_failures};
pub(crate) use self::service::{Parts, generate};
use self::{
    lines::Lines,
    name::{Names, ident},
};
use crate::{
    input::Root,
    model::{Item, ItemId, Program, StructKind},
    options::{self, Options, Text},
};

/// What may be needed to generate an item.
struct Cx<'a> {
    program: &'a Program,
    options: &'a Options,
    names: &'a Names,
    choices: &'a Choices,
    /// Structs that must be ordered because they are keys.
    keys: &'a HashSet<ItemId>,
    /// Structs that cannot be ordered because they hold a `HashMap` or `HashSet`.
    unordered: &'a HashSet<ItemId>,
    lines: &'a Lines,
    /// The module with the descriptions of all files, if the option `schema` asks for them.
    schema: Option<&'a Ident>,
    /// The Rust type of strings here, if the author chose one.
    text: Option<Text>,
    /// The span at which names mean what they mean in the author's code.
    author: Span,
    /// The module that is being generated.
    module: usize,
    /// The item that is being generated.
    item: Option<ItemId>,
    /// Types that borrow from the message that they are read from.
    lent: &'a HashSet<ItemId>,
    /// Whether this is about a value that stands in the IDL, so that what it borrows lives for ever.
    constant: bool,
    /// Whether this is about the value of a field whose Rust type the author chose.
    chosen: bool,
    /// Whether typedefs are written out, so that equal types have equal tokens.
    written_out: bool,
}

/// Generates the items of every module of `program`, those of included files in sub-modules.
/// Everything is in one module, so that several invocations in one scope do not get in each other's
/// way. That module is hidden from the documentation, as everything in it can be named without it. It
/// is public all the same: rustc names the traits that a user has not imported by their path through
/// this module, and it must be possible to import them by that path.
pub(crate) fn expand(
    program: &Program,
    options: &Options,
    sources: &Sources,
    invocation: &Root,
) -> TokenStream {
    let name = name::invocation(invocation);
    let schema = options.schema.then(|| schema::module(&name));
    let items = modules(program, options, sources, invocation.place(), schema.as_ref());
    let doc = program.modules.first().map(|root| annotation::doc(&root.doc));
    quote! {
        #[doc(hidden)]
        #[allow(
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, deprecated,
            missing_docs, non_camel_case_types, non_snake_case, non_upper_case_globals,
            rustdoc::all, unexpected_cfgs, unreachable_pub, unused_qualifications,
        )]
        #doc
        pub mod #name { #items }
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use #name::*;
    }
}

/// The name of the module that an invocation fills.
pub(crate) fn module(root: &Root) -> String {
    name::invocation(root).to_string()
}

fn modules(
    program: &Program,
    options: &Options,
    sources: &Sources,
    author: Span,
    schema: Option<&Ident>,
) -> TokenStream {
    let names = Names::new(program, options);
    let keys = ord::keys(program);
    let unordered = ord::unordered(program, options, &keys);
    let lent = lent::lent(program, options, &names);
    let choices = Choices::new(program, options, sources, &unordered, &names, &lent);
    let lines = Lines::new(program, options, &lent);
    let mut second_names = HashSet::new();
    let modules = program.modules.iter().enumerate();
    let modules = modules.filter(|(module, _)| options.existing.module(*module).is_none());
    let modules = modules.map(|(module, of)| {
        let krate = &options.krate;
        let doc = annotation::doc(&of.doc);
        let cx = Cx {
            program,
            options,
            names: &names,
            choices: &choices,
            keys: &keys,
            unordered: &unordered,
            lines: &lines,
            schema,
            text: None,
            author,
            module,
            item: None,
            lent: &lent,
            constant: false,
            chosen: false,
            written_out: false,
        };
        let items = of.items.iter().enumerate().map(|(item, of)| {
            let id = ItemId { module, item };
            Cx { item: Some(id), ..cx }.item(id, of)
        });
        let import = quote!(#[allow(unused_imports)] use #krate::__private as __thrift;);
        let aliases = choices.aliases(module);
        if module == 0 {
            let alike = cx.alike();
            let schema = schema.map(|name| schema::files(program, name, krate));
            quote!(#import #aliases #(#items)* #alike #schema)
        } else {
            let name = names.module(module);
            let second = second_names.insert(options::alias(&of.stem)).then(|| {
                let second = ident(&options::alias(&of.stem));
                quote!(#[doc(hidden)] pub use #name as #second;)
            });
            quote!(#doc pub mod #name { #import #aliases #(#items)* } #second)
        }
    });
    let errors = names.errors(options).into_iter().chain(lent::mistakes(program, options, &lent));
    let errors = errors.map(syn::Error::into_compile_error);
    quote!(#(#errors)* #(#modules)*)
}

impl Cx<'_> {
    fn item(&self, id: ItemId, item: &Item) -> TokenStream {
        if self.options.existing.item(id).is_some() {
            return TokenStream::new();
        }
        match item {
            Item::Typedef(typedef) => self.typedef(id, typedef),
            Item::Enum(of) => self.enumeration(id, of),
            Item::Struct(of) if of.kind == StructKind::Union => self.union(id, of),
            Item::Struct(of) => self.structure(id, of),
            Item::Const(constant) => Cx { constant: true, ..*self }.constant(id, constant),
            Item::Service(_) if self.lent.contains(&id) => {
                self.service_left_out(id).unwrap_or_default()
            }
            Item::Service(service) => self.service(id, service),
        }
    }

    fn typedef(&self, id: ItemId, typedef: &crate::model::Typedef) -> TokenStream {
        let name = self.names.name(id);
        let doc = annotation::doc(&typedef.doc);
        let deprecated = annotation::deprecated(&typedef.annotations);
        let chosen = self.chosen(&typedef.annotations);
        let ty = chosen.unwrap_or_else(|| {
            let text = options::text(&typedef.annotations);
            self.with_text(text).ty(&typedef.ty, types::Site::Plain)
        });
        let attributes = self.options.own_attributes(id, None);
        let (parameters, _) = self.lent_parameters(id);
        quote!(#doc #deprecated #(#attributes)* pub type #name #parameters = #ty;)
    }
}
