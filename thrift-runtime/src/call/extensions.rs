//! Values of any type that accompany a call within this process.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    sync::Arc,
};

/// Values that accompany a call within this process, at most one of each type. Middleware hands
/// what it found out to other middleware, or to the handler, by a type of its own.
///
/// ```
/// use thrift_runtime::Extensions;
///
/// #[derive(Debug, PartialEq)]
/// struct Tenant(String);
///
/// let mut extensions = Extensions::default();
/// extensions.insert(Tenant("blue".into()));
/// assert_eq!(extensions.get::<Tenant>(), Some(&Tenant("blue".into())));
/// ```
#[derive(Clone, Default)]
pub struct Extensions(Vec<Entry>);

// There are few of them, so a search through all is quicker than a map.
#[derive(Clone)]
struct Entry {
    id: TypeId,
    name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
}

impl Extensions {
    /// None.
    pub(crate) const NONE: &'static Extensions = &Extensions(Vec::new());

    /// Whether there are none.
    #[cfg(feature = "tower")]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value, in place of one of the same type.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.insert_shared(Arc::new(value));
    }

    pub(super) fn insert_shared<T: Send + Sync + 'static>(&mut self, value: Arc<T>) {
        let (id, name) = (TypeId::of::<T>(), type_name::<T>());
        let entry = Entry { id, name, value };
        match self.0.iter_mut().find(|entry| entry.id == id) {
            Some(known) => *known = entry,
            None => self.0.push(entry),
        }
    }

    /// Adds all of these.
    pub(crate) fn extend(&mut self, others: Extensions) {
        for entry in others.0 {
            match self.0.iter_mut().find(|known| known.id == entry.id) {
                Some(known) => *known = entry,
                None => self.0.push(entry),
            }
        }
    }

    /// The value of a type, if there is one.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.find::<T>()?.downcast_ref()
    }

    /// The value of a type, if there is one, shared so that it can be kept.
    pub(super) fn shared<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(self.find::<T>()?).downcast().ok()
    }

    fn find<T: 'static>(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        let id = TypeId::of::<T>();
        self.0.iter().find(|entry| entry.id == id).map(|entry| &entry.value)
    }

    /// Drops the value of a type, and says whether there was one.
    pub fn remove<T: Send + Sync + 'static>(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|entry| entry.id != TypeId::of::<T>());
        self.0.len() < before
    }
}

/// The types, not the values, which may be secret.
impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|entry| entry.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_value_of_each_type() {
        let mut extensions = Extensions::default();
        extensions.insert(1_i32);
        extensions.insert("text");
        extensions.insert(2_i32);
        let copy = extensions.clone();
        assert_eq!((copy.get(), copy.get()), (Some(&2_i32), Some(&"text")));
        assert!(extensions.remove::<i32>() && !extensions.remove::<i32>());
        assert_eq!(extensions.get::<i32>(), None);
        assert_eq!(format!("{extensions:?}"), r#"{"&str"}"#);
    }
}
