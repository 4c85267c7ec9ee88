//! Where the IDL is: in files, whose paths may be composed, or in the arguments themselves.

use std::env;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprMacro, Lit, LitStr, Macro, Token};

use super::value::bracketed_list;

/// The IDL that code is generated for.
#[derive(Debug)]
pub(crate) enum Root {
    /// One file, or several with a module each.
    Files(Vec<PathText>, Layout),
    /// Text in the arguments.
    Text(LitStr),
}

/// How the items of the files are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// The items of the only file are generated directly where the macro is called.
    Flat,
    /// The items of each file are in a module.
    Modules,
}

impl Root {
    /// The span for reports about the whole.
    pub(crate) fn place(&self) -> Span {
        match self {
            Root::Files(files, _) => files.first().map_or_else(Span::call_site, PathText::span),
            Root::Text(text) => text.span(),
        }
    }

    /// A name that distinguishes it from other invocations in the same file.
    pub(crate) fn name(&self) -> String {
        match self {
            Root::Files(files, _) => files.first().map(PathText::value).unwrap_or_default(),
            Root::Text(_) => "inline".to_owned(),
        }
    }

    /// Tokens that make rustc rebuild when an environment variable changes from which a path is made.
    pub(crate) fn tracked(&self) -> TokenStream {
        match self {
            Root::Files(files, _) => files.iter().map(PathText::tracked).collect(),
            Root::Text(_) => TokenStream::new(),
        }
    }
}

/// A path: a literal, or the result of `concat!` and `env!`.
#[derive(Debug)]
pub(crate) struct PathText {
    /// The literal, or one that represents the composed path.
    pub(crate) literal: LitStr,
    /// The environment variables that it is made from.
    variables: Vec<LitStr>,
}

impl PathText {
    pub(crate) fn span(&self) -> Span {
        self.literal.span()
    }

    pub(crate) fn value(&self) -> String {
        self.literal.value()
    }

    /// Tokens that make rustc rebuild when one of those variables changes.
    pub(crate) fn tracked(&self) -> TokenStream {
        let span = self.span();
        let variables = self.variables.iter();
        variables.map(|name| quote_spanned!(span=> const _: &str = ::core::env!(#name);)).collect()
    }
}

/// Whether a path comes next, in any of its forms.
pub(super) fn is_path(input: ParseStream<'_>) -> bool {
    input.peek(LitStr) || input.peek(syn::Ident) && input.peek2(Token![!])
}

/// Reads a path.
pub(super) fn path(input: ParseStream<'_>) -> syn::Result<PathText> {
    if !is_path(input) {
        return input.parse().map(|literal| PathText { literal, variables: Vec::new() });
    }
    let written: Expr = input.parse()?;
    let mut variables = Vec::new();
    let (value, span) = evaluate(&written, &mut variables)?;
    Ok(PathText { literal: LitStr::new(&value, span), variables })
}

/// Reads a path, or a list of them.
pub(super) fn paths(input: ParseStream<'_>) -> syn::Result<(Vec<PathText>, Layout)> {
    if !input.peek(syn::token::Bracket) {
        return Ok((vec![path(input)?], Layout::Flat));
    }
    let span = input.span();
    let paths = bracketed_list(input, path)?;
    match paths.is_empty() {
        true => Err(syn::Error::new(span, "expected at least one path")),
        false => Ok((paths, Layout::Modules)),
    }
}

/// The text that literals, `concat!` and `env!` make. Other macros cannot be evaluated here.
fn evaluate(written: &Expr, variables: &mut Vec<LitStr>) -> syn::Result<(String, Span)> {
    match written {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => Ok((literal.value(), literal.span())),
        // Tokens that were passed through another macro are in an invisible group.
        Expr::Group(group) => evaluate(&group.expr, variables),
        Expr::Macro(ExprMacro { mac, .. }) if mac.path.is_ident("concat") => {
            let mut whole = String::new();
            for part in arguments(mac)? {
                whole += &evaluate(&part, variables)?.0;
            }
            Ok((whole, span(mac)))
        }
        Expr::Macro(ExprMacro { mac, .. }) if mac.path.is_ident("env") => {
            let arguments = arguments(mac)?;
            let Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })) = arguments.first() else {
                let message = "expected the name of an environment variable in quotes";
                return Err(syn::Error::new(span(mac), message));
            };
            let value = env::var(name.value()).map_err(|_| {
                let message = format!("the environment variable `{}` is not set", name.value());
                syn::Error::new(name.span(), message)
            })?;
            variables.push(name.clone());
            Ok((value, name.span()))
        }
        other => {
            let message = "expected a string literal, or `concat!` or `env!` with string literals";
            Err(syn::Error::new_spanned(other, message))
        }
    }
}

fn arguments(mac: &Macro) -> syn::Result<Punctuated<Expr, Token![,]>> {
    mac.parse_body_with(Punctuated::parse_terminated)
}

fn span(mac: &Macro) -> Span {
    mac.path.get_ident().map_or_else(Span::call_site, syn::Ident::span)
}
