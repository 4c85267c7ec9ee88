//! What the asynchronous and the blocking server share.

mod open;
mod status;

pub(crate) use self::{
    open::Open,
    status::{Ending, Status},
};
