//! The key of a call: calls with the same one go to the same server.

/// A key of a call, in its [extensions](crate::Request::extensions_mut): calls with the same one go to the
/// same server, if the channel is [told so](super::BalancedBuilder::by_key).
///
/// It is the same in every process, so that all clients that know the same servers agree.
///
/// ```
/// use thrift_runtime::{Channel, Request, Response, Result, layers::HashKey};
///
/// /// Sends all calls of a tenant to the same server.
/// struct ByTenant<C>(C);
///
/// impl<C: Channel> Channel for ByTenant<C> {
///     type Protocol = C::Protocol;
///
///     async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
///         if let Some(tenant) = request.headers().get("tenant") {
///             let key = HashKey::of(tenant);
///             request.extensions_mut().insert(key);
///         }
///         self.0.send(request).await
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HashKey(u64);

impl HashKey {
    /// The key for a text or for bytes; for numbers, `to_be_bytes` gives such.
    pub fn of(key: impl AsRef<[u8]>) -> Self {
        HashKey(hash([key.as_ref()]))
    }

    pub(super) fn place(self) -> u64 {
        self.0
    }
}

/// A hash that does not change with the version of Rust, the machine or the process: FNV-1a, with the bits
/// mixed as SplitMix64 does.
pub(super) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let bytes = parts.into_iter().flatten();
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_everywhere() {
        assert_eq!(HashKey::of("user-42"), HashKey::of(b"user-42"));
        // Clients of other versions have to compute the same.
        assert_eq!(HashKey::of("").place(), 0xf52a_15e9_a9b5_e89b);
        assert_eq!(HashKey::of("user-42").place(), 8_797_103_408_588_478_355);
    }
}
