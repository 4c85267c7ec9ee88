//! Names and values that accompany a call.

use std::fmt;

/// Headers that accompany a call: THeader's info headers, or those of an HTTP request.
///
/// ```
/// use thrift_runtime::Headers;
///
/// let headers: Headers = [("trace", "7f3a"), ("tenant", "blue")].into_iter().collect();
/// assert_eq!(headers.get("Trace"), Some("7f3a"));
/// assert_eq!(format!("{headers:?}"), r#"{"trace": .., "tenant": ..}"#);
/// ```
///
/// `Debug` shows the names alone, since values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No headers.
    pub(crate) const NONE: &'static Headers = &Headers(Vec::new());

    /// The value of a header. As in HTTP, the case of its name does not matter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The number of headers.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a header, in place of one of the same name.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some(known) => *known = (name, value),
            None => self.0.push((name, value)),
        }
    }

    /// Removes a header, and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(at).1)
    }

    /// Sets these headers too.
    pub(crate) fn extend(&mut self, others: &Headers) {
        others.iter().for_each(|(name, value)| self.set(name, value));
    }

    /// These headers and others.
    #[cfg(all(feature = "header", feature = "http"))]
    pub(crate) fn and(mut self, others: &Headers) -> Self {
        self.extend(others);
        self
    }

    /// Adds a header whose name is known to be new.
    #[cfg(any(feature = "header", feature = "http"))]
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, _)| (name, format_args!("..")))).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut headers = Headers::default();
        for (name, value) in pairs {
            headers.set(name, value);
        }
        headers
    }
}
