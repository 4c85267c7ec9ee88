//! What the benchmarks share: times of operations that are taken in turns, and tables of them.

mod codec;
mod count;
mod filter;
mod measure;
mod table;

pub use self::{
    codec::{read, write},
    count::instructions,
    filter::Filter,
    measure::{Measured, Operation, Times, measure},
    table::{Table, nanoseconds},
};

/// Has a macro take each workload: its name, the function that makes its value, and its type.
#[macro_export]
macro_rules! workloads {
    ($take:ident) => {
        $take!("small", small, Small);
        $take!("i64", longs, Longs);
        $take!("i32", ints, Ints);
        $take!("double", doubles, Doubles);
        $take!("records", records, Records);
        $take!("map s-i", counts, Counts);
        $take!("map i-s", names, Names);
        $take!("blob", blob, Blob);
        $take!("footer", footer, Footer);
        $take!("strings", strings, Strings);
    };
}
