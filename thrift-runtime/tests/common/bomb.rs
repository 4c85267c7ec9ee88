//! The smallest zlib stream that inflates to something large, and how much memory a process took.

#![allow(dead_code, unreachable_pub)]

/// Some bytes and zeros behind them, `length` bytes in all, as zlib compresses them best: two bits
/// stand for 258 bytes.
pub fn bomb(start: &[u8], length: usize) -> Vec<u8> {
    let mut bits = Bits(vec![0x78, 0xda], 0, 0);
    // A block that is stored, and not the last.
    bits.put(0, 3);
    bits.align();
    let size = u16::try_from(start.len()).unwrap();
    bits.0.extend(size.to_le_bytes());
    bits.0.extend((!size).to_le_bytes());
    bits.0.extend(start);
    // The last block, with codes of its own: 286 for literals and lengths, 1 for distances, 18 for
    // the lengths of codes.
    bits.put(1, 1);
    bits.put(2, 2);
    bits.put(286 - 257, 5);
    bits.put(0, 5);
    bits.put(18 - 4, 4);
    // Code lengths, in the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1: that 18, "repeat zero",
    // has one bit, and 1 and 2 have two.
    for code in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.put(code, 3);
    }
    let (one, two, zeros) = ((0b01, 2), (0b11, 2), (0, 1));
    let repeat_zero = |bits: &mut Bits, count: u32| {
        bits.put(zeros.0, zeros.1);
        bits.put(count - 11, 7);
    };
    // The literal 0 has two bits, then come 255 codes that are not used, the end of the block has
    // two, 28 are not used, the length 258 has one, and the distance 1 has one.
    bits.put(two.0, two.1);
    repeat_zero(&mut bits, 138);
    repeat_zero(&mut bits, 117);
    bits.put(two.0, two.1);
    repeat_zero(&mut bits, 28);
    bits.put(one.0, one.1);
    bits.put(one.0, one.1);
    let (literal, end, repeated) = ((0b01, 2), (0b11, 2), (0, 2));
    let zeros = length - start.len();
    for _ in 0..1 + (zeros - 1) % 258 {
        bits.put(literal.0, literal.1);
    }
    for _ in 0..(zeros - 1) / 258 {
        bits.put(repeated.0, repeated.1);
    }
    bits.put(end.0, end.1);
    bits.align();
    let (mut a, mut b) = (1_u64, 0_u64);
    for byte in start {
        a = (a + u64::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b = (b + a * (zeros as u64 % 65521)) % 65521;
    bits.0.extend((b << 16 | a).to_be_bytes()[4..].iter());
    bits.0
}

/// Bytes that are filled from their lowest bits.
struct Bits(Vec<u8>, u32, u32);

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.1 |= value << self.2;
        self.2 += count;
        while self.2 >= 8 {
            self.0.push(self.1 as u8);
            self.1 >>= 8;
            self.2 -= 8;
        }
    }

    fn align(&mut self) {
        if self.2 > 0 {
            self.put(0, 8 - self.2);
        }
    }
}

/// The most memory that this process has had at a time, in bytes.
pub fn peak_memory() -> usize {
    status("VmHWM:")
}

/// The memory that this process has now, in bytes.
pub fn memory() -> usize {
    status("VmRSS:")
}

fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().strip_suffix("kB").unwrap().trim().parse::<usize>().unwrap() << 10
}
