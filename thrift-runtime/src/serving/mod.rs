//! What the asynchronous and the blocking server share.

mod addresses;
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
    addresses::Addresses,
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
    settings::{FULL, LEAST_REST, LEAVING, Settings, server_settings},
    timeouts::Late,
};
