//! Printing and formatting: construct by construct, on hostile texts, and on files that other people
//! wrote.

mod common;
mod corpus;
mod cpu;
mod format;
mod hostile;
mod print;
