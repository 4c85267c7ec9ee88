//! Which way a type is sent, and so who writes it and who reads it.

/// The ways that a type is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ways(u8);

impl Ways {
    pub(super) const NONE: Ways = Ways(0);
    /// By clients.
    pub(super) const ARGUMENTS: Ways = Ways(1);
    /// By servers.
    pub(super) const RESULTS: Ways = Ways(2);
    /// By and to anyone: no service has it, so it may be stored.
    pub(super) const STORED: Ways = Ways(4);

    pub(super) fn and(self, more: Ways) -> Ways {
        Ways(self.0 | more.0)
    }

    /// Whether only clients send it. What they send to old servers they choose.
    pub(super) fn only_arguments(self) -> bool {
        self == Ways::ARGUMENTS
    }

    /// What becomes of what old programs write.
    pub(super) fn old_writers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "new servers cannot read the calls of old clients",
            Ways::RESULTS => "new clients cannot read the replies of old servers",
            _ => "new programs cannot read what old ones write",
        }
    }

    /// What becomes of what new programs write.
    pub(super) fn new_writers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "old servers cannot read the calls of new clients",
            Ways::RESULTS => "old clients cannot read the replies of new servers",
            _ => "old programs cannot read what new ones write",
        }
    }

    /// The programs that do not know what is new.
    pub(super) fn old_readers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "old servers",
            Ways::RESULTS => "old clients",
            _ => "old programs",
        }
    }
}
