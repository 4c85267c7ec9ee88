//! Credentials that tell a server who is calling: a user and a password, a token, or a cookie.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::{
    HeaderMap,
    header::{AUTHORIZATION, COOKIE, HeaderValue, SET_COOKIE},
};

use super::HttpClient;
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
};

/// How many cookies are kept, and how long each may be.
const MOST: usize = 50;
const LONGEST: usize = 4 << 10;

impl<P: Protocol> HttpClient<P> {
    /// Sends a user and a password with each call, as HTTP's basic authorisation (RFC 7617). A header
    /// `authorization` that is set for some calls takes its place.
    ///
    /// ```
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::HttpClient;
    ///
    /// // As HiveServer2 wants it in its HTTP mode.
    /// let client = HttpClient::new("http://127.0.0.1:10001/cliservice")?
    ///     .basic_auth("hive", "secret")?
    ///     .cookies();
    /// # Ok(())
    /// # }
    /// # run().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// If the user's name contains a colon, which would end it.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Result<Self> {
        if user.contains(':') {
            let text = "a user's name with a colon cannot be sent to an HTTP server";
            return Err(Error::new(ErrorKind::Unwritable, text));
        }
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        self.authorization = Some(secret(&format!("Basic {encoded}"))?);
        Ok(self)
    }

    /// Sends a token with each call, as a bearer token (RFC 6750). A header `authorization` that is set
    /// for some calls takes its place.
    ///
    /// # Errors
    ///
    /// If it contains characters that are not allowed in headers.
    pub fn bearer_auth(mut self, token: &str) -> Result<Self> {
        self.authorization = Some(secret(&format!("Bearer {token}"))?);
        Ok(self)
    }

    /// Keeps the cookies that the server sets, and sends them with further calls. Some servers, such
    /// as HiveServer2, then need not check a password each time. All clones share the cookies.
    #[must_use = "only the returned client has the setting"]
    pub fn cookies(mut self) -> Self {
        self.cookies = Some(Arc::default());
        self
    }

    /// Adds the credentials.
    pub(super) fn authorize(&self, headers: &mut HeaderMap) {
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(cookie) = self.cookies.as_ref().and_then(|cookies| cookies.header()) {
            headers.insert(COOKIE, cookie);
        }
    }
}

fn secret(text: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        let text = "HTTP does not allow the characters of the token";
        Error::new(ErrorKind::Unwritable, text)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookies for the only URL that a client calls, so that their domains and paths do not matter.
#[derive(Default)]
pub(super) struct Cookies(Mutex<Vec<(String, String)>>);

impl Cookies {
    /// The header with all cookies.
    fn header(&self) -> Option<HeaderValue> {
        let cookies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() {
            return None;
        }
        secret(&pairs.join("; ")).ok()
    }

    /// Stores the cookies that a response sets. `secure` says whether the connection is secure.
    pub(super) fn learn(&self, headers: &HeaderMap, secure: bool) {
        for value in headers.get_all(SET_COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            let mut parts = text.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let (mut ended, mut only_secure) = (value.is_empty(), false);
            for attribute in parts {
                let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
                if key.eq_ignore_ascii_case("max-age") {
                    ended |= value.trim().parse().is_ok_and(|seconds: i64| seconds <= 0);
                }
                only_secure |= key.eq_ignore_ascii_case("secure");
            }
            let mut cookies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            cookies.retain(|(known, _)| known != name);
            if !ended && (secure || !only_secure) && text.len() <= LONGEST && cookies.len() < MOST {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(secure: bool, responses: &[&'static str]) -> String {
        let cookies = Cookies::default();
        for response in responses {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, HeaderValue::from_static(response));
            cookies.learn(&headers, secure);
        }
        cookies.header().map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn cookies_are_kept_until_the_server_ends_them() {
        let set = "hive.server2.auth=\"cu=hive&s=x\"; Version=1; Max-Age=86400; HttpOnly";
        assert_eq!(kept(false, &[set, "a=b"]), "hive.server2.auth=\"cu=hive&s=x\"; a=b");
        assert_eq!(kept(false, &[set, "a=b", "hive.server2.auth=c; Max-Age=0"]), "a=b");
        assert_eq!(kept(false, &["a=b", "a=c", "d", "=", "e="]), "a=c");
        assert_eq!(kept(false, &["a=b; Secure"]), "");
        assert_eq!(kept(true, &["a=b; secure"]), "a=b");
    }
}
