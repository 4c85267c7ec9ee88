//! Whether programs of an old and a new version of an IDL understand each other.
//!
//! [`compare`] finds the edits that break the wire, each at its place in the new file and in the old
//! one:
//!
//! ```
//! use thrift_idl::{compat, diagnostic::draw, source::Sources};
//!
//! let mut sources = Sources::new(Vec::new());
//! let old = sources.open_text("v1.thrift", b"struct Message { 1: string text }");
//! let new = sources.open_text("v2.thrift", b"struct Message { 1: i64 length }");
//! let (old, _) = thrift_idl::load(old, &mut sources);
//! let (new, _) = thrift_idl::load(new, &mut sources);
//! let found = compat::compare(&old, &new);
//! let error = found.errors().next().unwrap();
//! assert_eq!(
//!     error.message,
//!     "the id 1 of `Message` is used for something else: it was field `text`"
//! );
//! let drawn = draw(error, &sources);
//! assert!(drawn.contains("v1.thrift:1:18") && drawn.contains("v2.thrift:1:18"));
//! ```
//!
//! # What breaks
//!
//! Old and new programs run at the same time, so old clients must be able to call new servers, and new
//! clients old servers. What is stored is read by either. An error is what a peer cannot avoid; a
//! warning is what may be meant, or does harm to some peers only.
//!
//! Names of files, types, fields and members are not sent, so types are compared by their forms. A
//! typedef is what it stands for, and an enum is an `i32`. A definition is found by its name, in
//! whatever file it is now; a struct with a new name by its fields, or by what uses it.
//!
//! A struct that only arguments contain is only ever sent by clients, and one that only results and
//! exceptions contain by servers. That decides what is said, and:
//!
//! - A client chooses what it sends to an old server, so a new member of a union is fine, and a field
//!   that is no longer `required` is a warning. An old client does not choose what a new server
//!   answers: the first is a warning then, and the second an error.
//! - What no service contains may be stored, and is judged both ways.
//!
//! # Beside `thrift --audit`
//!
//! | Apache's compiler | it says | here | because |
//! | --- | --- | --- | --- |
//! | the type of a field, argument, result or exception has another name | failure | error, if it is another on the wire; else a warning if it names another struct or enum, and nothing if a typedef is written out, an enum is an `i32` or a name has changed | names are not sent |
//! | what a typedef stands for | nothing | error, once, at the typedef | Apache compares names |
//! | `string` and `binary` | nothing | warning | the JSON protocol and the check for UTF-8 distinguish them |
//! | a field becomes `required`, or no longer is | failure | error; a warning if it no longer is and only clients send it | a client can send it to old servers |
//! | a required field is added | failure | error | |
//! | a field is added whose id is below others | failure | nothing | the old version does not use the id, and what those before it did, neither file says |
//! | a field is removed | failure | error if it is required, a union's member or an exception; a warning if it has neither requiredness; nothing if it is `optional` | readers do without what is `optional` |
//! | a field has another name | warning | warning; an error if its old name has another id now | values would be taken for others |
//! | a default | warning | warning, if it is another value and not only written otherwise | |
//! | a struct or exception is gone | failure | error if nothing used it, for it may be stored; else what used it is judged | names are not sent |
//! | a union becomes a struct, or the reverse | nothing | error | a union has one field |
//! | a union's member is added | nothing | warning, unless only clients send it | old readers do not know it |
//! | an enum's number is gone | failure | error | |
//! | an enum's number has another name | warning | warning; an error if the old name has another number now | values would be taken for others |
//! | an enum is gone | warning | warning, unless its uses name another now | |
//! | a method or service is gone | failure | error | |
//! | `oneway` | failure | error | |
//! | an exception is added | nothing | error if the method returns nothing, else a warning | old clients take it for success, or for a reply without result |
//! | a service extends another, or none | failure | error if methods are lost, else a warning | methods can be called whoever declares them |
//! | a constant is gone, has another type or value | warning | warning | |
//! | a namespace | warning | nothing | it is not sent |
//! | included files | not compared | compared | what they define is sent, too |

mod enums;
mod fields;
mod items;
mod judge;
mod pairs;
mod reach;
mod services;
mod types;
mod values;
mod ways;

use std::cell::{Cell, RefCell};

use self::judge::Judge;
use self::pairs::Pairs;
use self::types::Sides;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::model::{Item, ItemId, Program};
use crate::syntax::Span;

/// A definition before and after.
type Edge = (ItemId, ItemId);

/// Compares an old version of an IDL with a new one.
///
/// What is found is in the order of the new files. Both programs must have been read with the same
/// [`Sources`](crate::source::Sources), and without errors: what has an error is not in the program,
/// and would seem to have been removed.
pub fn compare(old: &Program, new: &Program) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let Some(root) = new.modules.first() else {
        return diagnostics;
    };
    let somewhere = Location { file: root.file, span: Span::default() };
    let sides = Sides { old, new, pairs: Pairs::new(old, new), work: Work::default() };
    let reached = reach::reached(&sides);
    let forms = RefCell::default();
    let mut judge = Judge::new(&sides, &forms, somewhere);
    for (&edge, &ways) in &reached {
        judge.pair(edge, ways);
    }
    for (id, item) in old.items() {
        if let (Item::Service(_), Some(paired)) = (item, sides.pairs.of(id)) {
            services::judge(&mut judge, (id, paired));
        }
    }
    items::judge(&mut judge, &reached);
    let mut found = judge.found;
    if sides.work.is_done() {
        let message = "these files are too large to compare all that is in them";
        found.push(Diagnostic::warning(somewhere, message));
    }
    found.sort_by_key(|found| (found.at.file, found.at.span.start));
    for found in found {
        diagnostics.add(found);
    }
    diagnostics
}

/// The definition that an id stands for, in whatever program it is.
fn get(program: &Program, id: ItemId) -> Option<&Item> {
    program.modules.get(id.module)?.items.get(id.item)
}

/// How many things may still be compared. Definitions that name each other in rings of several
/// lengths make more pairs than could ever be compared.
#[derive(Debug)]
struct Work(Cell<usize>);

impl Default for Work {
    fn default() -> Self {
        Work(Cell::new(1_000_000))
    }
}

impl Work {
    /// Counts one thing, unless it is too many.
    fn goes_on(&self) -> bool {
        self.goes_on_for(1)
    }

    /// Counts some things, unless they are too many.
    fn goes_on_for(&self, count: usize) -> bool {
        let left = self.0.get().checked_sub(count);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    fn is_done(&self) -> bool {
        self.0.get() == 0
    }
}
