//! What comments and annotations of the IDL become: docs, attributes, and the choices made by
//! `rust.*`.

use proc_macro2::TokenStream;
use quote::quote;
use thrift_idl::diagnostic::Location;

use super::Cx;
pub(super) use crate::model::annotation::{DEPRECATED, RUST_DERIVE, RUST_NAME, RUST_TYPE};
use crate::{
    model::{Annotation, ItemId},
    options::Kind,
};

/// The Rust type that the last `rust.type` asks for, and the annotation's place. `None` if its value
/// is not a type; that has been reported already.
pub(super) fn chosen_type(annotations: &[Annotation]) -> Option<(Location, syn::Type)> {
    let annotation = annotations.iter().rev().find(|annotation| annotation.key == RUST_TYPE)?;
    Some((annotation.at?, syn::parse_str(&annotation.value).ok()?))
}

/// Whether `rust.type` names a `HashMap` or `HashSet`.
pub(super) fn names_hashed(annotations: &[Annotation]) -> bool {
    annotations.iter().any(|annotation| {
        annotation.key == RUST_TYPE
            && (annotation.value.contains("HashMap") || annotation.value.contains("HashSet"))
    })
}

/// Doc text as `#[doc]` attributes, written so that rustdoc takes no part of it for a Rust example to
/// test.
pub(super) fn doc(text: &Option<String>) -> TokenStream {
    let mut fenced = false;
    let lines = text.iter().flat_map(|text| text.lines()).map(|line| {
        let unindented = line.trim_start();
        if unindented.starts_with("```") {
            fenced = !fenced;
            return if fenced { "```text".to_owned() } else { "```".to_owned() };
        }
        if fenced {
            return line.to_owned();
        }
        // Four spaces would begin a code block.
        let indent = line.len() - unindented.len();
        format!("{:indent$}{}", "", escaped(unindented), indent = indent.min(3))
    });
    let mut lines: Vec<String> = lines.map(|line| format!(" {line}")).collect();
    if fenced {
        lines.push(" ```".to_owned());
    }
    quote!(#(#[doc = #lines])*)
}

/// A list under a heading: names, each with its text. Nothing if there are no entries.
pub(crate) fn list(heading: &str, entries: Vec<(String, String)>) -> TokenStream {
    if entries.is_empty() {
        return TokenStream::new();
    }
    let heading = format!(" {heading}");
    let entries = entries.into_iter().map(|(name, text)| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        format!(" - `{name}`: {}", lines.join(" "))
    });
    quote!(#[doc = ""] #[doc = #heading] #[doc = ""] #(#[doc = #entries])*)
}

/// The tags that stay HTML in documentation. Everything else in angle brackets, such as `list<string>`
/// and `<name>`, is shown as text.
const TAGS: [&str; 16] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "ul",
];

/// A line of Markdown in which each `<` that does not begin a tag is escaped.
fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut in_code = false;
    for (at, c) in line.char_indices() {
        in_code ^= c == '`';
        if c == '<' && !in_code {
            let rest = &line[at + 1..];
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let tag = rest[..end].to_ascii_lowercase();
            if !TAGS.contains(&tag.as_str()) && !rest.starts_with("http") {
                escaped.push('\\');
            }
        }
        escaped.push(c);
    }
    escaped
}

/// `#[deprecated]`, if an annotation says so.
pub(super) fn deprecated(annotations: &[Annotation]) -> TokenStream {
    let note = annotations.iter().rev().find(|annotation| annotation.key == DEPRECATED);
    match note.map(|annotation| annotation.value.as_str()) {
        None => TokenStream::new(),
        // The value that the IDL's parser gives to an annotation without one.
        Some("1" | "") => quote!(#[deprecated]),
        Some(note) => quote!(#[deprecated(note = #note)]),
    }
}

impl Cx<'_> {
    /// The attributes that the author asks for, and the derives beyond those in `given`.
    pub(super) fn asked_for(
        &self,
        id: ItemId,
        kind: Kind,
        annotations: &[Annotation],
        given: &[&str],
    ) -> TokenStream {
        let own = annotations
            .iter()
            .filter(|annotation| annotation.key == RUST_DERIVE)
            .flat_map(|annotation| annotation.value.split(','))
            .filter_map(|path| syn::parse_str::<syn::Path>(path.trim()).ok());
        let derives: Vec<syn::Path> = self
            .options
            .derives(id, kind)
            .cloned()
            .chain(own)
            .filter(|path| {
                let is_given = |name: &syn::Ident| {
                    let of_serde = ["Serialize", "Deserialize"].iter().any(|it| name == it);
                    given.iter().any(|given| name == given) || (self.options.idl_serde && of_serde)
                };
                !path.segments.last().is_some_and(|last| is_given(&last.ident))
            })
            .collect();
        let derive = if derives.is_empty() { quote!() } else { quote!(#[derive(#(#derives),*)]) };
        let attributes = self.options.attributes(id, kind);
        quote!(#derive #(#attributes)*)
    }

    /// Serde's traits for a type, if `serde: idl` asks for them.
    pub(super) fn idl_serde(&self, id: ItemId) -> Option<TokenStream> {
        let name = self.names.name(id);
        let wanted = self.options.idl_serde && !self.lent.contains(&id);
        wanted.then(|| quote!(__thrift::idl_serde!(#name);))
    }

    /// The attributes that the author asks for on a field, enum member or method.
    pub(super) fn member_attributes(&self, id: ItemId, index: usize) -> TokenStream {
        let attributes = self.options.member_attributes(id, index);
        quote!(#(#attributes)*)
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;

    #[test]
    fn text_is_not_taken_for_code_or_markup() {
        let text = "a list<string> and `list<i32>`, <b>bold</b> <http://a.b>\n     indented\n\
                    ```\nlet x: <T> = 1;";
        let doc = doc(&Some(text.to_owned()));
        let item: syn::ItemMod = syn::parse_quote!(#doc mod m {});
        let lines: Vec<String> = item
            .attrs
            .iter()
            .map(|attribute| attribute.meta.to_token_stream().to_string())
            .collect();
        assert_eq!(
            lines,
            [
                r#"doc = " a list\\<string> and `list<i32>`, <b>bold</b> <http://a.b>""#,
                r#"doc = "    indented""#,
                r#"doc = " ```text""#,
                r#"doc = " let x: <T> = 1;""#,
                r#"doc = " ```""#,
            ]
        );
    }
}
