//! Qualities of protection, and how both sides agree on one (RFC 4752, 3.1 to 3.3).

use std::{fmt, ops::RangeInclusive};

use super::context::{INTEGRITY, SECRET};

/// How what follows a negotiation is protected. Each is better than the one before.
///
/// ```
/// use thrift_runtime::sasl::Quality;
///
/// assert!(Quality::Confidentiality > Quality::Integrity);
/// assert_eq!(Quality::Integrity.to_string(), "auth-int");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// `auth`: both know who the other is. What follows is as it would be without.
    Authentication,
    /// `auth-int`: besides, nobody can change what follows.
    Integrity,
    /// `auth-conf`: besides, nobody else can read it.
    Confidentiality,
}

impl Quality {
    pub(super) const ALL: RangeInclusive<Quality> =
        Quality::Authentication..=Quality::Confidentiality;
    const BEST_FIRST: [Quality; 3] =
        [Quality::Confidentiality, Quality::Integrity, Quality::Authentication];

    fn bit(self) -> u8 {
        match self {
            Quality::Authentication => 1,
            Quality::Integrity => 2,
            Quality::Confidentiality => 4,
        }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Quality::Authentication => "auth",
            Quality::Integrity => "auth-int",
            Quality::Confidentiality => "auth-conf",
        })
    }
}

/// How large a token is that is taken, as Java has it by default. Those who do not look at it may send
/// larger ones, which are taken all the same.
pub(super) const BUFFER: u32 = 64 << 10;
/// How many bytes there are before the user as whom a client acts.
const HEADER: usize = 4;

/// What a server offers, or what a client has chosen: a bit for each quality, and how large a token it
/// takes at most.
///
/// Where there is no layer, that size should be zero, but Java and pure-sasl send another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    bits: u8,
    pub(super) buffer: u32,
}

impl Offer {
    pub(super) fn of(qualities: &RangeInclusive<Quality>) -> Self {
        let bits = Quality::BEST_FIRST.into_iter().filter(|it| qualities.contains(it));
        Offer::with(bits.fold(0, |bits, quality| bits | quality.bit()))
    }

    fn with(bits: u8) -> Self {
        let layers = Quality::Integrity.bit() | Quality::Confidentiality.bit();
        Offer { bits, buffer: if bits & layers == 0 { 0 } else { BUFFER } }
    }

    /// Of these, what a context can protect that is sure of so much.
    ///
    /// > if the integ_avail flag is not set in the context, then no security layer can be offered or
    /// > accepted. (RFC 4752, 3.1)
    pub(super) fn within(self, flags: u32) -> Self {
        let mut sure = Quality::Authentication.bit();
        if flags & INTEGRITY != 0 {
            sure |= Quality::Integrity.bit();
            if flags & SECRET != 0 {
                sure |= Quality::Confidentiality.bit();
            }
        }
        Offer { bits: self.bits & sure, ..self }
    }

    pub(super) fn is_empty(self) -> bool {
        self.bits == 0
    }

    pub(super) fn to_bytes(self) -> [u8; HEADER] {
        let [_, a, b, c] = self.buffer.to_be_bytes();
        [self.bits, a, b, c]
    }

    fn from_bytes([bits, a, b, c]: [u8; HEADER]) -> Self {
        Offer { bits, buffer: u32::from_be_bytes([0, a, b, c]) }
    }

    /// Reads what a server offers.
    ///
    /// # Errors
    ///
    /// If it is no offer.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        match bytes.try_into() {
            Ok(bytes) => Ok(Offer::from_bytes(bytes)),
            Err(_) => Err(format!("an offer has {HEADER} bytes, and not {}", bytes.len())),
        }
    }

    /// Chooses the best of these.
    ///
    /// # Errors
    ///
    /// If none is offered.
    pub(super) fn choose(self, qualities: &RangeInclusive<Quality>) -> Result<Quality, String> {
        let mut wanted = Quality::BEST_FIRST.into_iter().filter(|it| qualities.contains(it));
        wanted.find(|quality| self.bits & quality.bit() != 0).ok_or_else(|| {
            format!("the server offers {self}, but this client takes {}", Offer::of(qualities))
        })
    }

    fn qualities(self) -> impl Iterator<Item = Quality> {
        Quality::BEST_FIRST.into_iter().filter(move |quality| self.bits & quality.bit() != 0)
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.qualities().map(|quality| quality.to_string()).collect();
        names.reverse();
        match names.is_empty() {
            true => f.write_str("no quality"),
            false => f.write_str(&names.join(", ")),
        }
    }
}

/// What a client has chosen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) quality: Quality,
    /// How large a token it takes at most.
    pub(super) buffer: u32,
    /// As whom it wants to act.
    pub(super) acts_as: String,
}

impl Choice {
    pub(super) fn new(quality: Quality, acts_as: &str) -> Self {
        let buffer = Offer::with(quality.bit()).buffer;
        Choice { quality, buffer, acts_as: acts_as.to_owned() }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let header = Offer { bits: self.quality.bit(), buffer: self.buffer };
        [&header.to_bytes()[..], self.acts_as.as_bytes()].concat()
    }

