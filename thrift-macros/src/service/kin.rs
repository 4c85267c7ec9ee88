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
            errors.at(bound, "a service extends another service, and nothing else");
            continue;
        };
        if bound.maybe.is_some() || bound.lifetimes.is_some() {
            errors.at(bound, "a service extends another service, and nothing else");
            continue;
        }
        let Some(last) = bound.path.segments.last() else { continue };
        if last.ident == "Send" || last.ident == "Sync" {
            errors.at(bound, format_args!("a service is `{}` already", last.ident));
        } else if OTHERS.iter().any(|other| last.ident == other) {
            let message = format!(
                "`{}` is no service: ask for it where it is needed, of the handler",
                last.ident,
            );
            errors.at(bound, message);
        } else if !matches!(last.arguments, PathArguments::None) {
            errors.at(&last.arguments, "a service has no parameters");
        } else if parent.replace(&bound.path).is_some() {
            errors.at(bound, "a service extends one other");
        } else if options.made.dynamic && !options.made.client {
            let message = "a service that extends another in Rust has a `dyn` twin only beside a \
                           client, as both come to the other's methods by one way: add `client` to \
                           `services`";
            errors.at(bound, message);
        }
    }
    parent.map(|parent| Box::new(paths(parent)))
}
