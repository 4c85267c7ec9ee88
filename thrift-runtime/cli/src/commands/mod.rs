//! The commands, one in each file.

pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod codec;
pub(crate) mod compat;
pub(crate) mod describe;
pub(crate) mod fmt;
pub(crate) mod proxy;
pub(crate) mod serve;
