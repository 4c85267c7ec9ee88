//! Names in messages: the one that is most similar to an unknown name, or all known ones.

/// Names for a message: `` `a`, `b` ``.
pub fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    quoted.join(", ")
}

/// The most similar of `names`, if it is similar enough for a misspelling.
pub fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if wrong.len() > LONGEST {
        return None;
    }
    let limit = wrong.len() / 3;
    let near =
        names.filter(|name| name.len() <= LONGEST && name.len().abs_diff(wrong.len()) <= limit);
    let measured = near.map(|name| (distance(wrong, name), name));
    let (distance, name) = measured.min()?;
    (distance <= limit).then_some(name)
}

/// How many letters must be inserted, removed, replaced, or swapped with their neighbour. Case is
/// ignored.
fn distance(a: &str, b: &str) -> usize {
    let a = a.as_bytes().to_ascii_lowercase();
    let b = b.as_bytes().to_ascii_lowercase();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let change = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            next.push(best);
        }
        before = row;
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_other_names_are_not() {
        let names = || ["Message", "Order", "Customer"].into_iter();
        assert_eq!(nearest("Mesage", names()), Some("Message"));
        assert_eq!(nearest("Odrer", names()), Some("Order"));
        assert_eq!(nearest("customer", names()), Some("Customer"));
        assert_eq!(nearest("Address", names()), None);
    }
}
