//! What the benchmarks share: times of operations that are taken in turns, and tables of them.

mod filter;
mod measure;
mod table;

pub use self::{
    filter::Filter,
    measure::{Measured, Operation, Times, measure},
    table::{Table, nanoseconds},
};
