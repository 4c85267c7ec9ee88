//! Compression by zlib: of single messages, and of streams.

#[cfg(feature = "header")]
mod message;
mod stream;
#[cfg(test)]
mod tests;

#[cfg(feature = "header")]
pub(crate) use self::message::{deflate, inflate};
pub(crate) use self::stream::ZlibStream;
