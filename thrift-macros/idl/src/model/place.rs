//! Where the IDL has something.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::diagnostic::Location;

/// Where a part of the model stands in its file, if it is from one.
///
/// This is not part of what it means: all places are equal, so that two models are, if they say the
/// same in different files.
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
    /// The place, or `None` if no file has it.
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
    /// Always the same, as all places are equal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Place")
    }
}
