//! Reading, printing and formatting: construct by construct, on hostile texts, and on files that other
//! people wrote.

mod corpus;
mod cpu;
mod diagnostics;
mod format;
mod front_end;
mod hostile;
mod linear;
mod lossless;
mod outcome;
#[path = "../../../../tests/tests/bound/peak.rs"]
mod peak;
mod print;
mod resolved;
mod table;
mod texts;
