//! Where something is defined, by which descriptions refer to each other.

use std::{any::type_name, fmt};

use super::{Annotations, Item, Module, Type};

/// A type, constant or service that an IDL can define: one of a file, or one that Rust defines.
///
/// For a type it is [`Defined::DEFINITION`](super::Defined::DEFINITION). For a service it has the name
/// of the service's trait, as a constant: `Calculator.idl()`.
#[derive(Clone, Copy)]
pub struct Definition {
    place: Place,
    /// What a file that is made for it says before all else.
    namespaces: Annotations,
}

#[derive(Clone, Copy)]
enum Place {
    Filed(fn() -> &'static Module, usize),
    Alone(fn() -> Alone),
}

/// What Rust defines, and no file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alone {
    /// Distinct for distinct types.
    pub(super) key: &'static str,
    /// Those of a generic type, which its name is made of.
    #[cfg_attr(not(feature = "dynamic"), allow(dead_code))]
    pub(super) arguments: &'static [Type],
    pub(super) item: Item,
}

/// What the derive macros and services of Rust implement.
#[doc(hidden)]
pub trait Standalone {
    const ITEM: Item;
    const ARGUMENTS: &'static [Type] = &[];
}

fn alone<T: Standalone + ?Sized>() -> Alone {
    Alone { key: type_name::<T>(), arguments: T::ARGUMENTS, item: T::ITEM }
}

/// Where a definition is, for programs that are made of several.
#[cfg(feature = "dynamic")]
pub(super) enum Found {
    Filed(&'static Module, usize),
    Alone(Box<Alone>),
}

impl Definition {
    /// The definition of a file that has this index.
    #[doc(hidden)]
    pub const fn filed(module: fn() -> &'static Module, index: usize) -> Self {
        Definition { place: Place::Filed(module, index), namespaces: &[] }
    }

    /// What Rust defines.
    #[doc(hidden)]
    pub const fn alone<T: Standalone + ?Sized>() -> Self {
        Definition { place: Place::Alone(alone::<T>), namespaces: &[] }
    }

    /// Sets the namespaces of generated code in other languages. The file of what Rust defines then
    /// begins with, for instance, `namespace java org.example`. A file that `thrift!` has read keeps
    /// its own.
    ///
    /// ```
    /// # #[cfg(feature = "dynamic")] {
    /// use thrift_runtime::{Result, schema::Definition, service};
    ///
    /// #[service(schema)]
    /// trait Calculator {
    ///     async fn add(&self, a: i32, b: i32) -> Result<i32>;
    /// }
    ///
    /// const IDL: Definition = Calculator.namespaces(&[("java", "org.example"), ("py", "calculator")]);
    /// assert!(IDL.idl().starts_with("namespace java org.example\nnamespace py calculator\n"));
    /// # }
    /// ```
    #[must_use]
    pub const fn namespaces(mut self, namespaces: Annotations) -> Self {
        self.namespaces = namespaces;
        self
    }

    #[cfg(feature = "dynamic")]
    pub(super) fn given_namespaces(&self) -> Annotations {
        self.namespaces
    }

    /// The file that it is in; `None` if Rust defines it.
    pub fn module(&self) -> Option<&'static Module> {
        match self.place {
            Place::Filed(module, _) => Some(module()),
            Place::Alone(_) => None,
        }
    }

    /// What is defined.
    pub fn item(&self) -> Item {
        match self.place {
            Place::Filed(module, index) => module().items[index],
            Place::Alone(alone) => alone().item,
        }
    }

    /// The name as the IDL spells it.
    pub fn name(&self) -> &'static str {
        match self.place {
            Place::Filed(module, index) => module().items[index].name(),
            Place::Alone(alone) => alone().item.name(),
        }
    }

    #[cfg(feature = "dynamic")]
    pub(super) fn found(&self) -> Found {
        match self.place {
            Place::Filed(module, index) => Found::Filed(module(), index),
            Place::Alone(alone) => Found::Alone(Box::new(alone())),
        }
    }
}

/// Definitions are equal if they have one name, in files of one name or in Rust.
impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        match (self.place, other.place) {
            (Place::Filed(a, x), Place::Filed(b, y)) => x == y && a().path == b().path,
            (Place::Alone(a), Place::Alone(b)) => a().key == b().key,
            _ => false,
        }
    }
}

/// Only its name, as definitions may refer to themselves.
impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.module() {
            Some(module) => write!(f, "{}.{}", module.stem(), self.name()),
            None => f.write_str(self.name()),
        }
    }
}
