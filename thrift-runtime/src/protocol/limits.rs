//! What is refused for its size.

/// Bounds on what is read, so that no peer can make this end use more than it should.
///
/// ```
/// use thrift_runtime::Limits;
///
/// let limits = Limits { depth: 16, string_size: 1 << 20, ..Limits::default() };
/// # let _ = limits;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of a message; 100 MiB (104,857,600), as in Apache Thrift.
    pub message_size: usize,
    /// The bytes of a frame; 16,384,000, as in Apache Thrift. Never taken above 2^28 - 1, so that
    /// a length cannot be mistaken for the first bytes of another protocol.
    pub frame_size: usize,
    /// How deep structs nest, and containers directly in one another; 64, as in Apache Thrift. Never
    /// taken above [`MAX_DEPTH`](Limits::MAX_DEPTH).
    pub depth: u32,
    /// The bytes of a string or binary; by default no less than a message's.
    pub string_size: usize,
    /// The elements of a container; by default no fewer than a message's bytes.
    pub container_size: usize,
    /// The bytes of memory that a message's containers, boxed structs and unknown fields may take
    /// beyond 16 times the message's own length; 32 MiB. It bounds what many small values of a large
    /// type amount to.
    pub memory: usize,
}

impl Limits {
    /// The largest frame that can be told from the first bytes of every other protocol.
    pub const MAX_FRAME_SIZE: usize = (1 << 28) - 1;

    /// The deepest that values are read and written, whatever the limit is.
    ///
    /// Reading, writing, comparing, formatting and dropping a value go into it level by level. A
    /// thread of Rust's library or tokio has 2 MiB of stack, and unoptimized code takes up to 7 KiB
    /// of it a level for ordinary types. Peers do not read as deep: Apache's stop at 64 by default.
    pub const MAX_DEPTH: u32 = 192;

    /// The limit on depth as it is applied.
    #[inline]
    pub(crate) fn depth(&self) -> u32 {
        self.depth.min(Self::MAX_DEPTH)
    }

    /// The limit on frames as it is applied.
    pub(crate) fn frame(&self) -> usize {
        self.frame_size.min(Self::MAX_FRAME_SIZE)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message_size: 100 << 20,
            frame_size: 16_384_000,
            depth: 64,
            string_size: 100 << 20,
            container_size: 100 << 20,
            memory: 32 << 20,
        }
    }
}
