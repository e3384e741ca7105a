//! Reading and writing bytes: little-endian numbers, and texts and lists with a length in front.

use std::fmt;

use ::bytes::{BufMut, Bytes, BytesMut};

/// Why bytes are not a message. The sender has a mistake in its program, or is an attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The bytes end too early.
    Short,
    /// There are bytes after the end.
    Long,
    /// No message begins with this byte.
    Tag(u8),
    /// This field has a value that it cannot have.
    Value(&'static str),
    /// This list is not in ascending order, or names something twice.
    Order(&'static str),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("the bytes end too early"),
            Self::Long => f.write_str("there are bytes after the end"),
            Self::Tag(tag) => write!(f, "nothing begins with 0x{tag:02x}"),
            Self::Value(field) => write!(f, "`{field}` has a value that it cannot have"),
            Self::Order(list) => write!(f, "`{list}` is out of order or names something twice"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Reads from the front. For any bytes it neither panics nor allocates more memory than the bytes
/// could fill.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub(crate) fn left(&self) -> usize {
        self.left.len()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, left) = self.left.split_at_checked(count).ok_or(Malformed::Short)?;
        self.left = left;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, left) = self.left.split_first_chunk().ok_or(Malformed::Short)?;
        self.left = left;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads 0 or 1. Other numbers are refused: each value has one encoding.
    pub(crate) fn bool(&mut self, field: &'static str) -> Result<bool, Malformed> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Value(field)),
        }
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'a str, Malformed> {
        let length = self.u8()?;
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map_err(|_| Malformed::Value(field))
    }

    /// Reads a list whose items have at least `smallest` bytes, in ascending order of their `key`.
    pub(crate) fn list<T, K: Ord>(
        &mut self,
        field: &'static str,
        smallest: usize,
        key: impl Fn(&T) -> K,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = usize::from(self.u16()?);
        if count * smallest > self.left.len() {
            return Err(Malformed::Short); // Before memory is set aside for them.
        }
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            let item = read(self)?;
            if items.last().is_some_and(|last| key(last) >= key(&item)) {
                return Err(Malformed::Order(field));
            }
            items.push(item);
        }
        Ok(items)
    }

    pub(crate) fn end(self) -> Result<(), Malformed> {
        if self.left.is_empty() {
            Ok(())
        } else {
            Err(Malformed::Long)
        }
    }
}

/// Appends to the bytes.
#[derive(Debug, Default)]
pub(crate) struct Writer(BytesMut);

impl Writer {
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self(BytesMut::with_capacity(bytes))
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.0.put_u8(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.0.put_u16_le(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.0.put_u32_le(value);
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.0.put_u64_le(value);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.put_slice(bytes);
    }

    /// Appends a text, cut to 255 bytes at a character boundary, because its length is one byte.
    pub(crate) fn text(&mut self, text: &str) {
        self.text_up_to(text, 255);
    }

    pub(crate) fn text_up_to(&mut self, text: &str, most: usize) {
        let end = (0..=text.len().min(most.min(255)))
            .rev()
            .find(|&at| text.is_char_boundary(at));
        let fits = &text[..end.unwrap_or(0)];
        self.u8(fits.len() as u8);
        self.raw(fits.as_bytes());
    }

    /// Appends a list, cut to the largest count that its prefix can hold.
    pub(crate) fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        let items = &items[..items.len().min(usize::from(u16::MAX))];
        self.u16(items.len() as u16);
        items.iter().for_each(|item| write(self, item));
    }

    pub(crate) fn done(self) -> Bytes {
        self.0.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_count_allocates_nothing_without_bytes() {
        let mut reads = 0;
        let mut read = |from: &mut Reader<'_>| {
            reads += 1;
            from.u8()
        };
        let list =
            |bytes: &[u8], read: &mut dyn FnMut(&mut Reader<'_>) -> Result<u8, Malformed>| {
                Reader::new(bytes).list("list", 1, |it| *it, read)
            };
        assert_eq!(
            list(&[0xff, 0xff, 1, 2, 3], &mut read),
            Err(Malformed::Short)
        );
        assert_eq!(list(&[4, 0, 1, 2, 3], &mut read), Err(Malformed::Short));
        assert_eq!(list(&[3, 0, 1, 2, 3], &mut read), Ok(vec![1, 2, 3]));
        assert_eq!(reads, 3, "only of the list that is there");
    }

    #[test]
    fn a_list_out_of_order_or_with_duplicates_is_refused() {
        let list = |bytes: &[u8]| Reader::new(bytes).list("list", 1, |it| *it, Reader::u8);
        assert_eq!(list(&[2, 0, 1, 1]), Err(Malformed::Order("list")));
        assert_eq!(list(&[2, 0, 2, 1]), Err(Malformed::Order("list")));
    }

    #[test]
    fn a_truth_has_two_encodings() {
        let read = |byte| Reader::new(&[byte]).bool("truth");
        assert_eq!((read(0), read(1)), (Ok(false), Ok(true)));
        for other in 2..=255 {
            assert_eq!(read(other), Err(Malformed::Value("truth")));
        }
    }

    #[test]
    fn a_text_that_is_too_long_ends_between_two_characters() {
        let mut to = Writer::default();
        to.text(&"가".repeat(100));
        let bytes = to.done();
        let mut from = Reader::new(&bytes);
        assert_eq!(from.text("text"), Ok("가".repeat(85).as_str()));
        assert_eq!(from.end(), Ok(()));
    }
}
