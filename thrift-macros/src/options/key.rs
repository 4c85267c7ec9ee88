//! The keys of options, which say what part of the IDL an option applies to, and their meaning.

use proc_macro2::Span;

use crate::model::{ItemId, StructKind};

/// A key as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) span: Span,
    pub(crate) words: Words,
}

/// The text of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Words {
    /// `"*"`, `"Message"`, `"Message.content"`, `"Library.find.title"`, `"shared.Message"`.
    Path(String),
    /// `structs`
    All(Kind),
}

impl Key {
    /// The key as messages quote it.
    pub(super) fn text(&self) -> &str {
        match &self.words {
            Words::Path(path) => path,
            Words::All(kind) => kind.word(),
        }
    }
}

/// Kinds of definitions, each of which has a word that is written without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Structs,
    Unions,
    Exceptions,
    Enums,
    Services,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] =
        [Kind::Structs, Kind::Unions, Kind::Exceptions, Kind::Enums, Kind::Services];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Structs => "structs",
            Kind::Unions => "unions",
            Kind::Exceptions => "exceptions",
            Kind::Enums => "enums",
            Kind::Services => "services",
        }
    }

    pub(crate) fn of_struct(kind: StructKind) -> Self {
        match kind {
            StructKind::Struct => Kind::Structs,
            StructKind::Union => Kind::Unions,
            StructKind::Exception => Kind::Exceptions,
        }
    }
}

/// A key, and the part of the IDL that it means.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) key: Key,
    pub(crate) selects: Selection,
}

/// The meaning of a key. If two apply, the narrower one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Selection {
    /// Nothing, which has been reported.
    #[default]
    Nothing,
    /// `"*"`: everything that the option can apply to.
    Everything,
    /// `structs`: all definitions of a kind.
    All(Kind),
    /// An included file, by its module.
    File(usize),
    /// A definition.
    Item(ItemId),
    /// A field, an enum's member or a method, by its index in the definition.
    Member(ItemId, usize),
    /// An argument of a method, by the indexes of both.
    Argument(ItemId, usize, usize),
    /// A declared exception of a method.
    Thrown(ItemId, usize, usize),
}

impl Selection {
    /// The definition that is selected, or that what is selected belongs to.
    pub(crate) fn item(self) -> Option<ItemId> {
        match self {
            Selection::Item(id)
            | Selection::Member(id, _)
            | Selection::Argument(id, ..)
            | Selection::Thrown(id, ..) => Some(id),
            Selection::Nothing | Selection::Everything | Selection::All(_) | Selection::File(_) => {
                None
            }
        }
    }
}

/// The place of something that options apply to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) kind: Option<Kind>,
    pub(super) item: ItemId,
    /// The field, the enum's member or the method.
    pub(super) member: Option<usize>,
    /// The argument of the method.
    pub(super) argument: Option<usize>,
}

impl Place {
    /// Whether a selection includes this place.
    pub(super) fn is_within(self, selection: Selection) -> bool {
        match selection {
            Selection::Nothing | Selection::File(_) | Selection::Thrown(..) => false,
            Selection::Everything => true,
            Selection::All(kind) => self.kind == Some(kind),
            Selection::Item(id) => self.item == id,
            Selection::Member(id, index) => self.item == id && self.member == Some(index),
            Selection::Argument(id, index, argument) => {
                self.item == id && self.member == Some(index) && self.argument == Some(argument)
            }
        }
    }

    /// The value for the narrowest of the keys that include this place.
    pub(super) fn chosen<T: Copy>(self, entries: &[(Selector, T)]) -> Option<T> {
        let fitting = entries.iter().filter(|(selector, _)| self.is_within(selector.selects));
        fitting.max_by_key(|(selector, _)| selector.selects).map(|(_, value)| *value)
    }
}
