//! Why a server does not let a peer in.

use std::{borrow::Cow, fmt};

use crate::{
    error::{Error, ErrorKind},
    transport::sasl::Status,
};

/// Why a server does not let a peer in, which the peer is told.
///
/// ```
/// use thrift_runtime::sasl::Refused;
///
/// let refused = Refused::from("wrong user or password");
/// assert_eq!(refused.to_string(), "wrong user or password");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub(super) status: Status,
    text: Cow<'static, str>,
    /// What only the operator hears.
    advice: Option<Box<str>>,
}

impl Refused {
    /// A refusal for something that the peer is to change, such as its password.
    pub fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Refused { status: Status::Bad, text: why.into(), advice: None }
    }

    /// A refusal for something that the peer is not at fault for, such as a directory of users that
    /// cannot be asked, or for a peer that does not negotiate.
    pub fn failed(why: impl Into<Cow<'static, str>>) -> Self {
        Refused { status: Status::Error, text: why.into(), advice: None }
    }

    /// What the operator hears of it.
    #[cold]
    pub(super) fn error(&self) -> Error {
        let text = format!("the peer's SASL negotiation was refused: {}", self.complete());
        Error::new(ErrorKind::Sasl, text)
    }

    /// Adds what the operator hears besides.
    #[cfg(feature = "gssapi")]
    #[cold]
    pub(super) fn with_advice(mut self, advice: &str) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The whole text, as the operator hears it.
    #[cold]
    pub(super) fn complete(&self) -> String {
        match &self.advice {
            Some(advice) => format!("{self}; {advice}"),
            None => self.to_string(),
        }
    }
}

impl From<&'static str> for Refused {
    fn from(why: &'static str) -> Self {
        Refused::new(why)
    }
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Refused::new(why)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
