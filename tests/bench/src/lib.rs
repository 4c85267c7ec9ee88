//! What the benchmarks share: times of operations that are taken in turns, and tables of them.

mod codec;
mod filter;
mod measure;
mod table;

pub use self::{
    codec::{read, write},
    filter::Filter,
    measure::{Measured, Operation, Times, measure},
    table::{Table, nanoseconds},
};
