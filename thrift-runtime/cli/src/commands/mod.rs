//! The commands, one a file.

pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod codec;
pub(crate) mod describe;
pub(crate) mod proxy;
pub(crate) mod serve;
