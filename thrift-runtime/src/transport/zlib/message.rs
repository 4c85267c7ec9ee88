//! Compression of single messages.

use bytes::Bytes;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::error::{Error, Result};

/// How much is inflated in a step, about, and without checking first that the whole message stays
/// within its limit.
pub(super) const STEP: usize = 256 << 10;
/// How much is compressed in a step.
pub(super) const DEFLATED: usize = 64 << 10;
/// How much memory a message has at first.
const LEAST: usize = 256;
/// How much of a message is looked at to learn its length.
const WINDOW: usize = 32 << 10;

/// A message while it is inflated, in steps, so that others may have their turn in between.
///
/// One that takes more than a step is inflated once just for its length, so that a message beyond
/// its limit costs time in proportion to the limit, but no memory.
pub(crate) struct Inflating {
    bytes: Bytes,
    limit: usize,
    inflater: Decompress,
    stage: Stage,
}

enum Stage {
    /// What has been inflated, while that is little.
    Short(Vec<u8>),
    /// Room for what only counts.
    Counting(Box<[u8]>),
    /// Room for all of the message.
    Long(Vec<u8>),
}

impl Inflating {
    /// The bytes must not inflate to more than `limit`.
    pub(crate) fn new(bytes: Bytes, limit: usize) -> Self {
        let room = (2 * bytes.len()).clamp(LEAST, STEP);
        let stage = Stage::Short(Vec::with_capacity(room));
        Inflating { bytes, limit, inflater: Decompress::new(true), stage }
    }

    /// Inflates some more. Returns the message once it is whole.
    ///
    /// # Errors
    ///
    /// If the bytes are no zlib stream, are cut off, or inflate to more than the limit.
    pub(crate) fn step(&mut self) -> Result<Option<Vec<u8>>> {
        let Inflating { bytes, limit, inflater, stage } = self;
        let end = inflated(inflater).saturating_add(STEP);
        while inflated(inflater) < end {
            let before = (inflater.total_in(), inflater.total_out());
            let rest = bytes.get(before.0 as usize..).unwrap_or_default();
            let status = match stage {
                Stage::Short(message) => {
                    inflater.decompress_vec(rest, message, FlushDecompress::None)
                }
                Stage::Counting(window) => inflater.decompress(rest, window, FlushDecompress::None),
                Stage::Long(message) => {
                    let space = message.get_mut(before.1 as usize..).unwrap_or_default();
                    let (space, _) = space.split_at_mut(space.len().min(WINDOW));
                    inflater.decompress(rest, space, FlushDecompress::None)
                }
            };
            let status = status.map_err(|_| broken())?;
            if inflated(inflater) > *limit {
                return Err(too_long(*limit));
            }
            match (status, &mut *stage) {
                (Status::StreamEnd, Stage::Short(message) | Stage::Long(message)) => {
                    message.truncate(inflated(inflater));
                    return Ok(Some(std::mem::take(message)));
                }
                (Status::StreamEnd, Stage::Counting(_)) => {
                    // With space left, the end of the stream is found.
                    *stage = Stage::Long(vec![0; inflated(inflater) + 1]);
                    inflater.reset(true);
                    return Ok(None);
                }
                _ if before == (inflater.total_in(), inflater.total_out()) => return Err(cut()),
                (_, Stage::Short(message)) if message.len() == message.capacity() => {
                    if message.len() < STEP {
                        message.reserve(message.len());
                    } else {
                        *stage = Stage::Counting(vec![0; WINDOW].into());
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

/// How much has been inflated.
fn inflated(inflater: &Decompress) -> usize {
    usize::try_from(inflater.total_out()).unwrap_or(usize::MAX)
}

/// A message while it is compressed, in steps.
pub(crate) struct Deflating {
    message: Vec<u8>,
    deflater: Compress,
    bytes: Vec<u8>,
}

impl Deflating {
    pub(crate) fn new(message: Vec<u8>) -> Self {
        let bytes = Vec::with_capacity(64 + message.len().min(DEFLATED) / 4);
        Deflating { message, deflater: Compress::new(Compression::default(), true), bytes }
    }

    /// Compresses some more. Returns the bytes once they are all there.
    ///
    /// # Errors
    ///
    /// None are known.
    pub(crate) fn step(&mut self) -> Result<Option<Vec<u8>>> {
        let Deflating { message, deflater, bytes } = self;
        let end = (deflater.total_in() as usize + DEFLATED).min(message.len());
        let flush = match end == message.len() {
            true => FlushCompress::Finish,
            false => FlushCompress::None,
        };
        loop {
            let rest = message.get(deflater.total_in() as usize..end).unwrap_or_default();
            match deflater.compress_vec(rest, bytes, flush).map_err(|_| broken())? {
                Status::StreamEnd => return Ok(Some(std::mem::take(bytes))),
                _ if bytes.len() == bytes.capacity() => bytes.reserve(bytes.len().max(64)),
                _ if deflater.total_in() as usize >= end => return Ok(None),
                _ => {}
            }
        }
    }
}

#[cold]
fn too_long(limit: usize) -> Error {
    Error::limit(format!("a compressed message inflates to more than the limit of {limit} bytes"))
}

#[cold]
fn cut() -> Error {
    Error::malformed("a compressed message is cut off")
}

#[cold]
fn broken() -> Error {
    Error::malformed("the message is marked as compressed with zlib, but it is not")
}
