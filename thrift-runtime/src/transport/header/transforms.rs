//! The transforms of messages, of which zlib is the only one: done and undone in steps, so that
//! others may have their turn in between.

use std::mem;

use bytes::Bytes;

#[cfg(feature = "zlib")]
use crate::transport::{
    framed,
    zlib::{Deflating, Inflating},
};
use crate::{
    error::Result,
    protocol::{Limits, Output},
};

/// A message while its transforms are undone.
pub(super) struct Inflation {
    pub(super) message: Bytes,
    #[cfg(feature = "zlib")]
    inflating: Option<Inflating>,
    /// How many transforms there are still.
    left: u32,
    /// The most bytes that each of them may make.
    #[cfg(feature = "zlib")]
    limit: usize,
}

impl Inflation {
    #[cfg_attr(not(feature = "zlib"), allow(unused_variables))]
    pub(super) fn new(message: Bytes, times: u32, limits: &Limits) -> Self {
        Inflation {
            message,
            #[cfg(feature = "zlib")]
            inflating: None,
            left: times,
            #[cfg(feature = "zlib")]
            limit: framed::largest(limits),
        }
    }

    /// Inflates some more. Returns whether there is more to do.
    #[cfg(feature = "zlib")]
    pub(super) fn step(&mut self) -> Result<bool> {
        let Inflation { message, inflating, left, limit } = self;
        while *left > 0 {
            let next = || Inflating::new(mem::take(message), *limit);
            let Some(inflated) = inflating.get_or_insert_with(next).step()? else {
                return Ok(true);
            };
            *inflating = None;
            *message = inflated.into();
            *left -= 1;
        }
        Ok(false)
    }

    #[cfg(not(feature = "zlib"))]
    pub(super) fn step(&mut self) -> Result<bool> {
        without_zlib(self.left)
    }
}

/// A message while it is transformed.
pub(super) struct Deflation {
    /// The message, unless it is not to be transformed.
    pub(super) bytes: Option<Vec<u8>>,
    #[cfg(feature = "zlib")]
    deflating: Option<Deflating>,
    left: u32,
}

impl Deflation {
    /// Takes the message if it is to be transformed.
    pub(super) fn new(message: &mut Output, times: u32) -> Self {
        Deflation {
            bytes: (times > 0).then(|| mem::take(message).into_vec()),
            #[cfg(feature = "zlib")]
            deflating: None,
            left: times,
        }
    }

    /// Compresses some more. Returns whether there is more to do.
    #[cfg(feature = "zlib")]
    pub(super) fn step(&mut self) -> Result<bool> {
        let Deflation { bytes, deflating, left } = self;
        while *left > 0 {
            let next = || Deflating::new(bytes.take().unwrap_or_default());
            let Some(deflated) = deflating.get_or_insert_with(next).step()? else {
                return Ok(true);
            };
            *deflating = None;
            *bytes = Some(deflated);
            *left -= 1;
        }
        Ok(false)
    }

    #[cfg(not(feature = "zlib"))]
    pub(super) fn step(&mut self) -> Result<bool> {
        without_zlib(self.left)
    }
}

/// Nothing is to be done if there are no transforms.
#[cfg(not(feature = "zlib"))]
fn without_zlib(times: u32) -> Result<bool> {
    use crate::error::{Error, ErrorKind};

    if times == 0 {
        return Ok(false);
    }
    let text = "the message is compressed; thrift-runtime was built without the feature `zlib`";
    Err(Error::new(ErrorKind::Dialect, text))
}
