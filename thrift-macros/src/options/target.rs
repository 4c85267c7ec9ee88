//! The kinds of things that an option can apply to.

use super::key::{Kind, Selection};
use crate::model::{Item, Program, StructKind};

/// The kind of thing that a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Everything,
    All(Kind),
    File,
    Struct(StructKind),
    Enum,
    Typedef,
    Constant,
    Service,
    Field,
    EnumMember,
    Method,
    Argument,
    Thrown,
}

impl Target {
    /// `None` if nothing is selected.
    pub(super) fn of(program: &Program, selection: Selection) -> Option<Self> {
        Some(match selection {
            Selection::Nothing => return None,
            Selection::Everything => Target::Everything,
            Selection::All(kind) => Target::All(kind),
            Selection::File(_) => Target::File,
            Selection::Item(id) => match program.item(id) {
                Item::Typedef(_) => Target::Typedef,
                Item::Enum(_) => Target::Enum,
                Item::Struct(of) => Target::Struct(of.kind),
                Item::Const(_) => Target::Constant,
                Item::Service(_) => Target::Service,
            },
            Selection::Member(id, _) => match program.item(id) {
                Item::Enum(_) => Target::EnumMember,
                Item::Service(_) => Target::Method,
                Item::Struct(_) | Item::Typedef(_) | Item::Const(_) => Target::Field,
            },
            Selection::Argument(..) => Target::Argument,
            Selection::Thrown(..) => Target::Thrown,
        })
    }

    /// The kind in words, for messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Target::Everything => "everything",
            Target::All(kind) => kind.word(),
            Target::File => "a file",
            Target::Struct(StructKind::Struct) => "a struct",
            Target::Struct(StructKind::Union) => "a union",
            Target::Struct(StructKind::Exception) => "an exception",
            Target::Enum => "an enum",
            Target::Typedef => "a typedef",
            Target::Constant => "a constant",
            Target::Service => "a service",
            Target::Field => "a field",
            Target::EnumMember => "an enum's member",
            Target::Method => "a method",
            Target::Argument => "an argument",
            Target::Thrown => "a declared exception",
        }
    }
}

/// The options whose keys name parts of the IDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Derive,
    Attr,
    Types,
    RustTypes,
    Skip,
    Unset,
    Rename,
    Partial,
}

impl About {
    /// Whether the option can apply to this; the error says why not.
    pub(super) fn takes(self, target: Target) -> Result<(), &'static str> {
        use Target as T;
        let services = matches!(target, T::All(Kind::Services) | T::Service);
        let enums = matches!(target, T::All(Kind::Enums) | T::Enum | T::EnumMember);
        let unions = matches!(target, T::All(Kind::Unions) | T::Struct(StructKind::Union));
        let fits = match self {
            About::Derive => {
                matches!(target, T::Everything | T::All(_) | T::Struct(_) | T::Enum) && !services
            }
            About::Attr => !matches!(target, T::File | T::Argument | T::Thrown),
            About::Types => !enums && !matches!(target, T::File | T::Constant | T::Thrown),
            About::RustTypes => matches!(target, T::Field | T::Argument | T::Typedef),
            About::Skip => target == T::Field,
            About::Unset => {
                !enums
                    && !unions
                    && !matches!(target, T::File | T::Typedef | T::Constant | T::Thrown)
            }
            About::Rename => !matches!(target, T::Everything | T::All(_)),
            About::Partial => services || target == T::Everything,
        };
        if fits { Ok(()) } else { Err(self.needs()) }
    }

    /// Whether the option has an effect on things that exist already (`with`), because their names are
    /// used here.
    pub(super) fn concerns_existing(self) -> bool {
        self == About::Rename
    }

    /// Whether keys may name included files.
    pub(super) fn names_files(self) -> bool {
        self == About::Rename
    }

    /// Whether the option has a single value for each thing, so that a key may not be repeated.
    pub(super) fn is_single(self) -> bool {
        !matches!(self, About::Derive | About::Attr)
    }

    fn needs(self) -> &'static str {
        match self {
            About::Derive => "cannot derive anything",
            About::Attr => "has no attributes",
            About::Types => "has no type to choose",
            About::RustTypes => "cannot get a Rust type of its own",
            About::Skip => "is no field",
            About::Unset => "has no fields or arguments that can be left out",
            About::Rename => "cannot all get the same name",
            About::Partial => "is no service",
        }
    }
}
