//! How much memory what is read may take.

#[path = "../../tests/bound/peak.rs"]
mod peak;

/// How often the length of a message may be taken of memory, and how much besides, as SECURITY.md has it.
const PER_BYTE: usize = 100;
const CONSTANT: usize = 5 << 20;

/// Reads these bytes within the default limits, and looks at the memory that this takes.
pub(crate) fn bounded<T>(bytes: &[u8], read: impl FnOnce() -> T) -> T {
    let (peak, read) = peak::peak(read);
    let most = PER_BYTE * bytes.len() + CONSTANT;
    assert!(peak <= most, "{} bytes take {peak}, which is more than {most}", bytes.len());
    read
}
