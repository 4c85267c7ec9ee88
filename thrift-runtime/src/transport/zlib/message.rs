//! Compression of single messages.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::error::{Error, Result};

/// How much is inflated without checking first that the whole message stays within its limit.
pub(super) const UNSEEN: usize = 256 << 10;

/// Inflates a message.
///
/// A long one is inflated once just for its length, so that a message beyond `limit` costs time in
/// proportion to the limit, but no memory.
///
/// # Errors
///
/// If the bytes are no zlib stream, are cut off, or inflate to more than `limit`.
pub(crate) fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    let mut message = vec![0; UNSEEN.min(limit.saturating_add(1))];
    if let Some(length) = inflate_into(bytes, &mut message)? {
        if length > limit {
            return Err(too_long(limit));
        }
        message.truncate(length);
        message.shrink_to_fit();
        return Ok(message);
    }
    let length = inflated_length(bytes, limit)?;
    message = vec![0; length + 1];
    let inflated = inflate_into(bytes, &mut message)?.ok_or_else(broken)?;
    message.truncate(inflated);
    Ok(message)
}

/// Inflates into `space`, if everything fits.
fn inflate_into(bytes: &[u8], space: &mut [u8]) -> Result<Option<usize>> {
    let mut inflater = Decompress::new(true);
    match inflater.decompress(bytes, space, FlushDecompress::Finish) {
        Ok(Status::StreamEnd) => Ok(Some(inflater.total_out() as usize)),
        Ok(_) if inflater.total_out() as usize >= space.len() => Ok(None),
        Ok(_) => Err(cut()),
        Err(_) => Err(broken()),
    }
}

/// The length of what the bytes inflate to.
fn inflated_length(bytes: &[u8], limit: usize) -> Result<usize> {
    let mut inflater = Decompress::new(true);
    let mut scratch = vec![0; 32 << 10];
    loop {
        let (read, length) = (inflater.total_in(), inflater.total_out());
        let rest = bytes.get(read as usize..).unwrap_or_default();
        let status = inflater.decompress(rest, &mut scratch, FlushDecompress::None);
        let inflated = usize::try_from(inflater.total_out()).unwrap_or(usize::MAX);
        if inflated > limit {
            return Err(too_long(limit));
        }
        match status {
            Ok(Status::StreamEnd) => return Ok(inflated),
            Ok(_) if (read, length) == (inflater.total_in(), inflater.total_out()) => {
                return Err(cut());
            }
            Ok(_) => {}
            Err(_) => return Err(broken()),
        }
    }
}

/// Compresses a message.
///
/// # Errors
///
/// None are known.
pub(crate) fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut deflater = Compress::new(Compression::default(), true);
    let mut out = Vec::with_capacity(64 + bytes.len() / 4);
    loop {
        let rest = bytes.get(deflater.total_in() as usize..).unwrap_or_default();
        match deflater.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return Ok(out),
            Ok(_) => out.reserve(out.capacity().max(64)),
            Err(_) => return Err(broken()),
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
    Error::malformed("what should be compressed with zlib is not")
}
