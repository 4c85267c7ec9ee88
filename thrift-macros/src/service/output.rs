//! The return types of methods: `Result<T>`, or `Result<T, E>` with an error that says which
//! exceptions are declared.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type, spanned::Spanned as _};

use super::unfit;
use crate::derive::{errors::Errors, field::ungrouped};

/// The return type of a method.
pub(super) struct Output<'a> {
    /// The whole type.
    pub(super) ty: &'a Type,
    /// The type in which the result is sent.
    pub(super) result: TokenStream,
}

/// Reads the return type of a method, and reports what is wrong with it.
pub(super) fn read<'a>(sig: &'a Signature, oneway: bool, errors: &Errors) -> Option<Output<'a>> {
    let ReturnType::Type(_, ty) = &sig.output else {
        let message = format!(
            "a call can fail: `{}` must return `Result<()>` if it has no result",
            sig.ident
        );
        errors.at(&sig.ident, message);
        return None;
    };
    if unfit::borrowed(ty, errors) {
        return None;
    }
    let Some((value, error)) = in_result(ty) else {
        let message = "a call can fail: a method of a service must return `Result<T>`, or \
                       `Result<T, E>` with an error that derives `ThriftError`";
        errors.at(ty, message);
        return None;
    };
    let is_void = matches!(ungrouped(value), Type::Tuple(tuple) if tuple.elems.is_empty());
    if oneway && !is_void {
        errors.at(
            value,
            "a oneway method cannot have a result, as it gets no reply: return `Result<()>`",
        );
    }
    if let Some(error) = error.filter(|_| oneway) {
        let message =
            "a oneway method cannot declare exceptions, as it gets no reply: return `Result<()>`";
        errors.at(error, message);
    }
    let span = error.unwrap_or(value).span();
    let result = match (is_void, error) {
        (true, None) => quote_spanned!(span=> __thrift::Void),
        (false, None) => quote_spanned!(span=> __thrift::Returned<#value>),
        (true, Some(error)) => quote_spanned!(span=> __thrift::VoidOr<#error>),
        (false, Some(error)) => quote_spanned!(span=> __thrift::ReturnedOr<#value, #error>),
    };
    Some(Output { ty, result })
}

/// The value and the error in the return type of a method, if it is valid.
pub(super) fn types(sig: &Signature) -> Option<(&Type, Option<&Type>)> {
    match &sig.output {
        ReturnType::Type(_, ty) => in_result(ty),
        ReturnType::Default => None,
    }
}

/// The arguments of a `Result`, as far as a macro can see.
fn in_result(ty: &Type) -> Option<(&Type, Option<&Type>)> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let value = types.next()??;
    let error = match types.next() {
        Some(error) => Some(error?),
        None => None,
    };
    (last.ident == "Result" && types.next().is_none()).then_some((value, error))
}
