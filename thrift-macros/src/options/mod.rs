//! The options for generated code: as plain data, and what they mean in a certain IDL.

mod annotations;
mod attributes;
mod existing;
mod hiding;
mod selectors;

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::{Attribute, LitStr, Path};
use thrift_idl::diagnostic::Diagnostics;

pub(crate) use self::annotations::readable;
pub(crate) use self::existing::{Existing, alias};
pub(crate) use self::hiding::module_name;
use crate::input::Input;
use crate::model::{ItemId, Program};

/// Finds what the options' keys name in `program`.
pub(crate) fn resolve(input: &mut Input, program: &mut Program, diagnostics: &mut Diagnostics) {
    existing::apply(program, input, diagnostics);
    hiding::apply(program, input);
    selectors::apply(program, input, diagnostics);
    attributes::apply(program, input);
}

/// The options of one invocation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The path of `thrift-runtime`, whatever the user calls it.
    pub(crate) krate: TokenStream,
    /// `with`
    pub(crate) existing: Existing,
    /// Modules that have another name, since their own would hide something.
    pub(crate) avoided: HashMap<usize, String>,
    pub(crate) derives: Vec<(Selector, Vec<Path>)>,
    pub(crate) attributes: Vec<(Selector, Vec<Attribute>)>,
    pub(crate) map: MapType,
    pub(crate) set: SetType,
    pub(crate) string: StringType,
    /// `unset: option`: a field of default requiredness is an `Option` too.
    pub(crate) unset_is_none: bool,
    /// `unknown_fields: keep`
    pub(crate) keep_unknown_fields: bool,
    pub(crate) services: Services,
}

/// Which IDL items a key such as `"Message.content"` means.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) key: LitStr,
    pub(crate) selects: Selection,
}

/// What a key means, which the resolver finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Selection {
    /// No item has that name, which has been reported.
    #[default]
    Nothing,
    /// `"*"`: every type.
    Everything,
    /// A definition.
    Item(ItemId),
    /// A field, an enum's member or a function, by its index in the definition.
    Member(ItemId, usize),
}

/// The Rust type of `map`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MapType {
    #[default]
    BTreeMap,
    HashMap,
}

/// The Rust type of `set`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SetType {
    #[default]
    BTreeSet,
    HashSet,
}

/// The Rust type of `string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum StringType {
    /// `std::string::String`
    #[default]
    String,
    /// The runtime's string that may share the message's buffer.
    Str,
}

/// What is generated for a service besides its trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Services {
    pub(crate) client: bool,
    pub(crate) server: bool,
    pub(crate) blocking: bool,
}

impl Services {
    pub(crate) const NONE: Services = Services { client: false, server: false, blocking: false };
}

impl Default for Services {
    fn default() -> Self {
        Services { client: true, server: true, blocking: false }
    }
}

impl Options {
    /// The derives asked for on `item`, those for every type first.
    pub(crate) fn derives(&self, item: ItemId) -> impl Iterator<Item = &Path> {
        selected(&self.derives, move |selection| {
            matches!(selection, Selection::Everything) || selection == Selection::Item(item)
        })
    }

    /// The attributes asked for on the type `item`, those for every type first.
    pub(crate) fn attributes(&self, item: ItemId) -> impl Iterator<Item = &Attribute> {
        selected(&self.attributes, move |selection| {
            matches!(selection, Selection::Everything) || selection == Selection::Item(item)
        })
    }

    /// The attributes asked for on `item`, which is not a type, so that `"*"` does not include it.
    pub(crate) fn own_attributes(&self, item: ItemId) -> impl Iterator<Item = &Attribute> {
        selected(&self.attributes, move |selection| selection == Selection::Item(item))
    }

    /// The attributes asked for on the field, enum member or function at `index` in `item`.
    pub(crate) fn member_attributes(
        &self,
        item: ItemId,
        index: usize,
    ) -> impl Iterator<Item = &Attribute> {
        selected(&self.attributes, move |selection| selection == Selection::Member(item, index))
    }
}

fn selected<T>(
    entries: &[(Selector, Vec<T>)],
    fits: impl Fn(Selection) -> bool,
) -> impl Iterator<Item = &T> {
    entries
        .iter()
        .filter(move |(selector, _)| fits(selector.selects))
        .flat_map(|(_, values)| values)
}
