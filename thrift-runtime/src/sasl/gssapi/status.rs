//! What went wrong in Kerberos, and what to do about it.

use super::library::Failure;
use crate::error::{Error, ErrorKind};

// RFC 2744, 3.9.1
const BAD_NAME: u32 = 2 << 16;
const BAD_SIGNATURE: u32 = 6 << 16;
const NO_CREDENTIAL: u32 = 7 << 16;
const DEFECTIVE_TOKEN: u32 = 9 << 16;
const CREDENTIALS_EXPIRED: u32 = 11 << 16;
const ERRORS: u32 = 0xffff_0000;
const OUT_OF_ORDER: u32 = 2 | 4 | 8 | 16;

/// The first number of Kerberos's own, which MIT's library and Heimdal's share.
const KERBEROS: i32 = -1_765_328_384;

/// Which side something went wrong on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// The error for something that went wrong after the negotiation.
#[cold]
pub(super) fn failed(failure: &Failure) -> Error {
    let text = match advice(failure, Side::Client) {
        Some(advice) if failure.major & ERRORS != NO_CREDENTIAL => {
            format!("{}; {advice}", what(failure))
        }
        _ => what(failure),
    };
    Error::new(ErrorKind::Sasl, text)
}

/// What went wrong, with the numbers to search for.
#[cold]
pub(super) fn what(failure: &Failure) -> String {
    let Failure { major, minor, text } = failure;
    format!("Kerberos: {text} (major {major:#x}, minor {minor:#x})")
}

/// What to do about it, if that is known.
#[cold]
pub(super) fn advice(failure: &Failure, side: Side) -> Option<&'static str> {
    // Numbers of Kerberos are negative, and those of the operating system's are small.
    let number = failure.minor.cast_signed().wrapping_sub(KERBEROS);
    let by_number = match (number, side) {
        (6, _) => "the realm does not know the user: check its principal",
        (7, _) => {
            "the realm does not know the service: check its principal and the name of its host, which \
             `kadmin` adds by `addprinc`"
        }
        (23, _) => "the password or the key has expired: change it with `kpasswd`",
        (32, Side::Client) => "the ticket has expired: get a new one with `kinit`",
        (32, Side::Server) => "the client's ticket has expired: it gets a new one with `kinit`",
        (33, _) => {
            "the ticket is not valid yet: compare the clocks of both machines and of the KDC"
        }
        (34, _) => "this token was sent before: somebody may be replaying a client's messages",
        (37, _) => {
            "clocks differ by more than five minutes: set those of both machines and of the KDC"
        }
        (31 | 41 | 44, Side::Server) => {
            "the key in the keytab is not that of the KDC, which gives a new one each time that a keytab \
             is exported: export it again"
        }
        (31 | 41 | 44, Side::Client) => {
            "the key differs from that of the KDC: export the keytab again, or get a new ticket with \
             `kinit`"
        }
        (35 | 144, _) => "the ticket is for another service: check the principals of both sides",
        (45 | 181 | 230, Side::Server) => {
            "the keytab has no key for the service that the client asks for: compare `klist -k` with the \
             principal"
        }
        (45 | 181 | 230, Side::Client) => NO_KEY,
        (154 | 217, _) => "`krb5.conf` does not say where the realm's KDC is",
        (156 | 220, _) => {
            "the KDC does not answer: check the network, and where `krb5.conf` says that it is"
        }
        (135 | 136 | 224, _) => "check `krb5.conf`, or the file that `KRB5_CONFIG` names",
        (141 | 194 | 195 | 199, Side::Client) => NO_TICKET,
        _ => "",
    };
    if !by_number.is_empty() {
        return Some(by_number);
    }
    Some(match (failure.major & ERRORS, side) {
        (CREDENTIALS_EXPIRED, Side::Client) => "the ticket has expired: get a new one with `kinit`",
        (CREDENTIALS_EXPIRED, Side::Server) => {
            "the client's ticket has expired: it gets a new one with `kinit`"
        }
        (NO_CREDENTIAL, Side::Client) => NO_TICKET,
        (NO_CREDENTIAL, Side::Server) => {
            "the keytab is missing, or has no key for the service: look at `klist -k`"
        }
        (BAD_NAME, _) => "check the principal and the name of the host",
        (DEFECTIVE_TOKEN | BAD_SIGNATURE, _) => {
            "the peer sent a token that does not belong to this context"
        }
        (0, _) if failure.major & OUT_OF_ORDER != 0 => {
            "a token was left out, repeated or moved on its way"
        }
        _ => return None,
    })
}

/// What to do about a keytab.
pub(super) const NO_KEY: &str =
    "the keytab has no key for the user, or not that of the KDC: look at `klist -k`";

/// What to do where there is no ticket.
pub(super) const NO_TICKET: &str = "there is no ticket: get one with `kinit`, or check where it is, which `KRB5CCNAME` or \
                         `Gssapi::ticket_cache` says";
