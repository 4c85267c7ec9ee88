//! What the caller is told of a handler's error.

use std::error::Error as StdError;

use super::{ApplicationErrorKind, ApplicationException, Error, ErrorKind};

impl Error {
    /// Makes any error an internal error of a handler. [`get_ref`](Error::get_ref) gives it, and the server's
    /// [observer](crate::Observer) hears of it. The caller learns that the handler failed, and nothing else,
    /// since such texts name files, queries and hosts; [`told_to_caller`](Error::told_to_caller) shows the
    /// caller the text.
    ///
    /// ```
    /// use thrift_runtime::{Error, ErrorKind, Result};
    ///
    /// async fn stock(text: &str) -> Result<i32> {
    ///     text.parse().map_err(Error::internal)
    /// }
    /// # let text = "many".parse::<i32>().map_err(Error::internal).unwrap_err();
    /// # assert_eq!(text.kind(), ErrorKind::Internal);
    /// # assert_eq!(text.to_string(), "invalid digit found in string");
    /// # let _ = stock("1");
    /// ```
    #[cold]
    pub fn internal(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Error::with_source(ErrorKind::Internal, "", error)
    }

    /// Lets the caller see the text of this error if a handler fails with it: as an internal error,
    /// unless it is an application exception of the handler's own, which has a kind and a text for
    /// callers anyway.
    ///
    /// ```
    /// use thrift_runtime::{Error, Result};
    ///
    /// fn count(text: &str) -> Result<i32> {
    ///     text.parse().map_err(|error| Error::internal(error).told_to_caller())
    /// }
    /// # assert!(count("x").is_err());
    /// ```
    #[must_use = "only the returned error has the setting"]
    pub fn told_to_caller(mut self) -> Self {
        self.0.told = true;
        self
    }

    /// The application exception that another server has answered with.
    #[cold]
    pub(crate) fn received(exception: ApplicationException) -> Self {
        let mut error = Error::from(exception);
        error.0.received = true;
        error
    }

    /// The application exception that a handler means its caller to get.
    fn own_application(&self) -> Option<&ApplicationException> {
        self.as_application().filter(|_| !self.0.received)
    }

    /// What a caller is answered if a handler fails with this error: the application exception that
    /// the handler made, or else an internal error.
    #[cold]
    pub(crate) fn answer(&self) -> ApplicationException {
        if let Some(own) = self.own_application() {
            return own.clone();
        }
        let text = match self.0.told {
            true => self.to_string(),
            false => String::from("the handler failed"),
        };
        ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, text)
    }

    /// Whether the operator should hear of it, since it is no answer that a handler chose.
    pub(crate) fn is_internal(&self) -> bool {
        self.own_application().is_none()
    }
}
