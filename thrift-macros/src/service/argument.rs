//! Arguments: a name, an id and a type.

use std::collections::HashMap;

use quote::ToTokens as _;
use syn::{FnArg, Ident, Member, Pat, PatIdent, PatType, Signature};

use super::{Options, unfit};
use crate::{
    derive::{
        attribute::{Attributes, THRIFT},
        errors::Errors,
        field::{ARGUMENT, Ids, in_option, is_number, is_text},
        structure::slot_of,
    },
    model::{service::Argument, wire::Slot},
};

/// The arguments of a method.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) arguments: Vec<Argument>,
    pub(super) slots: Vec<Slot>,
    /// The documented arguments, by their names in Rust.
    pub(super) docs: Vec<(String, String)>,
}

/// Reads the arguments, and reports what is wrong with them.
pub(super) fn read(sig: &Signature, options: &Options, errors: &Errors) -> Arguments {
    let mut read = Arguments::default();
    let mut ids = Ids::new("leave it to the order");
    let mut taken: HashMap<String, String> = HashMap::new();
    for input in &sig.inputs {
        let FnArg::Typed(of) = input else { continue };
        let Some(name) = name(&of.pat, errors) else { continue };
        unfit::conditions(&of.attrs, errors);
        others(of, errors);
        let attributes = Attributes::read(&of.attrs, ARGUMENT, "an argument", errors);
        let id = ids.next(&attributes, name, &name.to_string(), errors);
        let wire_name = options.name(&attributes, &name.to_string(), errors);
        if let Some(first) = taken.insert(wire_name.clone(), name.to_string()) {
            errors.at(name, format_args!("the name `{wire_name}` is taken by `{first}`"));
        }
        if unfit::borrowed(&of.ty, errors) {
            continue;
        }
        let member = Member::Named(name.clone());
        let slot = slot_of(member, &of.ty, id.unwrap_or_default(), &attributes, errors);
        let value = in_option(&of.ty).unwrap_or(&of.ty);
        // These types are known to have a wire form, so that no check is needed.
        let checked = slot.with.is_some() || !(is_number(value) || is_text(value));
        read.slots.push(Slot { wire_name, checked, ..slot });
        if let Some(text) = super::doc(&of.attrs) {
            read.docs.push((name.to_string(), text));
        }
        read.arguments.push(Argument { name: name.clone(), ty: of.ty.to_token_stream() });
    }
    read
}

fn name<'a>(pat: &'a Pat, errors: &Errors) -> Option<&'a Ident> {
    match pat {
        Pat::Ident(PatIdent { by_ref: None, mutability: None, ident, subpat: None, .. }) => {
            Some(ident)
        }
        other => {
            errors.at(other, "an argument of a method must be a name with a type: `name: Type`");
            None
        }
    }
}

/// Reports attributes that have no meaning here.
fn others(of: &PatType, errors: &Errors) {
    for attribute in &of.attrs {
        let path = attribute.path();
        let known = ["doc", "cfg", "cfg_attr", THRIFT];
        if !known.iter().any(|known| path.is_ident(known)) {
            errors.at(attribute, "an argument can only have `#[thrift(...)]` and doc comments");
        }
    }
}
