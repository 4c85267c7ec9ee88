//! What the asynchronous and the blocking server share.

#[cfg(feature = "tokio")]
mod open;
mod options;
mod settings;
#[cfg(feature = "tokio")]
mod status;
mod timeouts;

#[cfg(feature = "tokio")]
pub(crate) use self::{
    open::Open,
    status::{Ending, Phase, Status},
};
pub use self::{options::ConnectionOptions, timeouts::Timeouts};
pub(crate) use self::{
    settings::{Settings, server_settings},
    timeouts::Late,
};
