//! When a certificate is valid, for one that is trusted without being verified by others.

use rustls::{CertificateError, pki_types::UnixTime};

use super::rustls;

const SEQUENCE: u8 = 0x30;
/// The version, which is tagged since it may be left out.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Checks that a certificate in DER is valid at a time.
pub(super) fn check(certificate: &[u8], now: UnixTime) -> Result<(), CertificateError> {
    let (from, until) = validity(certificate).ok_or(CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    match () {
        () if now < from => Err(CertificateError::NotValidYet),
        () if now > until => Err(CertificateError::Expired),
        () => Ok(()),
    }
}

/// The first and the last second at which a certificate is valid, since 1970.
///
/// ```text
/// Certificate     ::= SEQUENCE { tbsCertificate TBSCertificate, ... }
/// TBSCertificate  ::= SEQUENCE {
///     version [0] Version DEFAULT v1, serialNumber INTEGER, signature SEQUENCE, issuer SEQUENCE,
///     validity SEQUENCE { notBefore Time, notAfter Time }, ... }
/// ```
fn validity(certificate: &[u8]) -> Option<(i64, i64)> {
    let (certificate, _) = tagged(SEQUENCE, certificate)?;
    let (mut rest, _) = tagged(SEQUENCE, certificate)?;
    if let Some((_, after)) = tagged(VERSION, rest) {
        rest = after;
    }
    for _ in ["serialNumber", "signature", "issuer"] {
        (_, _, rest) = element(rest)?;
    }
    let (validity, _) = tagged(SEQUENCE, rest)?;
    let (from, rest) = time(validity)?;
    let (until, _) = time(rest)?;
    Some((from, until))
}

/// The contents of an element of DER that has this tag, and what follows it.
fn tagged(wanted: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    element(der).filter(|(tag, ..)| *tag == wanted).map(|(_, contents, rest)| (contents, rest))
}

/// The tag and the contents of an element of DER, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, length, rest @ ..] = der else { return None };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        // The number of bytes that the length itself takes.
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}

/// A time, `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, in seconds since 1970, and what follows it.
fn time(der: &[u8]) -> Option<(i64, &[u8])> {
    let (tag, text, rest) = element(der)?;
    let (digits, b"Z") = text.split_at_checked(text.len().checked_sub(1)?)? else { return None };
    let number = |from: usize, to: usize| {
        let digits = digits.get(from..to)?;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| 10 * number + i64::from(digit - b'0'))
        })
    };
    let (year, at) = match (tag, digits.len()) {
        // "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY." (RFC
        // 5280, 4.1.2.5.1)
        (UTC_TIME, 12) => (1900 + number(0, 2)? + if number(0, 2)? < 50 { 100 } else { 0 }, 2),
        (GENERALIZED_TIME, 14) => (number(0, 4)?, 4),
        _ => return None,
    };
    let part = |index: usize| number(at + 2 * index, at + 2 * index + 2);
    let days = days(year, part(0)?, part(1)?);
    Some((((days * 24 + part(2)?) * 60 + part(3)?) * 60 + part(4)?, rest))
}

/// The days from 1970 to a date, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn times_are_seconds_since_1970() {
        let utc = |text: &str| [&[UTC_TIME, 13], text.as_bytes(), b"x"].concat();
        let general = |text: &str| [&[GENERALIZED_TIME, 15], text.as_bytes(), b"x"].concat();
        for (der, seconds) in [
            (utc("700101000000Z"), 0),
            (utc("691231235959Z"), -1),
            (utc("000229120000Z"), 951_825_600),
            (utc("491231235959Z"), 2_524_607_999),
            (utc("500101000000Z"), -631_152_000),
            (general("20500101000000Z"), 2_524_608_000),
            (general("21000301000000Z"), 4_107_542_400),
            (general("99991231235959Z"), 253_402_300_799),
        ] {
            assert_eq!(time(&der), Some((seconds, &b"x"[..])));
        }
        for der in [utc("7001010000000"), utc("70010100000.Z"), general("00010100000Z"), vec![]] {
            assert_eq!(time(&der), None);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "it cannot call what makes keys")]
    fn a_certificate_is_valid_from_its_first_to_its_last_second() {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 2, 29);
        params.not_after = date_time_ymd(2060, 1, 1);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (from, until) = (1_582_934_400, 2_840_140_800);
        let at = |seconds| {
            let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
            check(certificate.der(), now)
        };
        assert_eq!(at(from - 1), Err(CertificateError::NotValidYet));
        assert_eq!(at(from), Ok(()));
        assert_eq!(at(until), Ok(()));
        assert_eq!(at(until + 1), Err(CertificateError::Expired));
        assert_eq!(at(u64::MAX), Err(CertificateError::Expired));
        for end in 0..certificate.der().len() {
            let _ = validity(&certificate.der()[..end]);
        }
        assert_eq!(validity(b"\x30\x83\xff\xff\xff"), None);
    }
}
