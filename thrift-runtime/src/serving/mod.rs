//! What the asynchronous and the blocking server share.

mod addresses;
mod ending;
#[cfg(any(feature = "sasl", feature = "tls"))]
mod only;
mod opened;
mod options;
mod settings;
mod timeouts;

#[cfg(any(feature = "sasl", feature = "tls"))]
pub(crate) use self::only::Only;
pub(crate) use self::{
    addresses::Addresses,
    ending::{Ended, Ending},
    opened::Opened,
};
pub use self::{options::ConnectionOptions, timeouts::Timeouts};
pub(crate) use self::{
    settings::{FULL, LEAST_REST, LEAVING, Settings, server_settings},
    timeouts::{Late, Pace},
};
