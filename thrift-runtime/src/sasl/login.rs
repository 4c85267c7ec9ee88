//! Who a peer says that it is.

use std::fmt;

/// Who a peer says that it is, with a password.
///
/// `Debug` does not print the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub(super) acts_as: Option<String>,
    pub(super) user: String,
    pub(super) password: String,
}

impl Login {
    /// The user whose password it is.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, which is not empty.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The other user as whom it wants to act, if there is one.
    pub fn acts_as(&self) -> Option<&str> {
        self.acts_as.as_deref()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Login { acts_as, user, password: _ } = self;
        f.debug_struct("Login")
            .field("acts_as", acts_as)
            .field("user", user)
            .finish_non_exhaustive()
    }
}
