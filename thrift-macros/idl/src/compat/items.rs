//! Definitions that were removed or replaced by another kind, and constants.

use std::collections::{BTreeMap, HashSet};

use super::judge::{Judge, Verdict};
use super::pairs::both;
use super::types::written;
use super::ways::Ways;
use super::{Edge, reach, values};
use crate::model::{Const, Item, ItemId, Place};

/// Reports definitions that were removed or replaced by another kind. `reached` contains the
/// definitions that were compared.
pub(super) fn judge(judge: &mut Judge<'_>, reached: &BTreeMap<Edge, Ways>) {
    let used = reach::used(judge.sides);
    let compared: HashSet<ItemId> = reached.keys().map(|(old, _)| *old).collect();
    for (id, item) in judge.sides.old.items() {
        match judge.sides.pairs.of(id) {
            Some(new) => changed(judge, (id, new), &used),
            None if compared.contains(&id) => {}
            // Removing an `include` does not remove anything from the included file.
            None if judge.sides.pairs.file(id.module).is_none() => {}
            None => removed(judge, item, used.contains(&id)),
        }
    }
}

fn removed(judge: &mut Judge<'_>, item: &Item, used: bool) {
    let places = |place| (place, Place::default());
    match item {
        Item::Service(of) => {
            judge.error(places(of.place), format!("service `{}` was removed", of.name));
        }
        Item::Struct(of) if !used => {
            let message =
                format!("`{}` was removed, but programs may store or send it on its own", of.name);
            judge.error(places(of.place), message);
        }
        Item::Enum(of) => {
            judge.warning(places(of.place), format!("enum `{}` was removed", of.name));
        }
        Item::Const(of) => {
            judge.warning(places(of.place), format!("constant `{}` was removed", of.name));
        }
        // Uses of it are compared with the type that is used there now.
        Item::Struct(_) | Item::Typedef(_) => {}
    }
}

fn changed(judge: &mut Judge<'_>, edge: Edge, used: &HashSet<ItemId>) {
    match both(judge.sides.old, judge.sides.new, edge) {
        Some((Item::Const(old), Item::Const(new))) => constants(judge, old, new),
        Some((Item::Struct(old), Item::Enum(new))) if !used.contains(&edge.0) => {
            let message = format!("`{}` is no longer a struct", old.name);
            judge.error((old.place, new.place), message);
        }
        _ => {}
    }
}

/// Constants are not sent, but both sides may rely on their values.
fn constants(judge: &mut Judge<'_>, old: &Const, new: &Const) {
    let places = (old.place, new.place);
    let name = &old.name;
    if let Verdict::Same | Verdict::Twin = judge.types(&old.ty, &new.ty, Ways::STORED) {
        if !values::same(judge.sides, &old.value, &new.value) {
            judge.warning(places, format!("the value of constant `{name}` changed"));
        }
        return;
    }
    let was = written(judge.sides.old, Some(&old.ty));
    let is = written(judge.sides.new, Some(&new.ty));
    judge.warning(places, format!("the type of constant `{name}` changed from `{was}` to `{is}`"));
}
