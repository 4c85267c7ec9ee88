//! Addresses, as an error's text may show them.

/// A URL, or an address, without the user, the password and the query.
///
/// Since a password may hold any character, all before the last `@` is left out.
#[cold]
pub(crate) fn without_secrets(url: &str) -> String {
    let (before, rest) = match url.rsplit_once('@') {
        Some((before, rest)) => (Some(before), rest),
        None => (None, url),
    };
    let (place, query) = match rest.split_once('?') {
        Some((place, _)) => (place, "?.."),
        None => (rest, ""),
    };
    let Some(before) = before else { return format!("{place}{query}") };
    let scheme = before.split_once("://").map(|(scheme, _)| scheme);
    match scheme.filter(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Some(scheme) => format!("{scheme}://..@{place}{query}"),
        None => format!("..@{place}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_shown_without_password_and_query() {
        for (url, shown) in [
            ("http://host:1/path", "http://host:1/path"),
            ("host:1", "host:1"),
            ("http://me:secret@host:1/path?key=secret", "http://..@host:1/path?.."),
            ("me:secret@host:1", "..@host:1"),
            ("http://me:se?cr/e@t@host/", "http://..@host/"),
            ("me:secret://x@y://z@host", "..@host"),
            ("http://host/?mail=secret@place", "http://..@place"),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
