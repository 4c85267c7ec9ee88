//! What the asynchronous and the blocking server share.

mod ending;
#[cfg(feature = "tokio")]
mod open;
mod opened;
mod options;
mod settings;
#[cfg(feature = "tokio")]
mod status;
mod timeouts;

pub(crate) use self::{
    ending::{Ended, Ending},
    opened::Opened,
};
#[cfg(feature = "tokio")]
pub(crate) use self::{
    open::Open,
    status::{Phase, Status},
};
pub use self::{options::ConnectionOptions, timeouts::Timeouts};
pub(crate) use self::{
    settings::{Settings, server_settings},
    timeouts::Late,
};
