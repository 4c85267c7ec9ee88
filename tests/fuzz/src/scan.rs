//! Where messages end: found as their bytes come, by skipping them, and by reading them.

use thrift_runtime::{
    AnyProtocol, Limits, Protocol, Result,
    protocol::{Input, MessageType, Scan},
    value::AnyStruct,
};

use super::types;

/// A byte that says how large the first pieces are, and a message.
pub fn run(input: &[u8]) {
    let Some((&cuts, bytes)) = input.split_first() else { return };
    let limits = Limits::default();
    let Some(protocol) = AnyProtocol::detect(bytes) else { return };
    let whole = protocol.scanner().scan(bytes, &limits);
    let pieces = scan(protocol, bytes, cuts, &limits);
    assert_eq!(whole.as_ref().ok(), pieces.as_ref().ok(), "{whole:?}, and in pieces {pieces:?}");

    let Ok((_, at)) = protocol.read_header(bytes, &limits) else { return };
    let skipped = protocol.skip_body(bytes, at, &limits);
    let found = whole.as_ref().ok().copied();
    match &skipped {
        Ok(end) => assert_eq!(found, Some(Some(*end)), "skipped to {end}, scanned {whole:?}"),
        // Of JSON, only the brackets are looked at to find the end.
        Err(_) if matches!(protocol, AnyProtocol::Json(_)) => {}
        // Nobody waits for more of what can never be whole, nor gives up what can.
        Err(error) if error.is_truncated() => {
            // Of so many elements, their bytes alone are too many.
            let too_many = whole.as_ref().is_err_and(|error| error.is_limit());
            assert!(found == Some(None) || too_many, "{error}, scanned {whole:?}");
        }
        Err(error) => assert_eq!(found, None, "{error}, scanned {whole:?}"),
    }
    let mut read = AnyStruct::default();
    match protocol.read_body(Input::from(bytes), at, &types::limits(), &mut read) {
        Ok(end) => assert_eq!(skipped.expect("what can be read can be skipped"), end),
        // A text that is no text is only looked at when it is read.
        Err(error) => assert!(skipped.is_err() || error.is_decode(), "{error}"),
    }
}

/// Looks for the end as more and more of the bytes have come.
fn scan(protocol: AnyProtocol, bytes: &[u8], cuts: u8, limits: &Limits) -> Result<Option<usize>> {
    let mut scanner = protocol.scanner();
    let mut come = 0;
    let mut step = 1 + usize::from(cuts % 32);
    while come < bytes.len() {
        come = bytes.len().min(come + step);
        // The longer it gets, the larger the pieces, or a long input would take very long.
        step += come / 64 * usize::from(cuts / 32);
        if let Some(end) = scanner.scan(&bytes[..come], limits)? {
            return Ok(Some(end));
        }
    }
    scanner.scan(bytes, limits)
}

pub fn seeds() -> Vec<Vec<u8>> {
    let value = types::everything();
    let messages = types::PROTOCOLS
        .map(|protocol| types::message(protocol, "echo", MessageType::Call, 1, &value));
    let cuts = [0, 7, 0xff];
    let seeds = messages.iter().flat_map(|message| {
        cuts.map(|cut| [&[cut][..], message, &message[..message.len() / 2]].concat())
    });
    seeds.collect()
}
