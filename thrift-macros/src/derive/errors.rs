//! Errors in a type's attributes, which are collected and reported all at once.

use std::cell::RefCell;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// All errors about a type. It must end in [`Errors::finish`]: in a debug build of the macros,
/// dropping it otherwise panics, so that no error can be forgotten.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
    finished: bool,
}

impl Errors {
    /// Adds an error at the tokens in question.
    pub(crate) fn at(&self, place: impl ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(place, message));
    }

    pub(crate) fn add(&self, error: syn::Error) {
        self.found.borrow_mut().push(error);
    }

    /// The value of a result; the error is collected if there is one.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// The errors as tokens that make rustc show them; `None` if there are none.
    pub(crate) fn finish(mut self) -> Option<TokenStream> {
        self.finished = true;
        let found = self.found.take();
        (!found.is_empty()).then(|| found.iter().map(syn::Error::to_compile_error).collect())
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.finished || std::thread::panicking(),
            "errors were dropped without being reported",
        );
    }
}
