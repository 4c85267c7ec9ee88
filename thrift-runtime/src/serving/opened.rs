//! A connection that is open, from its first event to its last.

use crate::call::{CloseReason, Connection, Event};

/// A connection that is open. The observer hears of its beginning and of its end, even if it is
/// dropped; then what was kept with it is dropped, too.
#[derive(Debug)]
pub(crate) struct Opened {
    connection: Connection,
    has_ended: bool,
}

impl Opened {
    pub(crate) fn new(connection: Connection) -> Self {
        connection.tell(&Event::Opened { connection: &connection });
        Opened { connection, has_ended: false }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Ends it, and says why.
    pub(crate) fn end(mut self, why: CloseReason<'_>) {
        self.tell(why);
    }

    fn tell(&mut self, why: CloseReason<'_>) {
        self.has_ended = true;
        self.connection.tell(&Event::Closed { connection: &self.connection, why });
        self.connection.clear();
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if !self.has_ended {
            self.tell(CloseReason::Dropped);
        }
    }
}
