//! Two places that take turns: whoever reads finds the last thing that was written as a whole, at
//! whatever moment the writer died.
//!
//! ```text
//! at 0, at 32        heads: number u64, length u64, sum u64, sum of these three u64
//! at first, +stride  bodies
//! ```
//! The writer never touches the place that holds the newest whole thing. It fills the other one,
//! and writes that one's head last.

use std::io;

/// What is written to: the file that several processes share, or the model checker's.
pub trait Cells {
    /// Writes there.
    ///
    /// # Errors
    /// There is no more memory.
    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Reads what is there. What was never written is zeros, or nothing.
    ///
    /// # Errors
    /// There is nothing.
    fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()>;
}

/// How long a head is.
pub(crate) const HEAD: u64 = 32;

/// No writer comes so far, and none could go on from there.
const LAST: u64 = u64::MAX;

/// How often a reader tries again whom the writer overtook.
const TRIES: usize = 8;

/// The two places.
#[derive(Debug)]
pub struct Slots<C> {
    cells: C,
    /// Where the first body begins, and after how many bytes the second one.
    first: u64,
    stride: u64,
    /// The number of what was written last; 0: nothing was.
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) number: u64,
    pub(crate) length: u64,
    pub(crate) sum: u64,
}

/// Why there is nothing to go on from.
#[derive(Debug)]
pub enum Unreadable {
    /// Nothing was ever written.
    Empty,
    /// Neither place holds anything whole.
    Torn,
    /// The memory itself cannot be read.
    Io(io::Error),
}

impl<C: Cells> Slots<C> {
    /// Of bodies that have up to `stride` bytes.
    pub fn new(cells: C, first: u64, stride: u64) -> Self {
        Self {
            cells,
            first: first.max(2 * HEAD),
            stride,
            number: 0,
        }
    }

    /// What the places are in.
    pub fn cells(&self) -> &C {
        &self.cells
    }

    /// Writes the next thing. Until it is done, a reader finds the one before.
    ///
    /// # Errors
    /// It is too long, or there is no more memory: the one before is still the newest.
    pub fn write(&mut self, body: &[u8]) -> io::Result<()> {
        if body.len() as u64 > self.stride {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let number = self.number + 1;
        if number == LAST {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let place = number % 2;
        let head = Head {
            number,
            length: body.len() as u64,
            sum: sum(body),
        };
        self.cells.write(self.body(place), body)?;
        self.cells.write(place * HEAD, &head.encode())?;
        self.number = number;
        Ok(())
    }

    /// The newest whole thing. Whatever is written from here on follows it.
    ///
    /// # Errors
    /// There is none.
    pub fn read(&mut self) -> Result<Vec<u8>, Unreadable> {
        for _ in 0..TRIES {
            let mut heads = [self.head(0)?, self.head(1)?];
            if heads == [None, None] && self.is_empty()? {
                return Err(Unreadable::Empty);
            }
            heads.sort_by_key(|head| std::cmp::Reverse(head.map(|head| head.number)));
            for head in heads.into_iter().flatten() {
                if let Some(body) = self.whole(head)? {
                    self.number = head.number;
                    return Ok(body);
                }
            }
        }
        Err(Unreadable::Torn)
    }

    /// The body that belongs to this head, unless the writer is in it just now.
    fn whole(&self, head: Head) -> Result<Option<Vec<u8>>, Unreadable> {
        let place = head.number % 2;
        let mut body = vec![0; head.length as usize];
        if self.cells.read(self.body(place), &mut body).is_err() {
            return Ok(None);
        }
        Ok((sum(&body) == head.sum).then_some(body))
    }

    fn head(&self, place: u64) -> Result<Option<Head>, Unreadable> {
        let mut bytes = [0; HEAD as usize];
        self.cells
            .read(place * HEAD, &mut bytes)
            .map_err(Unreadable::Io)?;
        let head = Head::decode(&bytes);
        let can_be = |it: &Head| it.number % 2 == place && it.number < LAST;
        Ok(head.filter(|it| can_be(it) && it.length <= self.stride))
    }

    fn is_empty(&self) -> Result<bool, Unreadable> {
        let mut bytes = [0; 2 * HEAD as usize];
        self.cells.read(0, &mut bytes).map_err(Unreadable::Io)?;
        Ok(bytes.iter().all(|byte| *byte == 0))
    }

    fn body(&self, place: u64) -> u64 {
        self.first + place * self.stride
    }
}

impl Head {
    pub(crate) fn encode(self) -> [u8; HEAD as usize] {
        let words = [self.number, self.length, self.sum].map(u64::to_le_bytes);
        let mut bytes = [0; HEAD as usize];
        bytes[..24].copy_from_slice(words.as_flattened());
        let check = sum(&bytes[..24]);
        bytes[24..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; HEAD as usize]) -> Option<Self> {
        let word = |at: usize| {
            bytes[at..]
                .first_chunk()
                .map(|word| u64::from_le_bytes(*word))
        };
        if word(24)? != sum(&bytes[..24]) {
            return None;
        }
        Some(Self {
            number: word(0)?,
            length: word(8)?,
            sum: word(16)?,
        })
    }
}

/// In the manner of FNV-1a, but by words of eight bytes, each of them stirred: a snapshot is summed
/// ten times a second, and nobody forges it.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    let stir = |sum: u64, word: u64| {
        let sum = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ (sum >> 29)
    };
    let (words, rest) = bytes.as_chunks();
    let sum = words.iter().fold(0xCBF2_9CE4_8422_2325, |sum, word| {
        stir(sum, u64::from_le_bytes(*word))
    });
    let sum = rest
        .iter()
        .fold(sum, |sum, byte| stir(sum, u64::from(*byte)));
    stir(sum, bytes.len() as u64)
}
