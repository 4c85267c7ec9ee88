//! The options for generated code, as plain data, and what their keys mean.

mod annotations;
mod apply;
mod chosen;
mod existing;
mod explain;
mod fields;
mod find;
mod hiding;
mod idempotent;
mod key;
mod select;
mod selectors;
mod target;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Ident, Path, Type};
use thrift_idl::diagnostic::Diagnostics;

pub(crate) use self::annotations::readable;
pub(crate) use self::chosen::{
    LeftOut, Text, chooses_type, holds_string, is_none_if_unset, is_partial, left_out, text,
};
pub(crate) use self::existing::{Existing, alias};
pub(crate) use self::hiding::module_name;
use self::key::Place;
pub(crate) use self::key::{Key, Kind, Selection, Selector, Words};
use self::{select::Keys, target::About};
use crate::input::Input;
use crate::model::{ItemId, Program};

/// The options of one invocation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The path of `thrift-runtime`, which the user may have renamed.
    pub(crate) krate: TokenStream,
    /// `with`
    pub(crate) existing: Existing,
    pub(crate) derives: Vec<(Selector, Vec<Path>)>,
    pub(crate) attributes: Vec<(Selector, Vec<Attribute>)>,
    pub(crate) map: MapType,
    pub(crate) set: SetType,
    /// The hashers of `HashMap` and `HashSet`, if not those of the standard library.
    pub(crate) map_hasher: Option<Type>,
    pub(crate) set_hasher: Option<Type>,
    pub(crate) string: Text,
    pub(crate) binary: BinaryType,
    /// The Rust types of strings that keys of `types` choose.
    pub(crate) strings: Vec<(Selector, Text)>,
    /// The Rust types of fields, arguments and typedefs that keys of `types` choose.
    pub(crate) types: Vec<(Selector, RustType)>,
    /// Fields that are left out of their type.
    pub(crate) skip: Vec<(Selector, LeftOut)>,
    /// Fields and arguments that are an `Option` although they are not optional.
    pub(crate) unset: Vec<(Selector, bool)>,
    /// The Rust names that keys choose.
    pub(crate) rename: Vec<(Selector, Ident)>,
    /// For each module, the Rust name that is chosen for it, unless it is named after its file.
    pub(crate) modules: Vec<Option<String>>,
    /// `names: idl`: types have their names from the IDL.
    pub(crate) idl_types: bool,
    /// `serde: idl`
    pub(crate) idl_serde: bool,
    /// `schema: on`
    pub(crate) schema: bool,
    /// `unknown_fields: keep`
    pub(crate) keep_unknown_fields: bool,
    pub(crate) services: Services,
    /// Where the options say that strings, binaries or other types borrow from the message.
    pub(crate) borrows: Option<Span>,
    /// The services whose methods a handler may leave out.
    pub(crate) partial: Vec<(Selector, bool)>,
}

/// Resolves the keys of all options, and writes their choices into the model. A key that means nothing
/// is an error, unless the item may be missing because of another error.
pub(crate) fn resolve(input: &mut Input, program: &mut Program, diagnostics: &mut Diagnostics) {
    existing::apply(program, input, diagnostics);
    let complete = diagnostics.errors().next().is_none();
    let mut found = Vec::new();
    {
        let Options {
            existing,
            derives,
            attributes,
            strings,
            types,
            skip,
            unset,
            rename,
            partial,
            ..
        } = &mut input.options;
        let existing = &*existing;
        let keys = |about| Keys { program, about, existing, complete, seen: Vec::new() };
        select(keys(About::Derive), derives, &mut found);
        select(keys(About::Attr), attributes, &mut found);
        select(keys(About::Types), strings, &mut found);
        select(keys(About::RustTypes), types, &mut found);
        select(keys(About::Skip), skip, &mut found);
        select(keys(About::Unset), unset, &mut found);
        select(keys(About::Rename), rename, &mut found);
        select(keys(About::Partial), partial, &mut found);
        for (selector, _) in unset {
            if let Some(why) = apply::useless_unset(program, selector.selects) {
                let message = format!("unused key: `{}` {why}", selector.key.text());
                found.push(syn::Error::new(selector.key.span, message));
            }
        }
        found.extend(fields::mistakes(program, types, skip));
    }
    input.errors.extend(found);
    idempotent::apply(program, input);
    apply::rename(program, &mut input.options);
    hiding::apply(program, input);
    fields::apply(program, &input.options);
    // Strings of which a key has chosen another type have no effect on it, so this comes after that.
    for (selector, _) in &input.options.strings {
        if let Some(why) = chosen::useless_text(program, selector.selects) {
            let message = format!("unused key: `{}` {why}", selector.key.text());
            input.errors.push(syn::Error::new(selector.key.span, message));
        }
    }
    apply::choose(program, &input.options);
}

