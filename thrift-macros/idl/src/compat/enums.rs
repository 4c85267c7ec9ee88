//! Compares the old and the new version of enums.

use std::collections::HashMap;

use super::fields::extends;
use super::judge::Judge;
use super::ways::Ways;
use crate::diagnostic::{Diagnostic, cut};
use crate::model::{Enum, Member};

/// Compares enums.
pub(super) fn judge(judge: &mut Judge<'_>, old: &Enum, new: &Enum, ways: Ways) {
    let mut by_name: HashMap<&str, &Member> = HashMap::new();
    let mut by_number: HashMap<i32, &Member> = HashMap::new();
    for member in &new.members {
        by_name.entry(&member.name).or_insert(member);
        by_number.entry(member.value).or_insert(member);
    }
    let old_names: HashMap<&str, i32> =
        old.members.iter().map(|member| (member.name.as_str(), member.value)).collect();
    for member in &old.members {
        if !judge.sides.work.goes_on() {
            return;
        }
        let number = member.value;
        let named = by_name.get(member.name.as_str()).copied();
        let numbered = by_number.get(&number).copied();
        let what = format!("`{}` of `{}`", member.name, cut(&old.name));
        match (named, numbered) {
            (Some(named), _) if named.value == number => {}
            (Some(_), Some(same)) if extends(&same.name, &member.name) => {
                renamed(judge, &what, member, same);
            }
            (Some(named), _) => {
                let message =
                    format!("the number of {what} changed from {number} to {}", named.value);
                judge.error((member.place, named.place), message);
            }
            // The other member, whose number has changed, is reported by itself.
            (None, Some(same))
                if old_names.get(same.name.as_str()).is_some_and(|was| *was != number) => {}
            (None, Some(same)) => renamed(judge, &what, member, same),
            (None, None) => {
                let message = format!("{what} was removed: {}", ways.old_writers());
                judge.error((member.place, new.place), message);
            }
        }
    }
}

fn renamed(judge: &mut Judge<'_>, what: &str, old: &Member, new: &Member) {
    let message = format!("the name of {what} changed to `{}`", new.name);
    let warning = judge.diagnostic(Diagnostic::warning, (old.place, new.place), message);
    let help = "names are not sent, but a new meaning needs a new number";
    judge.found.add(warning.help(help));
}
