//! The service that a service extends: its trait's supertrait.

use syn::{ItemTrait, PathArguments, TypeParamBound};

use super::{Options, paths};
use crate::{derive::errors::Errors, model::service::Paths};

/// Traits that are often used as supertraits and are not services.
const OTHERS: [&str; 14] = [
    "Any",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Eq",
    "Error",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Sized",
    "Unpin",
];

/// The paths of the service that `of` extends.
pub(super) fn parent(of: &ItemTrait, options: &Options, errors: &Errors) -> Option<Box<Paths>> {
    let mut parent = None;
    for bound in &of.supertraits {
        let TypeParamBound::Trait(bound) = bound else {
            errors.at(bound, "a service can only extend another service");
            continue;
        };
        if bound.maybe.is_some() || bound.lifetimes.is_some() {
            errors.at(bound, "a service can only extend another service");
            continue;
        }
        let Some(last) = bound.path.segments.last() else { continue };
        if last.ident == "Send" || last.ident == "Sync" {
            errors
                .at(bound, format_args!("a service is always `{}`: remove this bound", last.ident));
        } else if OTHERS.iter().any(|other| last.ident == other) {
            let message = format!(
                "`{}` is not a service: put this bound on the type of the handler, where it is needed",
                last.ident,
            );
            errors.at(bound, message);
        } else if !matches!(last.arguments, PathArguments::None) {
            errors.at(&last.arguments, "a service cannot have generic parameters");
        } else if parent.replace(&bound.path).is_some() {
            errors.at(bound, "a service can only extend one service");
        } else if options.made.dynamic && !options.made.client {
            let message = "`dyn` needs `client` for a service that extends another: \
                           add `client` to \
                           `services`";
            errors.at(bound, message);
        }
    }
    parent.map(|parent| Box::new(paths(parent)))
}
