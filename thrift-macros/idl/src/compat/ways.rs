//! The directions in which a type is sent, and so who writes and who reads it.

/// The directions in which a type is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ways(u8);

impl Ways {
    pub(super) const NONE: Ways = Ways(0);
    /// By clients.
    pub(super) const ARGUMENTS: Ways = Ways(1);
    /// By servers.
    pub(super) const RESULTS: Ways = Ways(2);
    /// By and to any program: no service uses it, so it may be stored.
    pub(super) const STORED: Ways = Ways(4);

    pub(super) fn and(self, more: Ways) -> Ways {
        Ways(self.0 | more.0)
    }

    /// Whether only clients send it. They can choose what they send to old servers.
    pub(super) fn only_arguments(self) -> bool {
        self == Ways::ARGUMENTS
    }

    /// The consequence for data that old programs write.
    pub(super) fn old_writers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "new servers cannot read the calls of old clients",
            Ways::RESULTS => "new clients cannot read the replies of old servers",
            _ => "new programs cannot read what old ones write",
        }
    }

    /// The consequence for data that new programs write.
    pub(super) fn new_writers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "old servers cannot read the calls of new clients",
            Ways::RESULTS => "old clients cannot read the replies of new servers",
            _ => "old programs cannot read what new ones write",
        }
    }

    /// The programs that do not know a new part.
    pub(super) fn old_readers(self) -> &'static str {
        match self {
            Ways::ARGUMENTS => "old servers",
            Ways::RESULTS => "old clients",
            _ => "old programs",
        }
    }
}
