//! The frames that follow a negotiation: each is as long as its first four bytes say.
//!
//! The bytes of the frames are one stream: a peer may cut a message in two, or put several in a frame.
//! What is sent is in frames already, one a message, since some servers read it so.

use std::fmt;

use bytes::BytesMut;

use super::SecurityLayer;
use crate::{
    error::{Error, Result},
    protocol::Limits,
};

/// How many bytes of a frame's length there are.
const LENGTH: usize = 4;

/// By how much a layer makes a message longer, at most: for Kerberos, it is less than a hundred bytes.
const TOKEN: usize = 1 << 10;

/// How much space is kept for the next frame.
const KEPT: usize = 64 << 10;

/// The frames of a connection, which a layer may protect.
pub(crate) struct Frames {
    lengths: Lengths,
    secure: Option<Secure>,
    /// What is wrong behind the frames that were taken last.
    wrong: Option<Error>,
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames").field("is_secure", &self.is_secure()).finish_non_exhaustive()
    }
}

/// What protects the frames.
struct Secure {
    layer: Box<dyn SecurityLayer>,
    /// What has come of the next token.
    token: Vec<u8>,
    /// The frames that are to be sent, and what there is of the next.
    lengths: Lengths,
    frame: Vec<u8>,
}

/// Where frames end.
pub(crate) struct Lengths {
    /// The bytes of a length that have come.
    bytes: [u8; LENGTH],
    known: usize,
    /// What is missing of the frame; nothing where a length comes next.
    left: usize,
    most: usize,
}

/// What the next bytes are: some of a length, some of its frame, and whether that ends with them.
struct Part {
    length: usize,
    frame: usize,
    ends: bool,
}

impl Frames {
    /// After a negotiation that has left a layer, or none.
    pub(crate) fn new(layer: Option<Box<dyn SecurityLayer>>, limits: &Limits) -> Self {
        let secure = layer.map(|layer| Secure {
            layer,
            token: Vec::new(),
            lengths: Lengths::default(),
            frame: Vec::new(),
        });
        // A token is a little longer than the message in it.
        let more = if secure.is_some() { TOKEN } else { 0 };
        Frames {
            lengths: Lengths::up_to(limits.message_size.saturating_add(more)),
            secure,
            wrong: None,
        }
    }

    /// Whether there is a layer. Without one, bytes are taken out [in place](Frames::strip), and sent
    /// as they are.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure.is_some()
    }

    /// Whether a frame has begun to come, and has not ended.
    pub(crate) fn is_within(&self) -> bool {
        self.lengths.is_within()
    }

    /// How much has come of a frame that is protected, and not whole.
    pub(crate) fn arrived(&self) -> usize {
        self.secure.as_ref().map_or(0, |secure| secure.token.len())
    }

    /// Fails if something is wrong behind the frames that were taken last: to be asked before more is
    /// read. What came before the fault is not lost for that.
    ///
    /// # Errors
    ///
    /// As [`strip`](Frames::strip) and [`take_in`](Frames::take_in).
    pub(crate) fn check(&mut self) -> Result<()> {
        self.wrong.take().map_or(Ok(()), Err)
    }

    /// Leaves the contents of frames at the start of `bytes`, and returns how much that is.
    ///
    /// # Errors
    ///
    /// If a frame is too long, and none is before it.
    pub(crate) fn strip(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let (mut at, mut kept) = (0, 0);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let Part { length, frame, ends: _ } = match self.lengths.next(rest) {
                Ok(part) => part,
                Err(error) if kept == 0 => return Err(error),
                Err(error) => {
                    self.wrong = Some(error);
                    break;
                }
            };
            at += length;
            bytes.copy_within(at..at + frame, kept);
            (at, kept) = (at + frame, kept + frame);
        }
        Ok(kept)
    }

    /// Appends the contents of frames that have come; with a layer, as far as they are whole.
    ///
    /// # Errors
    ///
    /// If a frame is too long, or the layer does not take it, and none is before it.
    pub(crate) fn take_in(&mut self, bytes: &mut [u8], into: &mut BytesMut) -> Result<()> {
        if self.secure.is_none() {
            let kept = self.strip(bytes)?;
            into.extend_from_slice(bytes.get(..kept).unwrap_or_default());
            return Ok(());
        }
        let before = into.len();
        let opened = self.open(bytes, into);
        if into.len() == before {
            return opened;
        }
        self.wrong = opened.err();
        Ok(())
    }

    /// Appends what a layer finds in frames that are whole.
    fn open(&mut self, mut bytes: &[u8], into: &mut BytesMut) -> Result<()> {
        let Some(Secure { layer, token, .. }) = &mut self.secure else { return Ok(()) };
        while !bytes.is_empty() {
            if self.lengths.collect(&mut bytes, token)? {
                into.extend_from_slice(&layer.open(token)?);
                empty(token);
            }
        }
        Ok(())
    }

    /// Appends the frames of `bytes`, as they are to be sent.
    ///
    /// # Errors
    ///
    /// If the layer cannot protect them.
    pub(crate) fn seal(&mut self, mut bytes: &[u8], into: &mut Vec<u8>) -> Result<()> {
        let Some(Secure { layer, lengths, frame, .. }) = &mut self.secure else {
            into.extend_from_slice(bytes);
            return Ok(());
        };
        while !bytes.is_empty() {
            let ends = lengths.collect(&mut bytes, frame)?;
            let most = layer.most().max(1);
            // A large frame is not kept until it is whole.
            let ready = if ends { frame.len() } else { frame.len() - frame.len() % most };
            for piece in frame.get(..ready).unwrap_or_default().chunks(most) {
                let token = layer.seal(piece)?;
                let length = u32::try_from(token.len());
                let length = length.map_err(|_| Error::limit("a token is too long"))?;
                into.extend_from_slice(&length.to_be_bytes());
                into.extend_from_slice(&token);
            }
            if ready == frame.len() {
                empty(frame);
            } else {
                frame.drain(..ready);
            }
        }
        Ok(())
    }
}

