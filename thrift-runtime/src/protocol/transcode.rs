//! From one protocol to another, without knowing the types.

use super::{Input, Limits, Output, Protocol};
use crate::{error::Result, value::AnyStruct};

/// Turns the encoded body of a message into another protocol, without its IDL: for a gateway that
/// speaks one protocol to its callers and another to its server.
///
/// JSON does not tell a `binary` from a `string`. A `binary` that is not UTF-8 becomes base64 there,
/// and stays base64 on the way back.
///
/// ```
/// # #[cfg(feature = "compact")] {
/// use thrift_runtime::{BinaryProtocol, Limits, Protocol};
/// use thrift_runtime::protocol::{CompactProtocol, Output, transcode_body};
///
/// // Field 1, an i32.
/// let body = b"\x08\0\x01\0\0\0\x05\0";
/// let mut out = Output::new();
/// let limits = Limits::default();
/// transcode_body(BinaryProtocol::STRICT, CompactProtocol, body.into(), &limits, &mut out)?;
/// assert_eq!(*out.contiguous(), *b"\x15\x0a\0");
/// # }
/// # Ok::<(), thrift_runtime::Error>(())
/// ```
///
/// # Errors
///
/// If `body` is not just one struct, or exceeds a limit. `out` is then unchanged.
pub fn transcode_body(
    from: impl Protocol,
    to: impl Protocol,
    body: Input<'_>,
    limits: &Limits,
    out: &mut Output,
) -> Result<()> {
    let mut value = AnyStruct::default();
    let end = from.read_value(body, limits, &mut value)?;
    body.ends_at(end)?;
    to.write_value(&value, out)
}
