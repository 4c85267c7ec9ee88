//! Finds in which direction each definition is sent.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Edge;
use super::pairs::both;
use super::services::{line, methods};
use super::types::{self, Sides};
use super::ways::Ways;
use crate::model::{Field, Item, ItemId, Type};

/// The pairs to compare, each with the directions in which it is sent: first everything that services
/// send, and then the definitions that no service uses.
pub(super) fn reached(sides: &Sides<'_>) -> BTreeMap<Edge, Ways> {
    let mut reach = Reach { sides, ways: BTreeMap::new(), next: Vec::new() };
    for (old, item) in sides.old.items() {
        if let (Item::Service(_), Some(new)) = (item, sides.pairs.of(old)) {
            reach.service(old, new);
        }
    }
    reach.follow();
    for (old, item) in sides.old.items() {
        if let (Item::Struct(_) | Item::Enum(_), Some(new)) = (item, sides.pairs.of(old))
            && !reach.ways.contains_key(&(old, new))
        {
            reach.enter((old, new), Ways::STORED);
        }
    }
    reach.follow();
    reach.ways
}

/// Old definitions that other definitions use.
pub(super) fn used(sides: &Sides<'_>) -> HashSet<ItemId> {
    let mut used = HashSet::new();
    for (id, item) in sides.old.items() {
        let mut found = Vec::new();
        let fields = |fields: &[Field], found: &mut Vec<ItemId>| {
            fields.iter().for_each(|field| named(&field.ty, found));
        };
        match item {
            Item::Typedef(of) => named(&of.ty, &mut found),
            Item::Struct(of) => fields(&of.fields, &mut found),
            Item::Service(of) => of.functions.iter().for_each(|function| {
                fields(&function.args, &mut found);
                fields(&function.throws, &mut found);
                function.returns.iter().for_each(|ty| named(ty, &mut found));
            }),
            Item::Enum(_) | Item::Const(_) => {}
        }
        used.extend(found.into_iter().filter(|found| *found != id));
    }
    used
}

fn named(ty: &Type, found: &mut Vec<ItemId>) {
    let mut next = vec![ty];
    while let Some(ty) = next.pop() {
        match ty {
            Type::Named(id) => found.push(*id),
            Type::List(element) | Type::Set(element) => next.push(element),
            Type::Map(key, value) => next.extend([&**key, &**value]),
            _ => {}
        }
    }
}

struct Reach<'a> {
    sides: &'a Sides<'a>,
    ways: BTreeMap<Edge, Ways>,
    next: Vec<(Edge, Ways)>,
}

impl Reach<'_> {
    fn service(&mut self, old: ItemId, new: ItemId) {
        let work = &self.sides.work;
        let (old, new) = (line(self.sides.old, old, work), line(self.sides.new, new, work));
        let methods = methods(&new, work);
        // Inherited methods are handled with the service that declares them.
        for function in old.first().into_iter().flat_map(|(_, service)| &service.functions) {
            let Some(new) = methods.get(function.name.as_str()) else { continue };
            self.fields(&function.args, &new.args, Ways::ARGUMENTS);
            self.fields(&function.throws, &new.throws, Ways::RESULTS);
            if let (Some(old), Some(new)) = (&function.returns, &new.returns) {
                self.types(old, new, Ways::RESULTS);
            }
        }
    }

    fn fields(&mut self, old: &[Field], new: &[Field], ways: Ways) {
        let by_id: HashMap<i16, &Field> = new.iter().map(|field| (field.id, field)).collect();
        for field in old {
            if let Some(new) = by_id.get(&field.id) {
                self.types(&field.ty, &new.ty, ways);
            }
        }
    }

    fn types(&mut self, old: &Type, new: &Type, ways: Ways) {
        let mut met = Vec::new();
        types::compare(self.sides, old, new, &mut met);
        for edge in met {
            self.enter(edge, ways);
        }
    }

    fn enter(&mut self, edge: Edge, ways: Ways) {
        let known = self.ways.get(&edge).copied().unwrap_or(Ways::NONE);
        let all = known.and(ways);
        if all != known && self.sides.pairs.are(edge) {
            self.ways.insert(edge, all);
            self.next.push((edge, all));
        }
    }

    fn follow(&mut self) {
        while let Some((edge, ways)) = self.next.pop() {
            if !self.sides.work.goes_on_for(10) {
                return;
            }
            match both(self.sides.old, self.sides.new, edge) {
                Some((Item::Typedef(old), Item::Typedef(new))) => {
                    self.types(&old.ty, &new.ty, ways);
                }
                Some((Item::Struct(old), Item::Struct(new))) => {
                    self.fields(&old.fields, &new.fields, ways);
                }
                _ => {}
            }
        }
    }
}
