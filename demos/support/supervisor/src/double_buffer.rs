//! A double buffer: a reader always finds the last value that was written completely, no matter
//! when the writer died.
//!
//! ```text
//! at 0, at 32        headers: number u64, length u64, checksum u64, checksum of these three u64
//! at first, +stride  bodies
//! ```
//! There are two slots, each with a header and a body. The writer never touches the slot that holds
//! the newest complete value. It fills the other slot, and writes that slot's header last.

use std::io;

/// The bytes that a double buffer lies in: shared memory, or a model of it.
pub trait Storage {
    /// Writes all bytes at this offset.
    ///
    /// # Errors
    /// There is no more memory.
    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Fills `bytes` from this offset. Bytes that were never written are zeros.
    ///
    /// # Errors
    /// The bytes cannot be read.
    fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()>;
}

/// The length of a header in bytes.
pub(crate) const HEADER: u64 = 32;

/// A number that is never given out, since none could follow it.
const LAST: u64 = u64::MAX;

/// How often a reader tries, if the writer overtakes it each time.
const TRIES: usize = 8;

/// Two slots that take turns.
#[derive(Debug)]
pub struct DoubleBuffer<C> {
    storage: C,
    /// Where the first body begins, and how far behind it the second one does.
    first: u64,
    stride: u64,
    /// The number of the value written last; 0 before the first one.
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    pub(crate) length: u64,
    pub(crate) checksum: u64,
}

/// Why no value was read.
#[derive(Debug)]
pub enum ReadError {
    /// Nothing was ever written.
    Empty,
    /// Neither slot holds a complete value.
    Torn,
    /// The storage itself cannot be read.
    Io(io::Error),
}

impl<C: Storage> DoubleBuffer<C> {
    /// A double buffer for bodies of up to `stride` bytes, the first of which begins at `first`.
    pub fn new(storage: C, first: u64, stride: u64) -> Self {
        Self {
            storage,
            first: first.max(2 * HEADER),
            stride,
            number: 0,
        }
    }

    /// The storage that it lies in.
    pub fn storage(&self) -> &C {
        &self.storage
    }

    /// Writes the next value. Until it is complete, a reader finds the one before.
    ///
    /// # Errors
    /// The value is too long, or there is no more memory. The one before stays the newest.
    pub fn write(&mut self, body: &[u8]) -> io::Result<()> {
        if body.len() as u64 > self.stride {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let number = self.number + 1;
        if number == LAST {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let slot = number % 2;
        let header = Header {
            number,
            length: body.len() as u64,
            checksum: checksum(body),
        };
        self.storage.write(self.body(slot), body)?;
        self.storage.write(slot * HEADER, &header.encode())?;
        self.number = number;
        Ok(())
    }

    /// Reads the newest complete value. The next write follows it.
    ///
    /// # Errors
    /// There is no complete value.
    pub fn read(&mut self) -> Result<Vec<u8>, ReadError> {
        for _ in 0..TRIES {
            let mut headers = [self.header(0)?, self.header(1)?];
            if headers == [None, None] && self.is_empty()? {
                return Err(ReadError::Empty);
            }
            headers.sort_by_key(|header| std::cmp::Reverse(header.map(|header| header.number)));
            for header in headers.into_iter().flatten() {
                if let Some(body) = self.complete(header)? {
                    self.number = header.number;
                    return Ok(body);
                }
            }
        }
        Err(ReadError::Torn)
    }

    /// The body of this header. `None` if the writer is changing it now.
    fn complete(&self, header: Header) -> Result<Option<Vec<u8>>, ReadError> {
        let slot = header.number % 2;
        let mut body = vec![0; header.length as usize];
        if self.storage.read(self.body(slot), &mut body).is_err() {
            return Ok(None);
        }
        Ok((checksum(&body) == header.checksum).then_some(body))
    }

    fn header(&self, slot: u64) -> Result<Option<Header>, ReadError> {
        let mut bytes = [0; HEADER as usize];
        self.storage
            .read(slot * HEADER, &mut bytes)
            .map_err(ReadError::Io)?;
        let header = Header::decode(&bytes);
        let is_valid = |it: &Header| it.number % 2 == slot && it.number < LAST;
        Ok(header.filter(|it| is_valid(it) && it.length <= self.stride))
    }

    fn is_empty(&self) -> Result<bool, ReadError> {
        let mut bytes = [0; 2 * HEADER as usize];
        self.storage.read(0, &mut bytes).map_err(ReadError::Io)?;
        Ok(bytes.iter().all(|byte| *byte == 0))
    }

    fn body(&self, slot: u64) -> u64 {
        self.first + slot * self.stride
    }
}

impl Header {
    pub(crate) fn encode(self) -> [u8; HEADER as usize] {
        let words = [self.number, self.length, self.checksum].map(u64::to_le_bytes);
        let mut bytes = [0; HEADER as usize];
        bytes[..24].copy_from_slice(words.as_flattened());
        let check = checksum(&bytes[..24]);
        bytes[24..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; HEADER as usize]) -> Option<Self> {
        let word = |at: usize| {
            bytes[at..]
                .first_chunk()
                .map(|word| u64::from_le_bytes(*word))
        };
        if word(24)? != checksum(&bytes[..24]) {
            return None;
        }
        Some(Self {
            number: word(0)?,
            length: word(8)?,
            checksum: word(16)?,
        })
    }
}

/// A checksum like FNV-1a, but over words of eight bytes, each of which is mixed. It must be fast,
/// for a snapshot is written ten times a second, and need not resist forgery.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let mix = |sum: u64, word: u64| {
        let sum = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ (sum >> 29)
    };
    let (words, rest) = bytes.as_chunks();
    let sum = words.iter().fold(0xCBF2_9CE4_8422_2325, |sum, word| {
        mix(sum, u64::from_le_bytes(*word))
    });
    let sum = rest
        .iter()
        .fold(sum, |sum, byte| mix(sum, u64::from(*byte)));
    mix(sum, bytes.len() as u64)
}