fn select<T>(mut keys: Keys<'_>, entries: &mut [(Selector, T)], errors: &mut Vec<syn::Error>) {
    for (selector, _) in entries {
        errors.extend(keys.select(selector).err());
    }
}

/// The Rust type of `map`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MapType {
    #[default]
    BTreeMap,
    HashMap,
}

/// The Rust type of `binary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BinaryType {
    #[default]
    Bytes,
    /// The runtime's type, which stores short values without an allocation.
    Blob,
    /// `&[u8]`, a part of the message.
    Slice,
}

impl BinaryType {
    pub(crate) const ALL: [(&str, BinaryType); 3] =
        [("Bytes", BinaryType::Bytes), ("Blob", BinaryType::Blob), ("&[u8]", BinaryType::Slice)];
}

/// The choice that a key of `types` makes for a field, argument or typedef.
#[derive(Debug, Clone)]
pub(crate) enum RustType {
    /// This Rust type.
    Chosen(Box<Type>),
    /// One of the library's types for a `binary`.
    Binary(BinaryType),
    /// The type that it has anyway, in a box.
    Boxed,
}

/// The Rust type of `set`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SetType {
    #[default]
    BTreeSet,
    HashSet,
}

/// The parts of a service that are generated besides its trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Services {
    pub(crate) client: bool,
    pub(crate) server: bool,
    pub(crate) blocking: bool,
    pub(crate) dynamic: bool,
    /// Whether services in Rust may extend those of the IDL.
    pub(crate) extended: bool,
}

impl Services {
    pub(crate) const NONE: Services =
        Services { client: false, server: false, blocking: false, dynamic: false, extended: false };
}

impl Default for Services {
    fn default() -> Self {
        Services { client: true, server: true, ..Services::NONE }
    }
}

impl Options {
    /// The name of a file's module, if it is not named after the file.
    pub(crate) fn module_name(&self, module: usize) -> Option<String> {
        self.modules.get(module)?.clone()
    }

    /// The derives asked for on the type `item`, those for the widest keys first.
    pub(crate) fn derives(&self, item: ItemId, kind: Kind) -> impl Iterator<Item = &Path> {
        let place = Place { kind: Some(kind), item, member: None, argument: None };
        selected(&self.derives, move |selection| place.is_within(selection))
    }

    /// The attributes asked for on the type `item`, those for the widest keys first.
    pub(crate) fn attributes(&self, item: ItemId, kind: Kind) -> impl Iterator<Item = &Attribute> {
        let place = Place { kind: Some(kind), item, member: None, argument: None };
        selected(&self.attributes, move |selection| place.is_within(selection))
    }

    /// The attributes asked for on `item`, which is not a type, so that `"*"` does not include it.
    pub(crate) fn own_attributes(
        &self,
        item: ItemId,
        kind: Option<Kind>,
    ) -> impl Iterator<Item = &Attribute> {
        let place = Place { kind, item, member: None, argument: None };
        selected(&self.attributes, move |selection| {
            selection != Selection::Everything && place.is_within(selection)
        })
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
