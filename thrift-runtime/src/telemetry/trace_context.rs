//! W3C's trace context: which span of which trace a call belongs to.

use std::fmt;

use crate::call::Headers;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The length of a `traceparent` of version 00: two digits, 32, 16, and two, with dashes between.
const LENGTH: usize = 55;

/// The flags that have a meaning: sampled, and a random trace id.
const FLAGS: u8 = 0b11;

/// The longest `tracestate` that is passed on, and the most members that it may have.
const STATE_LENGTH: usize = 512;
const STATE_MEMBERS: usize = 32;

/// A span of the caller that a call belongs to, as the headers `traceparent` and `tracestate` of W3C's
/// trace context carry it.
///
/// [`Traced`](super::Traced) puts that of a call into its extensions, and sends along the one that it
/// finds in the extensions of a request.
///
/// ```
/// use thrift_runtime::{Headers, telemetry::TraceContext};
///
/// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let headers: Headers = [("traceparent", parent)].into_iter().collect();
/// let caller = TraceContext::from_headers(&headers).unwrap();
/// assert!(caller.is_sampled());
/// assert_eq!(caller.to_string(), parent);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
    state: Option<Box<str>>,
}

impl TraceContext {
    /// A span of a trace. The flag 1 says that the trace is sampled. `None` if an id is all zeros,
    /// which is no id.
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8], flags: u8) -> Option<Self> {
        let valid = trace_id != [0; 16] && span_id != [0; 8];
        valid.then_some(TraceContext { trace_id, span_id, flags: flags & FLAGS, state: None })
    }

    /// The one in the headers of a call. `None` if there is none, or it breaks the rules.
    pub fn from_headers(headers: &Headers) -> Option<Self> {
        let context = parse(headers.get(PARENT)?)?;
        Some(match headers.get(STATE) {
            Some(state) => context.with_state(state),
            None => context,
        })
    }

    /// Sets the headers.
    pub fn set_on(&self, headers: &mut Headers) {
        headers.set(PARENT, self.to_string());
        match &self.state {
            Some(state) => headers.set(STATE, &**state),
            None => _ = headers.remove(STATE),
        }
    }

    /// The same with a `tracestate`, unless that breaks the rules.
    #[must_use = "only the returned context has the state"]
    pub fn with_state(mut self, state: &str) -> Self {
        self.state = is_state(state).then(|| state.into());
        self
    }

    /// The trace's id.
    pub fn trace_id(&self) -> [u8; 16] {
        self.trace_id
    }

    /// The span's id.
    pub fn span_id(&self) -> [u8; 8] {
        self.span_id
    }

    /// The flags.
    pub fn flags(&self) -> u8 {
        self.flags
    }

    /// Whether the caller records the trace.
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 != 0
    }

    /// What tracing systems add, as `tracestate` has it.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// The header `traceparent`.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trace, span) = (u128::from_be_bytes(self.trace_id), u64::from_be_bytes(self.span_id));
        write!(f, "00-{trace:032x}-{span:016x}-{:02x}", self.flags)
    }
}

/// Reads a `traceparent`. Later versions may be longer, and begin like version 00.
fn parse(text: &str) -> Option<TraceContext> {
    let text = text.as_bytes();
    let (known, more) = text.split_at_checked(LENGTH)?;
    let mut parts = known.split(|byte| *byte == b'-');
    let [version] = digits::<1>(parts.next()?)?;
    let (trace_id, span_id) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let [flags] = digits::<1>(parts.next()?)?;
    let valid = match version {
        0 => more.is_empty(),
        0xff => false,
        _ => more.first().is_none_or(|byte| *byte == b'-'),
    };
    match parts.next() {
        None if valid => TraceContext::new(trace_id, span_id, flags),
        _ => None,
    }
}

/// Reads so many bytes, as lower-case hexadecimal digits.
fn digits<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = *pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

fn is_state(text: &str) -> bool {
    let valid = |byte: u8| byte == b'\t' || matches!(byte, b' '..=b'~');
    text.len() <= STATE_LENGTH
        && text.bytes().all(valid)
        && text.split(',').count() <= STATE_MEMBERS
        && text.split(',').all(|member| member.trim().is_empty() || member.contains('='))
        && text.contains('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn read(parent: &str) -> Option<String> {
        let headers = [(PARENT, parent)].into_iter().collect();
        TraceContext::from_headers(&headers).map(|context| context.to_string())
    }

    #[test]
    fn what_is_valid_is_read_and_written() {
        assert_eq!(read(VALID).as_deref(), Some(VALID));
        let unsampled = VALID.replace("-01", "-00");
        assert_eq!(read(&unsampled), Some(unsampled));
        assert_eq!(read(&VALID.replace("-01", "-fd")).as_deref(), Some(VALID));
        // A later version, which may have more behind a dash.
        for later in [VALID.replace("00-4", "01-4"), VALID.replace("00-4", "cc-4") + "-more"] {
            assert_eq!(read(&later).as_deref(), Some(VALID), "{later}");
        }
    }

    #[test]
    fn what_breaks_the_rules_is_none() {
        let mut wrong = vec![
            String::new(),
            VALID.to_uppercase(),
            VALID.replace("00-4", "ff-4"),
            VALID.replace("00-4", "01-4") + "more",
            VALID.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            VALID.replace("00f067aa0ba902b7", &"0".repeat(16)),
            VALID.replace("-01", "-0g"),
            VALID.replace('-', "_"),
            VALID.replacen('b', "é", 1),
            format!("{VALID}-"),
            format!(" {VALID}"),
            "-".repeat(LENGTH),
            "é".repeat(1000),
        ];
        wrong.extend((0..VALID.len()).map(|length| VALID[..length].to_owned()));
        for at in 0..VALID.len() {
            let mut changed = VALID.as_bytes().to_vec();
            changed[at] = b'x';
            wrong.push(String::from_utf8(changed).unwrap());
        }
        for text in wrong {
            assert_eq!(read(&text), None, "{text}");
        }
    }

    #[test]
    fn a_state_goes_along_if_it_is_valid() {
        let context = parse(VALID).unwrap();
        let known = context.clone().with_state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
        assert_eq!(known.state(), Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
        let mut headers = Headers::default();
        known.set_on(&mut headers);
        assert_eq!(TraceContext::from_headers(&headers), Some(known));
        context.set_on(&mut headers);
        assert_eq!(headers.len(), 1);
        for wrong in ["", "nothing", "a=b\r\nc=d", "a=é", &"a=b,".repeat(40), &"a=b".repeat(999)] {
            assert_eq!(context.clone().with_state(wrong).state(), None, "{wrong}");
        }
    }
}
