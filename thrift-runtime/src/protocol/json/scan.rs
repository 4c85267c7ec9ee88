//! Where an unframed JSON message ends: at the bracket that matches its first.

use crate::{
    error::{Error, Result},
    protocol::{Limits, Scan},
};

/// Counts brackets as the bytes of a JSON message arrive.
#[derive(Debug, Default)]
pub struct JsonScanner {
    position: usize,
    open: u64,
    in_string: bool,
    escaped: bool,
}

impl Scan for JsonScanner {
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        for byte in input.get(self.position..).unwrap_or_default() {
            self.position += 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'[' if self.open == 0 => self.open = 1,
                // Between messages, as a reader skips it.
                byte if self.open == 0 && byte.is_ascii_whitespace() => {}
                _ if self.open == 0 => {
                    return Err(Error::malformed("the message does not begin with ["));
                }
                b'"' => self.in_string = true,
                b'[' | b'{' => self.open += 1,
                b']' | b'}' => {
                    self.open -= 1;
                    if self.open == 0 {
                        return Ok(Some(std::mem::take(self).position));
                    }
                }
                _ => {}
            }
        }
        if self.position > limits.message_size {
            let limit = limits.message_size;
            return Err(Error::limit(format!("the message exceeds the limit of {limit} bytes")));
        }
        Ok(None)
    }
}
