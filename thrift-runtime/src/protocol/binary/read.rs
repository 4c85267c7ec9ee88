//! Binary bytes to values.

use bytes::Bytes;

use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::{Input, Limits, TType},
    value::{Any, FieldHeader, In, Struct, StructIn, Value},
};

/// From this many bytes on, and if it is a good part of its message, a `binary` is a slice of the
/// message: below, it would pin more memory than the copy takes.
const SHARED_SIZE: usize = 4096;
const SHARED_PART: usize = 4;

/// Reads from the start of what is left.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a, 'l> {
    rest: &'a [u8],
    shared: Option<&'a Bytes>,
    limits: &'l Limits,
    /// Levels that may still be entered.
    depth: u32,
    /// Bytes of memory that containers may still take.
    memory: usize,
}

/// The fewest bytes that a value of a type takes.
pub(super) const fn min_size(ty: TType) -> usize {
    match ty {
        TType::Stop => 0,
        TType::Bool | TType::I8 | TType::Struct => 1,
        TType::I16 => 2,
        TType::I32 | TType::String => 4,
        TType::I64 | TType::Double => 8,
        TType::Uuid => 16,
        TType::List | TType::Set => 5,
        TType::Map => 6,
    }
}

/// The bytes that every value of a type takes, where that does not vary.
pub(super) const fn fixed_size(ty: TType) -> Option<usize> {
    match ty {
        TType::Stop | TType::String | TType::Struct | TType::List | TType::Set | TType::Map => None,
        _ => Some(min_size(ty)),
    }
}

impl<'a, 'l> Reader<'a, 'l> {
    #[inline]
    pub(super) fn new(input: Input<'a>, at: usize, limits: &'l Limits) -> Self {
        Reader {
            rest: input.bytes.get(at..).unwrap_or_default(),
            shared: input.shared,
            limits,
            depth: limits.depth,
            memory: limits.memory.saturating_add(input.bytes.len().saturating_mul(16)),
        }
    }

    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(Error::truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    #[inline(always)]
    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    #[inline(always)]
    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next `length` bytes, which are a string's.
    #[inline]
    pub(super) fn sized(&mut self, what: &str, length: u32) -> Result<&'a [u8]> {
        if let Ok(length) = usize::try_from(length)
            && length <= self.limits.string_size
            && let Some((bytes, rest)) = self.rest.split_at_checked(length)
        {
            self.rest = rest;
            return Ok(bytes);
        }
        Err(bad_length(what, length, self.limits.string_size))
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.u32()?;
        self.sized("string", length)
    }

    #[inline(always)]
    fn ttype(&mut self) -> Result<TType> {
        self.u8().and_then(TType::try_from)
    }

    /// The number of a container's entries, each of which takes at least `size` bytes.
    #[inline]
    fn count(&mut self, size: usize) -> Result<usize> {
        let count = self.u32()?;
        check_count(count, size, self.rest.len(), self.limits)
    }

    #[inline]
    fn elements(&mut self) -> Result<(TType, usize)> {
        let element = self.ttype()?;
        let count = self.count(min_size(element))?;
        typed(element, count)?;
        Ok((element, count))
    }

    #[inline]
    fn numbers<T, const N: usize>(
        &mut self,
        into: &mut Vec<T>,
        count: usize,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<()> {
        let length = count.checked_mul(N).ok_or_else(Error::truncated)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(Error::truncated)?;
        self.rest = rest;
        into.clear();
        into.extend(bytes.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)));
        Ok(())
    }

    /// Skips a value; containers directly in one another are levels of their own.
    fn skip_value(&mut self, ty: TType, in_container: bool) -> Result<()> {
        if let Some(size) = fixed_size(ty) {
            return self.skip_bytes(size);
        }
        match ty {
            TType::String => self.bytes().map(drop),
            TType::Struct => {
                self.descend()?;
                while let Some(header) = self.header()? {
                    self.skip_value(header.ty, false)?;
                }
                self.ascend();
                Ok(())
            }
            TType::Map => {
                let (key, value, count) = self.map()?;
                self.skip_elements(&[key, value], count, in_container)
            }
            TType::List | TType::Set => {
                let (element, count) = self.elements()?;
                self.skip_elements(&[element], count, in_container)
            }
            _ => Err(Error::malformed("a value of type stop")),
        }
    }

    fn skip_elements(&mut self, types: &[TType], count: usize, in_container: bool) -> Result<()> {
        let size = types.iter().try_fold(0, |size, ty| fixed_size(*ty).map(|fixed| size + fixed));
        if let Some(size) = size {
            return self.skip_bytes(size.saturating_mul(count));
        }
        if in_container {
            self.descend()?;
        }
        for _ in 0..count {
            for ty in types {
                self.skip_value(*ty, true)?;
            }
        }
        if in_container {
            self.ascend();
        }
        Ok(())
    }

    #[inline]
    fn skip_bytes(&mut self, count: usize) -> Result<()> {
        self.rest = self.rest.get(count..).ok_or_else(Error::truncated)?;
        Ok(())
    }
}

/// Checks what a container's header claims against the bytes that are there.
#[inline]
pub(super) fn check_count(count: u32, size: usize, there: usize, limits: &Limits) -> Result<usize> {
    let wanted = usize::try_from(count).ok().and_then(|count| count.checked_mul(size));
    match wanted {
        Some(wanted) if wanted <= there && count as usize <= limits.container_size => {
            Ok(count as usize)
        }
        _ => Err(bad_count(count, limits.container_size)),
    }
}

