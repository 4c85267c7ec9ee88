//! Conversion of names to Rust's case: where the words of an IDL name begin, and how they are written.

use heck::{
    ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _,
};

pub(crate) fn camel(name: &str) -> String {
    with_plurals(name).to_upper_camel_case()
}

pub(crate) fn snake(name: &str) -> String {
    with_plurals(name).to_snake_case()
}

/// Converts a name in Rust's case to the case that is usual in an IDL.
pub(crate) fn lower_camel(name: &str) -> String {
    name.to_lower_camel_case()
}

pub(crate) fn shouty(name: &str) -> String {
    with_plurals(name).to_shouty_snake_case()
}

/// Rewrites plural acronyms such as `IDs` like other words, as `Ids`. Going by capitals alone would
/// give the words `I` and `Ds`.
fn with_plurals(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let capitals = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let (word, behind) = rest.split_at(capitals.max(first.len_utf8()));
        match is_plural(word, behind) {
            true => {
                plain.push(first);
                plain.extend(word.chars().skip(1).map(|letter| letter.to_ascii_lowercase()));
            }
            false => plain.push_str(word),
        }
        rest = behind;
    }
    plain
}

/// Whether a run of capitals is an acronym in the plural, judging by what follows it.
fn is_plural(capitals: &str, behind: &str) -> bool {
    let Some(behind) = behind.strip_prefix('s').filter(|_| capitals.len() > 1) else {
        return false;
    };
    // In `TIsSentryAdmin`, the words are `T` and `Is`.
    let is_word = capitals.len() == 2 && capitals.ends_with(['A', 'I']);
    match behind.bytes().next() {
        Some(next) if next.is_ascii_lowercase() => false,
        Some(next) => !(is_word && next.is_ascii_uppercase()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_in_the_plural_are_words() {
        for (name, expected) in [
            ("getCommunicationIDs", "get_communication_ids"),
            ("IDs", "ids"),
            ("IDsOf", "ids_of"),
            ("listURLs2", "list_urls2"),
            ("get_DBs", "get_dbs"),
            ("listUIs", "list_uis"),
            ("listAPIsOf", "list_apis_of"),
            ("dropUDFsAndUDAFs", "drop_udfs_and_udafs"),
            // These are not plurals.
            ("getAsBytes", "get_as_bytes"),
            ("TCLIService", "tcli_service"),
            ("isSet", "is_set"),
            ("TIsSentryAdmin", "t_is_sentry_admin"),
            ("HTTPStatus", "http_status"),
            ("DBstore", "d_bstore"),
            ("md5Hash", "md5_hash"),
            ("", ""),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
        assert_eq!(camel("CommunicationIDs"), "CommunicationIds");
        assert_eq!(shouty("maxIDs"), "MAX_IDS");
    }
}
