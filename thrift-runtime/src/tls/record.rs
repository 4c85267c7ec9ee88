//! Where records of TLS end.

/// How long the header of a record is: its type, the version, and the length of the rest.
const HEADER: usize = 5;

/// The record of TLS that comes: how much of it there is.
///
/// All versions have the same headers, whatever is encrypted behind them.
#[derive(Debug, Default)]
pub(crate) struct Record {
    header: [u8; HEADER],
    /// How many bytes of the header have come.
    known: usize,
    /// How many bytes behind the header are to come.
    left: usize,
}

impl Record {
    /// Whether a part of a record has come.
    pub(crate) fn is_within(&self) -> bool {
        self.known > 0
    }

    /// Notes bytes that have come.
    pub(crate) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if let Some(byte) = self.header.get_mut(self.known) {
                *byte = bytes.first().copied().unwrap_or_default();
                bytes = bytes.get(1..).unwrap_or_default();
                self.known += 1;
                let [.., high, low] = self.header;
                self.left = usize::from(u16::from_be_bytes([high, low]));
            } else {
                let count = self.left.min(bytes.len());
                bytes = bytes.get(count..).unwrap_or_default();
                self.left -= count;
            }
            if self.known == HEADER && self.left == 0 {
                self.known = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_whole_when_as_much_has_come_as_its_header_says() {
        let records = b"\x16\x03\x01\x00\x03abc\x17\x03\x03\x00\x00\x17\x03\x03\x01\x01".to_vec();
        let records = [records, vec![7; 257]].concat();
        let ends = [8, 13, records.len()];
        for piece in [1, 2, 3, 7, 300] {
            let (mut record, mut passed) = (Record::default(), 0);
            for bytes in records.chunks(piece) {
                record.pass(bytes);
                passed += bytes.len();
                assert_eq!(record.is_within(), !ends.contains(&passed), "{passed} by {piece}");
            }
        }
    }
}
