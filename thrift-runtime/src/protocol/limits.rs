//! Limits on what is read.

/// Limits on what is read, so that no peer can make this side use more memory or stack than it
/// should.
///
/// ```
/// use thrift_runtime::Limits;
///
/// let mut limits = Limits::default();
/// limits.depth = 16;
/// limits.string_size = 1 << 20;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The bytes of a message: 100 MiB (104,857,600) by default, as in Apache Thrift.
    pub message_size: usize,
    /// The bytes of a frame, and of what it inflates to if it is compressed: 16,384,000 by default,
    /// as in Apache Thrift. A value above [`MAX_FRAME_SIZE`](Limits::MAX_FRAME_SIZE) is treated as
    /// that.
    pub frame_size: usize,
    /// How deep structs may nest, and containers directly inside containers: 64 levels by default,
    /// as in Apache Thrift. A value above [`MAX_DEPTH`](Limits::MAX_DEPTH) is treated as that.
    pub depth: u32,
    /// The bytes of a string or binary: 100 MiB by default, which leaves it to `message_size`.
    pub string_size: usize,
    /// The elements of a container: 104,857,600 by default, which leaves it to `message_size`.
    pub container_size: usize,
    /// The bytes of memory that a message's containers, boxed structs and unknown fields may take, on
    /// top of 16 times the length of the message: 32 MiB by default. Many values that are small on the
    /// wire can be large in memory. What is in a short message may take no more than a 16th of this, on
    /// top of 48 times its length.
    pub memory: usize,
}

impl Limits {
    /// The largest frame: 2^28 - 1 bytes. Lengths above could be mistaken for the first bytes of
    /// another protocol.
    pub const MAX_FRAME_SIZE: usize = (1 << 28) - 1;

    /// The deepest nesting that is ever read or written, whatever `depth` says.
    ///
    /// Reading, writing, copying, comparing, formatting and dropping a value all recurse into it.
    /// Threads of the standard library and of tokio have 2 MiB of stack by default, and unoptimized
    /// code uses up to 7 KiB per level for ordinary types. Where levels take more, of a struct with
    /// hundreds of fields or of many KiB, fewer of them are an error, before the stack overflows.
    /// Peers stop earlier: Apache Thrift at 64 levels by default.
    pub const MAX_DEPTH: u32 = 192;

    /// The default.
    pub(crate) const USUAL: &'static Self = &Limits {
        message_size: 100 << 20,
        frame_size: 16_384_000,
        depth: 64,
        string_size: 100 << 20,
        container_size: 100 << 20,
        memory: 32 << 20,
    };

    /// The effective limit on depth.
    #[inline]
    pub(crate) fn depth(&self) -> u32 {
        self.depth.min(Self::MAX_DEPTH)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL.clone()
    }
}
