//! Enums, with their members by name and by number.

use std::{collections::HashMap, fmt, sync::Arc};

use thrift_idl::model;

/// An enum.
pub(in crate::dynamic) struct Enumeration {
    pub(in crate::dynamic) name: Arc<str>,
    /// In the order of declaration.
    pub(in crate::dynamic) members: Vec<(Arc<str>, i32)>,
    numbers: HashMap<Arc<str>, i32>,
    names: HashMap<i32, Arc<str>>,
}

impl Enumeration {
    pub(super) fn new(of: &model::Enum) -> Self {
        let members: Vec<(Arc<str>, i32)> =
            of.members.iter().map(|member| (member.name.as_str().into(), member.value)).collect();
        let (mut numbers, mut names) = (HashMap::new(), HashMap::new());
        for (name, number) in &members {
            // Of two names for one number, the first counts.
            names.entry(*number).or_insert_with(|| Arc::clone(name));
            numbers.entry(Arc::clone(name)).or_insert(*number);
        }
        Enumeration { name: of.name.as_str().into(), members, numbers, names }
    }

    pub(in crate::dynamic) fn name_of(&self, number: i32) -> Option<&str> {
        self.names.get(&number).map(|name| &**name)
    }

    pub(in crate::dynamic) fn number_of(&self, name: &str) -> Option<i32> {
        self.numbers.get(name).copied()
    }
}

impl fmt::Debug for Enumeration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
