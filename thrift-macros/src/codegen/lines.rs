//! Lines of services that extend one another.
//!
//! A client has the traits of all services that its own extends. If each trait were implemented for
//! each client, the number of impls would grow with the square of the number of levels. So every few
//! levels form a line: the traits of a line have one impl for the clients of all services that extend
//! the last service of the line, and such a client only has to be marked as one.

use std::collections::{HashMap, HashSet};

use super::service::ancestors;
use crate::{
    model::{Item, ItemId, Program, Service},
    options::Options,
};

/// How many levels form a line. Levels are counted from the service that extends no other. A service
/// above which no line is complete is in none.
const LEVELS: usize = 8;

/// The lines of the services that are generated here.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// For each service, the service that ends its line.
    ends: HashMap<ItemId, ItemId>,
}

impl Lines {
    pub(super) fn new(program: &Program, options: &Options, lent: &HashSet<ItemId>) -> Self {
        let mut services = services(program, options);
        services.retain(|(id, _)| !lent.contains(id));
        let heirs = heirs(program, &services);
        let level: HashMap<ItemId, usize> =
            services.iter().map(|(id, service)| (*id, ancestors(program, service).len())).collect();
        let mut ends = HashMap::new();
        for (id, _) in &services {
            let mut last = *id;
            // A line that ends in a service which nobody extends would be of no use.
            while let Some(heir) = heirs.get(&last) {
                if level.get(&last).is_some_and(|level| level % LEVELS == LEVELS - 1) {
                    ends.insert(*id, last);
                    break;
                }
                last = *heir;
            }
        }
        Lines { ends }
    }

    /// The last service of a service's line, if the service is in one.
    pub(super) fn end(&self, id: ItemId) -> Option<ItemId> {
        self.ends.get(&id).copied()
    }

    /// Whether a service is the last of a line.
    pub(super) fn is_end(&self, id: ItemId) -> bool {
        self.end(id) == Some(id)
    }
}

/// The services of modules that are generated here.
fn services<'p>(program: &'p Program, options: &Options) -> Vec<(ItemId, &'p Service)> {
    let modules = program.modules.iter().enumerate();
    let here = modules.filter(|(module, _)| options.existing.module(*module).is_none());
    let items = here.flat_map(|(module, of)| {
        let items = of.items.iter().enumerate();
        items.map(move |(item, of)| (ItemId { module, item }, of))
    });
    let services = items.filter_map(|(id, item)| match item {
        Item::Service(service) => Some((id, service)),
        _ => None,
    });
    services.collect()
}

/// Of the services that extend a service, the one with the longest line of descendants: a line has no
/// branches.
fn heirs(program: &Program, services: &[(ItemId, &Service)]) -> HashMap<ItemId, ItemId> {
    let here: HashSet<ItemId> = services.iter().map(|(id, _)| *id).collect();
    let mut heirs: HashMap<ItemId, (usize, ItemId)> = HashMap::new();
    for (id, service) in services {
        let mut below = *id;
        for (distance, (ancestor, _)) in ancestors(program, service).into_iter().enumerate() {
            if !here.contains(&ancestor) {
                break;
            }
            match heirs.get(&ancestor) {
                Some((furthest, _)) if *furthest >= distance => {}
                _ => _ = heirs.insert(ancestor, (distance, below)),
            }
            below = ancestor;
        }
    }
    heirs.into_iter().map(|(id, (_, heir))| (id, heir)).collect()
}
