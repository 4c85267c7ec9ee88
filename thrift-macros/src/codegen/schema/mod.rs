//! `schema: on`: the contents of the IDL as data in the generated code.
//!
//! They are in a module of their own, with a function for each file, so that types of files that
//! `with` maps have a place there, too. Types and services then only say where they are described.

mod item;
mod value;

use std::path::{Component, Path, PathBuf};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;

use super::Cx;
use crate::model::{Annotation, Include, ItemId, Module, Namespace, Program};

impl Cx<'_> {
    /// The impl that says where the schema describes a type.
    pub(super) fn defined(&self, id: ItemId, name: &impl ToTokens) -> Option<TokenStream> {
        let definition = self.definition(id)?;
        Some(quote!(__thrift::defined!(#name, #definition);))
    }

    /// Where the schema describes a service: a constant with the same name as its trait, which `shown`
    /// names in its documentation.
    pub(super) fn defined_service(
        &self,
        id: ItemId,
        name: &Ident,
        shown: &str,
    ) -> Option<TokenStream> {
        let definition = self.definition(id)?;
        let doc = format!(" The IDL of the service {shown}.");
        Some(quote! {
            #[doc = #doc]
            pub const #name: __thrift::schema::Definition = #definition;
        })
    }

    fn definition(&self, id: ItemId) -> Option<TokenStream> {
        let (schema, file) = (self.schema?, file(id.module));
        let (outside, index) = ((self.module != 0).then(|| quote!(super::)), id.item);
        let index = Literal::usize_unsuffixed(index);
        Some(quote!(__thrift::schema::Definition::filed(#outside #schema::#file, #index)))
    }
}

/// The name of an invocation's module, which is unique in its scope.
pub(super) fn module(invocation: &Ident) -> Ident {
    format_ident!("__{}_schema", invocation.unraw())
}

/// The module with the descriptions of all files.
pub(super) fn files(program: &Program, schema: &Ident, krate: &TokenStream) -> TokenStream {
    let paths = beside_each_other(program);
    let files = program.modules.iter().zip(&paths).enumerate().map(|(at, (of, path))| {
        let items = of.items.iter().enumerate().map(|(item, of)| {
            let (name, of) = (name(ItemId { module: at, item }), item::item(of));
            quote!(const #name: Item = #of;)
        });
        let names = (0..of.items.len()).map(|item| name(ItemId { module: at, item }));
        let (function, file) = (file(at), described(of, path, &paths, &quote!(&[#(#names),*])));
        quote! {
            #(#items)*
            pub fn #function() -> &'static Module {
                static FILE: Module = #file;
                &FILE
            }
        }
    });
    quote! {
        #[doc(hidden)]
        pub mod #schema {
            use #krate::__private::schema::*;
            #(#files)*
        }
    }
}

/// The function that gives the description of a file.
fn file(module: usize) -> Ident {
    format_ident!("file_{module}")
}

/// The name of the constant with the description of an item.
fn name(id: ItemId) -> Ident {
    format_ident!("ITEM_{}_{}", id.module, id.item)
}

/// The place of an item, as seen from the module with the descriptions.
fn definition(id: ItemId) -> TokenStream {
    let (file, index) = (file(id.module), Literal::usize_unsuffixed(id.item));
    quote!(Definition::filed(#file, #index))
}

fn described(of: &Module, path: &str, paths: &[String], items: &TokenStream) -> TokenStream {
    let Module { file: _, path: _, stem: _, doc, includes, cpp_includes, namespaces, items: _ } =
        of;
    let doc = doc_of(doc);
    let includes = some(includes.iter().map(|Include { path, module }| {
        // An absolute path belongs to this machine, and nobody else needs to see it.
        let path = match (Path::new(path).is_absolute(), paths.get(*module)) {
            (true, Some(path)) => path,
            _ => path,
        };
        let file = file(*module);
        quote!(Include::new(#path, #file))
    }));
    let includes = includes.map(|includes| quote!(.includes(#includes)));
    let cpp = some(cpp_includes.iter().map(|path| quote!(#path)));
    let cpp = cpp.map(|paths| quote!(.cpp_includes(#paths)));
    let namespaces = some(namespaces.iter().map(|of| {
        let Namespace { language, name, annotations } = of;
        let annotations = annotated(annotations);
        quote!(Namespace::new(#language, #name) #annotations)
    }));
    let namespaces = namespaces.map(|namespaces| quote!(.namespaces(#namespaces)));
    quote!(Module::new(#path, #items) #doc #includes #cpp #namespaces)
}

/// A slice, unless it would be empty.
fn some(of: impl Iterator<Item = TokenStream>) -> Option<TokenStream> {
    let mut of = of.peekable();
    of.peek()?;
    Some(quote!(&[#(#of),*]))
}

fn doc_of(doc: &Option<String>) -> Option<TokenStream> {
    doc.as_ref().map(|doc| quote!(.doc(#doc)))
}

fn annotated(annotations: &[Annotation]) -> Option<TokenStream> {
    pairs(annotations).map(|pairs| quote!(.annotations(#pairs)))
}

/// The annotations of the IDL, without those that represent options.
fn pairs(annotations: &[Annotation]) -> Option<TokenStream> {
    let of_idl = annotations.iter().filter(|annotation| annotation.at.is_some());
    some(of_idl.map(|Annotation { key, value, at: _ }| quote!((#key, #value))))
}

/// The paths of all files, relative to the closest folder that contains them all.
fn beside_each_other(program: &Program) -> Vec<String> {
    let folders = program.modules.iter().filter_map(|module| module.path.parent());
    let mut common: Option<PathBuf> = None;
    for folder in folders {
        let shared = match &common {
            None => folder.to_owned(),
            Some(common) => {
                let same = common.components().zip(folder.components());
                same.take_while(|(a, b)| a == b).map(|(of, _)| of).collect()
            }
        };
        common = Some(shared);
    }
    let common = common.unwrap_or_default();
    let relative = |module: &Module| {
        let path = module.path.strip_prefix(&common).unwrap_or(&module.path);
        let names = path.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        names.collect::<Vec<_>>().join("/")
    };
    program.modules.iter().map(relative).collect()
}