    /// Reads what a client has chosen of these.
    ///
    /// # Errors
    ///
    /// If it is no choice, or none of these.
    pub(super) fn read(bytes: &[u8], offered: Offer) -> Result<Self, String> {
        let Some((header, acts_as)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(format!("a choice has {HEADER} bytes at least, and not {}", bytes.len()));
        };
        let chosen = Offer::from_bytes(*header);
        let mut qualities = chosen.qualities();
        let quality = match (qualities.next(), chosen.bits.count_ones()) {
            (Some(quality), 1) if offered.bits & quality.bit() != 0 => quality,
            (Some(_), 1) => {
                return Err(format!("this server offers {offered}, but the client chose {chosen}"));
            }
            _ => return Err(format!("{:#04x} does not choose exactly one quality", chosen.bits)),
        };
        let acts_as = match std::str::from_utf8(acts_as) {
            Ok(text) if !text.contains('\0') => text.to_owned(),
            _ => return Err("the user to act as is not valid text".to_owned()),
        };
        Ok(Choice { quality, buffer: chosen.buffer, acts_as })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Quality::{Authentication, Confidentiality, Integrity};

    #[test]
    fn offers_and_choices_are_bits_and_a_size() {
        assert_eq!(Offer::of(&Quality::ALL).to_bytes(), [7, 1, 0, 0]);
        assert_eq!(Offer::of(&(Integrity..=Confidentiality)).to_bytes(), [6, 1, 0, 0]);
        assert_eq!(Offer::of(&(Authentication..=Authentication)).to_bytes(), [1, 0, 0, 0]);
        assert_eq!(Choice::new(Confidentiality, "żaba").to_bytes(), b"\x04\x01\0\0\xc5\xbcaba");
        assert_eq!(Choice::new(Authentication, "").to_bytes(), b"\x01\0\0\0");
        let read = Offer::read(b"\x03\xff\xff\xff").unwrap();
        assert_eq!((read.buffer, read.to_string().as_str()), (0xff_ffff, "auth, auth-int"));
    }

    #[test]
    fn a_client_chooses_the_best_that_both_take() {
        let offer = |bits| Offer::read(&[bits, 1, 0, 0]).unwrap();
        assert_eq!(offer(7).choose(&Quality::ALL), Ok(Confidentiality));
        assert_eq!(offer(7).choose(&(Authentication..=Integrity)), Ok(Integrity));
        assert_eq!(offer(0xf9).choose(&Quality::ALL), Ok(Authentication));
        for (bits, offers) in [(1, "auth"), (0, "no quality"), (8, "no quality")] {
            let error = offer(bits).choose(&(Integrity..=Confidentiality)).unwrap_err();
            let text =
                format!("the server offers {offers}, but this client takes auth-int, auth-conf");
            assert_eq!(error, text);
        }
    }

    #[test]
    fn a_context_that_protects_little_has_few_qualities() {
        let within = |flags| Offer::of(&Quality::ALL).within(flags).to_string();
        assert_eq!(within(INTEGRITY | SECRET), "auth, auth-int, auth-conf");
        assert_eq!(within(INTEGRITY), "auth, auth-int");
        assert_eq!((within(SECRET), within(0)), ("auth".to_owned(), "auth".to_owned()));
        assert!(Offer::of(&(Integrity..=Confidentiality)).within(0).is_empty());
    }

    #[test]
    fn what_is_no_offer_or_choice_is_refused() {
        for bytes in [&b""[..], b"\x07", b"\x07\x01\0", b"\x07\x01\0\0\0"] {
            let text = format!("an offer has 4 bytes, and not {}", bytes.len());
            assert_eq!(Offer::read(bytes), Err(text));
        }
        for (bytes, why) in [
            (&b""[..], "a choice has 4 bytes at least, and not 0"),
            (b"\x01\0\0", "a choice has 4 bytes at least, and not 3"),
            (b"\0\0\0\0", "0x00 does not choose exactly one quality"),
            (b"\x03\0\0\0", "0x03 does not choose exactly one quality"),
            (b"\x0c\0\0\0", "0x0c does not choose exactly one quality"),
            (b"\x08\0\0\0", "0x08 does not choose exactly one quality"),
            (b"\x01\0\0\0", "this server offers auth-int, auth-conf, but the client chose auth"),
            (b"\x02\0\0\0a\xff", "the user to act as is not valid text"),
            (b"\x02\0\0\0alice\0", "the user to act as is not valid text"),
        ] {
            assert_eq!(
                Choice::read(bytes, Offer::of(&(Integrity..=Confidentiality))).unwrap_err(),
                why
            );
        }
        let chosen = Choice::read(b"\x02\0\x10\0bob", Offer::of(&Quality::ALL)).unwrap();
        let expected = Choice { quality: Integrity, buffer: 0x1000, acts_as: "bob".into() };
        assert_eq!(chosen, expected);
    }
}
