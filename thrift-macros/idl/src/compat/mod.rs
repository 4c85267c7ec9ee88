//! Checks whether programs with an old and a new version of an IDL can communicate.
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
//! clients must be able to call old servers. Stored data is read by both. An edit is an error if a
//! peer cannot avoid the problem, and a warning if the edit may be intended, or harms only some peers.
//!
//! Names of files, types, fields and members are not sent, so types are compared by their forms. A
//! typedef counts as the type that it stands for, and an enum as an `i32`. A definition is found by
//! its name, in whichever file it is now; a struct that was renamed is found by its fields, or by
//! where it is used.
//!
//! A struct that occurs only in arguments is sent only by clients; one that occurs only in results and
//! exceptions is sent only by servers. Messages take that into account, and so do these rules:
//!
//! - A client chooses what it sends to an old server, so a new member of a union is fine, and a field
//!   that is no longer `required` is a warning. An old client cannot choose what a new server answers.
//!   For types that servers send, the former is therefore a warning, and the latter an error.
//! - A type that no service uses may be stored, and is checked in both directions.
//!
//! # Comparison with `thrift --audit`
//!
//! | Apache's compiler | it says | here | because |
//! | --- | --- | --- | --- |
//! | the type of a field, argument, result or exception has another name | failure | error, if it is another on the wire; else a warning if it names another struct or enum, and nothing if a typedef is written out, an enum is an `i32` or a name has changed | names are not sent |
//! | a typedef stands for another type | nothing | error, once, at the typedef | Apache compares names |
//! | `string` and `binary` | nothing | warning | the JSON protocol and the check for UTF-8 distinguish them |
//! | a field becomes `required`, or no longer is | failure | error; a warning if it no longer is and only clients send it | a client can send it to old servers |
//! | a required field is added | failure | error | |
//! | a field is added whose id is below others | failure | nothing | the old version does not use the id; whether earlier versions did, neither file says |
//! | a field is removed | failure | error if it is required, a union's member or an exception; a warning if it has neither requiredness; nothing if it is `optional` | readers do without what is `optional` |
//! | a field has another name | warning | warning; an error if its old name has another id now | values would be taken for those of another field |
//! | a default | warning | warning, if the value differs, rather than only its spelling | |
//! | a struct or exception is gone | failure | error if nothing used it, for it may be stored; else what used it is judged | names are not sent |
//! | a union becomes a struct, or the reverse | nothing | error | a union has one field |
//! | a union's member is added | nothing | warning, unless only clients send it | old readers do not know it |
//! | an enum's number is gone | failure | error | |
//! | an enum's number has another name | warning | warning; an error if the old name has another number now | values would be taken for others |
//! | an enum is gone | warning | warning, unless its uses name another now | |
//! | a method or service is gone | failure | error | |
//! | `oneway` | failure | error | |
//! | an exception is added | nothing | error if the method returns nothing, else a warning | old clients read a reply with it as success, or as one without a result |
//! | a service extends another one, or none any more | failure | error if methods are lost, else a warning | methods can be called whichever service declares them |
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

/// The old and the new version of a definition.
type Edge = (ItemId, ItemId);

/// Compares an old version of an IDL with a new one.
///
/// Diagnostics are in the order of the new files. Both programs must have been read with the same
/// [`Sources`](crate::source::Sources), and without errors: a part with an error is not in the
/// program, and would seem to have been removed.
pub fn compare(old: &Program, new: &Program) -> Diagnostics {
    let Some(root) = new.modules.first() else {
        return Diagnostics::default();
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
        let message =
            "these files are too large to compare completely, so some changes may not be reported";
        found.hold(Diagnostic::warning(somewhere, message));
    }
    found.sort();
    found
}

/// The definition with an id. Unlike [`Program::item`], this does not panic if there is none.
fn get(program: &Program, id: ItemId) -> Option<&Item> {
    program.modules.get(id.module)?.items.get(id.item)
}

/// How many comparisons may still be made. If definitions refer to each other in cycles of different
/// lengths, the number of pairs grows too large to compare them all.
#[derive(Debug)]
struct Work(Cell<usize>);

impl Default for Work {
    fn default() -> Self {
        Work(Cell::new(1_000_000))
    }
}

impl Work {
    /// Counts one comparison; `false` if the limit is exceeded.
    fn goes_on(&self) -> bool {
        self.goes_on_for(1)
    }

    /// Counts several comparisons; `false` if the limit is exceeded.
    fn goes_on_for(&self, count: usize) -> bool {
        let left = self.0.get().checked_sub(count);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    fn is_done(&self) -> bool {
        self.0.get() == 0
    }
}
