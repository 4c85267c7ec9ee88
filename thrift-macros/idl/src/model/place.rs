//! Where a part of the model is in the IDL.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::diagnostic::Location;

/// The place of a part of the model in its file, if it is from a file.
///
/// The place does not affect equality: all places are equal, so that two models with the same contents
/// are equal even if they are from different files.
///
/// ```
/// use thrift_idl::{diagnostic::position, model::Item, source::Sources};
///
/// let mut sources = Sources::new(Vec::new());
/// let file = sources.open_text("message.thrift", b"struct Message { 1: string text }");
/// let (program, _) = thrift_idl::load(file, &mut sources);
/// let Item::Struct(message) = &program.modules[0].items[0] else { panic!() };
/// let place = message.fields[0].place;
/// assert_eq!(position(place.location().unwrap(), &sources), (1, 18));
/// assert_eq!(place, message.place);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Place(Option<Location>);

impl Place {
    /// The place, or `None` if it is not from a file.
    pub fn location(self) -> Option<Location> {
        self.0
    }
}

impl From<Location> for Place {
    fn from(location: Location) -> Self {
        Place(Some(location))
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Place) -> bool {
        true
    }
}

impl Eq for Place {}

impl Hash for Place {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Place {
    /// Always the same text, as all places are equal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Place")
    }
}
