//! Equality, order and hashes of types that contain doubles, by the total order of these.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, Hash, Hasher},
};

use ordered_float::OrderedFloat;

/// Equality in which a NaN equals itself.
pub trait TotalEq {
    /// Whether the values are equal.
    fn total_eq(&self, other: &Self) -> bool;
}

/// A total order that includes NaN, and a hash to match.
pub trait TotalOrd: TotalEq {
    /// Which value comes first.
    fn total_cmp(&self, other: &Self) -> Ordering;
    /// Feeds the value to a hasher.
    fn total_hash<H: Hasher>(&self, state: &mut H);
}

impl TotalEq for f64 {
    fn total_eq(&self, other: &Self) -> bool {
        OrderedFloat(*self) == OrderedFloat(*other)
    }
}

impl TotalOrd for f64 {
    fn total_cmp(&self, other: &Self) -> Ordering {
        OrderedFloat(*self).cmp(&OrderedFloat(*other))
    }

    fn total_hash<H: Hasher>(&self, state: &mut H) {
        OrderedFloat(*self).hash(state);
    }
}

impl<T: TotalEq> TotalEq for Option<T> {
    fn total_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.total_eq(b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: TotalOrd> TotalOrd for Option<T> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Some(a), Some(b)) => a.total_cmp(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }

    fn total_hash<H: Hasher>(&self, state: &mut H) {
        self.is_some().hash(state);
        if let Some(value) = self {
            value.total_hash(state);
        }
    }
}

impl<T: TotalEq> TotalEq for Vec<T> {
    fn total_eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.total_eq(b))
    }
}

impl<T: TotalOrd> TotalOrd for Vec<T> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        let differing = self.iter().zip(other).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
        differing.unwrap_or_else(|| self.len().cmp(&other.len()))
    }

    fn total_hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.iter().for_each(|value| value.total_hash(state));
    }
}

impl<K: Ord, V: TotalEq> TotalEq for BTreeMap<K, V> {
    fn total_eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().zip(other).all(|((k, v), (l, w))| k == l && v.total_eq(w))
    }
}

impl<K: Ord + Hash, V: TotalOrd> TotalOrd for BTreeMap<K, V> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        let mut pairs = self.iter().zip(other);
        let differing = pairs
            .by_ref()
            .map(|((k, v), (l, w))| k.cmp(l).then_with(|| v.total_cmp(w)))
            .find(|order| order.is_ne());
        differing.unwrap_or_else(|| self.len().cmp(&other.len()))
    }

    fn total_hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        for (key, value) in self {
            key.hash(state);
            value.total_hash(state);
        }
    }
}

impl<K: Eq + Hash, V: TotalEq, S: BuildHasher> TotalEq for HashMap<K, V, S> {
    fn total_eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, v)| other.get(key).is_some_and(|w| v.total_eq(w)))
    }
}

impl<T: TotalEq> TotalEq for Box<T> {
    fn total_eq(&self, other: &Self) -> bool {
        (**self).total_eq(other)
    }
}

impl<T: TotalOrd> TotalOrd for Box<T> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        (**self).total_cmp(other)
    }

    fn total_hash<H: Hasher>(&self, state: &mut H) {
        (**self).total_hash(state);
    }
}
