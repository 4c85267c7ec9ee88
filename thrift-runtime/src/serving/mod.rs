//! What the asynchronous and the blocking server share.

mod open;
mod options;
mod settings;
mod status;
mod timeouts;

pub(crate) use self::{
    open::Open,
    settings::{Settings, server_settings},
    status::{Ending, Phase, Status},
    timeouts::Late,
};
pub use self::{options::ConnectionOptions, timeouts::Timeouts};
