//! `#[thrift(idempotent)]` in `attr`: replaces the annotation if the IDL cannot be edited.

use syn::{Attribute, Token, token};

use super::Selection;
use crate::input::Input;
use crate::model::annotation::{IDEMPOTENT, THRIFT};
use crate::model::{Function, Item, Program};

use thrift_idl::suggest;

/// Removes our own attributes from those for generated code, and does what they ask for.
pub(super) fn apply(program: &mut Program, input: &mut Input) {
    let Input { options, errors, .. } = input;
    for (selector, attributes) in &mut options.attributes {
        for attribute in attributes.extract_if(.., |attribute| attribute.path().is_ident(THRIFT)) {
            // A key that names nothing is an error already.
            if selector.selects == Selection::Nothing {
                continue;
            }
            let said = match function(program, selector.selects) {
                Some(function) => is_idempotent(&attribute).map(|is| function.idempotent |= is),
                None => {
                    let key = selector.key.text();
                    let message = format!(
                        "`attr` takes `#[{THRIFT}({IDEMPOTENT})]` only for methods, but \
                         `{key}` is not a method"
                    );
                    Err(syn::Error::new_spanned(&attribute, message))
                }
            };
            errors.extend(said.err());
        }
    }
}

fn function(program: &mut Program, selects: Selection) -> Option<&mut Function> {
    let Selection::Member(id, index) = selects else { return None };
    match program.modules.get_mut(id.module)?.items.get_mut(id.item)? {
        Item::Service(service) => service.functions.get_mut(index),
        Item::Typedef(_) | Item::Enum(_) | Item::Struct(_) | Item::Const(_) => None,
    }
}

/// Whether an attribute of a method says `idempotent`; it is the only key that is allowed there.
fn is_idempotent(attribute: &Attribute) -> syn::Result<bool> {
    let mut is_idempotent = false;
    attribute.parse_nested_meta(|meta| {
        if !meta.path.is_ident(IDEMPOTENT) {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            return Err(meta.error(match suggest::nearest(&name, [IDEMPOTENT].into_iter()) {
                Some(near) => format!("unknown attribute `{name}`: did you mean `{near}`?"),
                None => format!("unknown attribute on a method: it takes `{IDEMPOTENT}`"),
            }));
        }
        if meta.input.peek(Token![=]) || meta.input.peek(token::Paren) {
            return Err(meta.error(format!("`{IDEMPOTENT}` takes no value")));
        }
        is_idempotent = true;
        Ok(())
    })?;
    Ok(is_idempotent)
}