/// Checks that elements have a type, if there are any.
#[inline]
pub(super) fn typed(ty: TType, count: usize) -> Result<()> {
    if ty == TType::Stop && count > 0 {
        return Err(Error::malformed("elements of type stop"));
    }
    Ok(())
}

#[cold]
pub(super) fn bad_count(count: u32, limit: usize) -> Error {
    if count > i32::MAX as u32 {
        Error::malformed(format!("a container has the negative size {}", count.cast_signed()))
    } else if count as usize > limit {
        Error::limit(format!("a container of {count} elements exceeds the limit of {limit}"))
    } else {
        Error::truncated()
    }
}

#[cold]
pub(super) fn bad_length(what: &str, length: u32, limit: usize) -> Error {
    if length > i32::MAX as u32 {
        Error::malformed(format!("a {what} has the negative length {}", length.cast_signed()))
    } else if length as usize > limit {
        Error::limit(format!("a {what} of {length} bytes exceeds the limit of {limit}"))
    } else {
        Error::truncated()
    }
}

impl In for Reader<'_, '_> {
    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        self.u8().map(|byte| byte != 0)
    }

    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.array().map(i8::from_be_bytes)
    }

    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        self.array().map(i16::from_be_bytes)
    }

    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }

    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        self.array().map(|bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }

    #[inline(always)]
    fn uuid(&mut self) -> Result<[u8; 16]> {
        self.array()
    }

    #[inline]
    fn string(&mut self, into: &mut String) -> Result<()> {
        let bytes = self.bytes()?;
        let text = str::from_utf8(bytes).map_err(not_utf8)?;
        into.clear();
        into.push_str(text);
        Ok(())
    }

    #[inline]
    fn binary(&mut self) -> Result<Bytes> {
        let bytes = self.bytes()?;
        match self.shared {
            Some(shared)
                if bytes.len() >= SHARED_SIZE && bytes.len() >= shared.len() / SHARED_PART =>
            {
                Ok(shared.slice_ref(bytes))
            }
            _ => Ok(Bytes::copy_from_slice(bytes)),
        }
    }

    #[inline]
    fn list(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline]
    fn set(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline]
    fn map(&mut self) -> Result<(TType, TType, usize)> {
        let (key, value) = (self.ttype()?, self.ttype()?);
        let count = self.count(min_size(key) + min_size(value))?;
        typed(key, count)?;
        typed(value, count)?;
        Ok((key, value, count))
    }

    #[inline(always)]
    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()> {
        self.descend()?;
        let mut fields = FieldReader { reader: self, field: None };
        if let Err(error) = into.read(&mut fields) {
            let field = fields.field;
            return Err(error.within(Segment::of::<S>(field)));
        }
        self.ascend();
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        self.skip_value(ty, false)
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.depth = self.depth.checked_sub(1).ok_or_else(|| too_deep(self.limits))?;
        Ok(())
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.depth += 1;
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        let left = count.checked_mul(size).and_then(|size| self.memory.checked_sub(size));
        self.memory = left.ok_or_else(|| too_much_memory(self.limits))?;
        Ok(())
    }

    #[inline]
    fn remaining(&self) -> usize {
        self.rest.len()
    }

    fn i16s(&mut self, into: &mut Vec<i16>, count: usize) -> Result<()> {
        self.numbers(into, count, i16::from_be_bytes)
    }

    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        self.numbers(into, count, i32::from_be_bytes)
    }

    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        self.numbers(into, count, i64::from_be_bytes)
    }

    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        self.numbers(into, count, |bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }
}

impl Reader<'_, '_> {
    #[inline]
    fn header(&mut self) -> Result<Option<FieldHeader>> {
        match self.ttype()? {
            TType::Stop => Ok(None),
            ty => Ok(Some(FieldHeader { ty, id: self.i16()? })),
        }
    }
}

/// Reads the fields of one struct, and remembers which, for error messages.
#[derive(Debug)]
struct FieldReader<'r, 'a, 'l> {
    reader: &'r mut Reader<'a, 'l>,
    /// `None` between fields.
    field: Option<i16>,
}

impl StructIn for FieldReader<'_, '_, '_> {
    #[inline(always)]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let [high, low] = id.to_be_bytes();
        match self.reader.rest.split_first_chunk() {
            Some((header, rest)) if *header == [ty as u8, high, low] => {
                self.reader.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        self.reader.header()
    }

    #[inline(always)]
    fn read<V: Value>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.field = Some(header.id);
        if header.ty != V::TYPE {
            self.reader.skip(header.ty)?;
            return Ok(false);
        }
        let before = self.reader.clone();
        match value.decode_into(self.reader) {
            Ok(()) => Ok(true),
            // Elements of another type than declared make it a field of another type.
            Err(error) if error.kind() == ErrorKind::ElementType => {
                *value = V::default();
                *self.reader = before;
                self.reader.skip(header.ty)?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.field = Some(header.id);
        self.reader.skip(header.ty)?;
        Ok(false)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.field = Some(header.id);
        Any::decode(header.ty, self.reader)
    }

    fn missing(&mut self, id: i16) -> Error {
        self.field = Some(id);
        Error::new(ErrorKind::MissingField, "the required field is missing")
    }
}

#[cold]
fn not_utf8(error: std::str::Utf8Error) -> Error {
    Error::malformed(format!("the string is not valid UTF-8 ({error})"))
}

#[cold]
pub(super) fn too_deep(limits: &Limits) -> Error {
    Error::limit(format!("the value nests deeper than {} levels", limits.depth))
}

#[cold]
fn too_much_memory(limits: &Limits) -> Error {
    Error::limit(format!(
        "the containers of the message take more memory than 16 times its length and {} bytes",
        limits.memory
    ))
}
