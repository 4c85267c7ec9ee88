//! Values of which some fields are left out.

use super::tree::Tree;

impl Tree {
    /// Counts the fields of other ids than odd ones that `part` has not, of a type that leaves them out.
    ///
    /// # Errors
    ///
    /// If it differs otherwise.
    pub(crate) fn without(&self, part: &Tree) -> Result<usize, String> {
        let unlike = || Err(format!("{part:?} is no part of {self:?}"));
        let all = |whole: &[Tree], part: &[Tree]| {
            whole.iter().zip(part).map(|(a, b)| a.without(b)).sum::<Result<usize, String>>()
        };
        match (self, part) {
            (Tree::Struct(whole), Tree::Struct(part)) => {
                let mut left = part.iter().peekable();
                let mut count = 0;
                for (id, value) in whole {
                    match left.next_if(|(other, _)| other == id) {
                        Some((_, other)) => count += value.without(other)?,
                        None if id % 2 == 0 => count += 1,
                        None => return unlike(),
                    }
                }
                if left.next().is_some() { unlike() } else { Ok(count) }
            }
            (Tree::List(a, whole), Tree::List(b, part)) if a == b && whole.len() == part.len() => {
                all(whole, part)
            }
            // Elements may be equal now, or come in another order.
            (Tree::Set(a, whole), Tree::Set(b, part)) if a == b && whole.len() >= part.len() => {
                let found = |part: &Tree| whole.iter().find_map(|whole| whole.without(part).ok());
                part.iter().map(found).sum::<Option<usize>>().map_or_else(unlike, Ok)
            }
            (Tree::Map(a, whole), Tree::Map(b, part)) if a == b && whole.len() == part.len() => {
                let pairs = whole.iter().zip(part);
                pairs.map(|(a, b)| Ok(a.0.without(&b.0)? + a.1.without(&b.1)?)).sum()
            }
            _ if self == part => Ok(0),
            _ => unlike(),
        }
    }
}
