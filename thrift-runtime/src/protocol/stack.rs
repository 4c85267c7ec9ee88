//! How much of the stack a value may take.
//!
//! Levels alone do not bound it: without optimization, one level of a struct with hundreds of fields
//! takes half a megabyte. So at each level addresses tell what was really used; and for what else
//! recurses into values that were read, copies above all, the sizes of their types do.

use std::mem::MaybeUninit;

use crate::value::EncodeStruct;

/// How far from where it began a value may be read or written: threads have 2 MiB by default, of
/// which a part was used before.
const ROOM: usize = 1536 << 10;

/// What a level of a struct takes at most, for each of its fields, when it is read or written.
const FRAME_OF_FIELD: usize = 1280;
/// However many fields it has, a struct may be read at the top.
const LARGEST_FRAME: usize = ROOM - (256 << 10);

/// What copying and formatting a value may take, which happens after it was read.
pub(super) const ROOM_FOR_COPIES: u32 = 1280 << 10;
/// Below this it need not be counted: at any depth that is allowed, it is not that much.
const SMALL_COPY: usize = 4 << 10;

/// The place on the stack beyond which nothing nests any deeper.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Floor(usize);

impl Floor {
    /// Where nothing has begun.
    pub(super) const NONE: Self = Floor(0);

    /// The floor for what begins here.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Floor(here().saturating_sub(ROOM))
    }

    /// Whether there is room for a frame of this size.
    #[inline(always)]
    pub(crate) fn has_room(self, frame: usize) -> bool {
        here().wrapping_sub(frame) >= self.0
    }
}

/// The place on the stack; where addresses do not tell it, always the same.
#[inline(always)]
fn here() -> usize {
    let here = MaybeUninit::<u8>::uninit();
    // Interpreters and the sanitizers of fuzzers put variables elsewhere.
    if cfg!(any(miri, fuzzing)) { ROOM } else { here.as_ptr().addr() }
}

/// What a level of a struct takes of the stack at most, when it is read or written.
pub(crate) const fn frame<S: EncodeStruct>() -> usize {
    let frame = S::FIELDS.len() * FRAME_OF_FIELD;
    if frame < LARGEST_FRAME { frame } else { LARGEST_FRAME }
}

/// What a level of a struct takes when it is copied, which makes each field before it moves all of
/// them, or formatted, which lists names and references; 0 if it is small.
pub(super) const fn copy<S: EncodeStruct>() -> u32 {
    let copy = 2 * size_of::<S>() + 24 * S::FIELDS.len();
    match copy {
        ..SMALL_COPY => 0,
        _ if copy < ROOM_FOR_COPIES as usize => copy as u32,
        _ => ROOM_FOR_COPIES,
    }
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, thread};

    use crate::{
        BinaryProtocol, ErrorKind, Protocol, Result,
        protocol::{AnyProtocol, Encoding},
        value::{Field, StructReader, StructWriter},
    };

    /// A struct whose code takes far more stack than its single field tells.
    #[derive(Debug, Default)]
    struct Hungry(Option<Box<Hungry>>);

    impl crate::value::EncodeStruct for Hungry {
        const NAME: &'static str = "Hungry";
        const FIELDS: &'static [Field] = &[Field::new(1, "next")];

        fn write<W: StructWriter>(&self, w: &mut W) {
            black_box([0_u8; 40 << 10]);
            w.optional(1, &self.0);
        }
    }

    impl<'de> crate::value::DecodeStruct<'de> for Hungry {
        fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
            black_box([0_u8; 40 << 10]);
            r.next_optional(1, &mut self.0)?;
            while let Some(header) = r.header()? {
                r.skip(header)?;
            }
            Ok(())
        }
    }

    crate::value::struct_value!(Hungry);

    fn nested(levels: usize) -> Hungry {
        (1..levels).fold(Hungry::default(), |inner, _| Hungry(Some(Box::new(inner))))
    }

    fn on_a_thread(run: impl FnOnce() + Send + 'static) {
        thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    #[cfg_attr(miri, ignore = "its addresses do not tell how much stack is used")]
    fn what_is_used_ends_reading_and_writing() {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        for protocol in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            on_a_thread(move || {
                let bytes = protocol.encode(&nested(5)).unwrap();
                protocol.decode::<Hungry>(&bytes).unwrap();
                let error = protocol.encode(&nested(64)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unwritable);
                assert_eq!(error.to_string(), "structs nest too deep for the stack");
                // The failure leaves nothing behind.
                assert_eq!(protocol.encode(&nested(5)).unwrap(), bytes);
            });
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "its addresses do not tell how much stack is used")]
    fn the_error_says_so() {
        on_a_thread(|| {
            let bytes = [[0x0c, 0, 1].repeat(63), vec![0; 64]].concat();
            let error = BinaryProtocol::STRICT.decode::<Hungry>(&bytes).unwrap_err();
            assert!(error.is_limit());
            let text = "Hungry.next: the value nests too deep for the stack";
            assert!(error.to_string().starts_with(text), "{error}");
        });
    }
}
