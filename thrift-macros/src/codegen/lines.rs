//! Lines of services that extend one another.
//!
//! A client has the traits of all services that its own extends. Were each of them implemented for each
//! client, there would be as many impls as the square of the levels. So every few levels make a line:
//! their traits have one impl for the clients of all services that extend the line's last one, and such
//! a client only says so.

use std::collections::{HashMap, HashSet};

use super::service::ancestors;
use crate::{
    model::{Item, ItemId, Program, Service},
    options::Options,
};

/// How many levels make a line. Levels of a line are counted from the service that extends no other,
/// and services that reach no line's end are in none.
const LEVELS: usize = 8;

/// The lines of the services that are generated here.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The service that ends a service's line.
    ends: HashMap<ItemId, ItemId>,
}

impl Lines {
    pub(super) fn new(program: &Program, options: &Options) -> Self {
        let services = services(program, options);
        let heirs = heirs(program, &services);
        let level: HashMap<ItemId, usize> =
            services.iter().map(|(id, service)| (*id, ancestors(program, service).len())).collect();
        let mut ends = HashMap::new();
        for (id, _) in &services {
            let mut last = *id;
            // The line of a service that nobody extends would serve nobody.
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

    /// The last service of a service's line, if that is in one.
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

/// Of the services that extend one, that which goes on furthest: a line has no branches.
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