impl Default for Lengths {
    fn default() -> Self {
        Lengths::up_to(usize::MAX)
    }
}

impl Lengths {
    /// Passes bytes on their way.
    #[cfg(feature = "tokio")]
    pub(crate) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty()
            && let Ok(Part { length, frame, ends: _ }) = self.next(bytes)
        {
            bytes = bytes.get(length + frame..).unwrap_or_default();
        }
    }

    /// Whether a frame has begun to come, and has not ended.
    pub(crate) fn is_within(&self) -> bool {
        self.left > 0 || self.known > 0
    }

    fn up_to(most: usize) -> Self {
        Lengths { bytes: [0; LENGTH], known: 0, left: 0, most }
    }

    /// What the next of these bytes are.
    fn next(&mut self, bytes: &[u8]) -> Result<Part> {
        let mut length = 0;
        if self.left == 0 {
            let space = self.bytes.get_mut(self.known..).unwrap_or_default();
            for (to, from) in space.iter_mut().zip(bytes) {
                *to = *from;
                length += 1;
            }
            self.known += length;
            if self.known < LENGTH {
                return Ok(Part { length, frame: 0, ends: false });
            }
            self.known = 0;
            self.left = self.announced()?;
        }
        let frame = self.left.min(bytes.len() - length);
        self.left -= frame;
        Ok(Part { length, frame, ends: self.left == 0 })
    }

    fn announced(&self) -> Result<usize> {
        let length = u32::from_be_bytes(self.bytes) as usize;
        match length > self.most {
            false => Ok(length),
            true => Err(too_long(length, self.most)),
        }
    }

    /// Moves the next of `bytes` to what there is of a frame. Returns whether that is whole then.
    fn collect(&mut self, bytes: &mut &[u8], frame: &mut Vec<u8>) -> Result<bool> {
        let part = self.next(bytes)?;
        let (content, rest) = bytes.split_at(part.length).1.split_at(part.frame);
        frame.extend_from_slice(content);
        *bytes = rest;
        Ok(part.ends)
    }
}

/// Empties a buffer, whose space is not kept if there is much of it.
fn empty(buffer: &mut Vec<u8>) {
    match buffer.capacity() > KEPT {
        true => *buffer = Vec::new(),
        false => buffer.clear(),
    }
}

#[cold]
fn too_long(length: usize, most: usize) -> Error {
    Error::limit(format!("a frame of SASL with {length} bytes exceeds the limit of {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer that changes nothing.
    struct Same;

    impl SecurityLayer for Same {
        fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
            Ok(bytes.to_vec())
        }

        fn open(&mut self, token: &[u8]) -> Result<Vec<u8>> {
            Ok(token.to_vec())
        }

        fn most(&self) -> usize {
            usize::MAX
        }
    }

    #[test]
    fn a_large_frame_leaves_no_large_buffer() {
        let mut frames = Frames::new(Some(Box::new(Same)), &Limits::default());
        let mut frame = vec![0; LENGTH + 5 * KEPT];
        frame[..LENGTH].copy_from_slice(&(5 * KEPT as u32).to_be_bytes());
        let (mut opened, mut sealed) = (BytesMut::new(), Vec::new());
        for part in frame.chunks_mut(KEPT) {
            frames.take_in(part, &mut opened).unwrap();
        }
        assert_eq!(opened.len(), 5 * KEPT);
        frames.seal(&frame, &mut sealed).unwrap();
        assert_eq!(sealed, frame);
        let Secure { token, frame, .. } = frames.secure.as_ref().unwrap();
        assert!(token.capacity() <= KEPT && frame.capacity() <= KEPT);
    }
}
