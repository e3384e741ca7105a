//! What the model checker says of the double buffer.
//!
//! Covers: a writer of three values and a reader, every schedule with up to three preemptions; the
//! kernel copies one word of eight bytes at a time. A writer that died at some moment is one that
//! the schedule does not let continue. Not: a machine that loses power, for the memory is lost with
//! it. Exact, without the model checker: a write that fails after any of its bytes, and is followed
//! by another one; headers that no writer writes. Dies with: the header written before the body, if
//! no checksum is compared; one slot instead of two; a number that does not continue from the last,
//! or that a failed write has taken.

use crate::double_buffer::{DoubleBuffer, HEADER, Header, ReadError, Storage, checksum};
use lanes::{
    Bounds, explore,
    sync::{Arc, Mutex},
    thread,
};
use std::{
    cell::{Cell, RefCell},
    io,
};

/// The length of a body in bytes: two words.
const BODY: usize = 16;

const WORDS: usize = (2 * HEADER as usize + 2 * BODY) / 8;

/// Shared memory: between any two words the other process may read or write.
#[derive(Clone)]
struct Page(Arc<Vec<Mutex<u64>>>);

impl Page {
    fn blank() -> Self {
        Self(Arc::new(
            (0..WORDS)
                .map(|word| Mutex::new(format!("word {word}"), 0))
                .collect(),
        ))
    }

    fn buffer(&self) -> DoubleBuffer<Self> {
        DoubleBuffer::new(self.clone(), 2 * HEADER, BODY as u64)
    }
}

impl Storage for Page {
    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let words = &self.0[at as usize / 8..];
        for (word, bytes) in words.iter().zip(bytes.as_chunks().0) {
            *word.lock() = u64::from_le_bytes(*bytes);
        }
        Ok(())
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let words = &self.0[at as usize / 8..];
        for (word, bytes) in words.iter().zip(bytes.as_chunks_mut().0) {
            *bytes = word.lock().to_le_bytes();
        }
        Ok(())
    }
}

/// The value with this number: every word of it says which it is.
fn value(number: u8) -> [u8; BODY] {
    [number; BODY]
}

#[test]
fn a_reader_finds_the_newest_complete_value_whenever_the_writer_dies() {
    let model = || {
        let page = Page::blank();
        let mut writer = page.buffer();
        writer.write(&value(1)).expect("it fits");
        let writes = thread::spawn("writer", move || {
            writer.write(&value(2)).expect("it fits");
        });
        let found = page.buffer().read().expect("the first is complete");
        assert!(found == value(1) || found == value(2), "torn: {found:?}");
        writes.join().expect("it wrote");
        assert_eq!(page.buffer().read().expect("complete"), value(2));
    };
    explore(
        "double buffer: a writer dies",
        Bounds::preemptions(3),
        model,
    )
    .holds();
}

#[test]
fn a_reader_that_is_overtaken_sees_no_torn_value() {
    let model = || {
        let page = Page::blank();
        let mut writer = page.buffer();
        writer.write(&value(1)).expect("it fits");
        let writes = thread::spawn("writer", move || {
            writer.write(&value(2)).expect("it fits");
            writer.write(&value(3)).expect("it fits");
        });
        match page.buffer().read() {
            Ok(found) => assert!((1..=3).any(|it| found == value(it)), "torn: {found:?}"),
            // Two values cannot overtake it as often as it tries.
            Err(other) => panic!("{other:?}"),
        }
        writes.join().expect("it wrote");
    };
    explore(
        "double buffer: a writer overtakes",
        Bounds::preemptions(2),
        model,
    )
    .holds();
}

/// Memory of which this many more bytes can be written.
struct Mortal {
    bytes: RefCell<Vec<u8>>,
    left: Cell<usize>,
    /// No body can be written, though a header can.
    refuses_bodies: Cell<bool>,
}

impl Mortal {
    fn new(left: usize) -> Self {
        Self {
            bytes: RefCell::new(vec![0; 8 * WORDS]),
            left: Cell::new(left),
            refuses_bodies: Cell::new(false),
        }
    }

    fn buffer(&self) -> DoubleBuffer<&Self> {
        DoubleBuffer::new(self, 2 * HEADER, BODY as u64)
    }

    /// Writes the slot of this header, as no writer does.
    fn forge(&self, slot: usize, header: Header, body: &[u8]) {
        let mut bytes = self.bytes.borrow_mut();
        bytes[slot * HEADER as usize..][..HEADER as usize].copy_from_slice(&header.encode());
        bytes[2 * HEADER as usize + slot * BODY..][..body.len()].copy_from_slice(body);
    }
}

impl Storage for &Mortal {
    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        if at >= 2 * HEADER && self.refuses_bodies.get() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        for (at, byte) in (at as usize..).zip(bytes) {
            let Some(left) = self.left.get().checked_sub(1) else {
                return Err(io::ErrorKind::BrokenPipe.into());
            };
            self.left.set(left);
            self.bytes.borrow_mut()[at] = *byte;
        }
        Ok(())
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let all = self.bytes.borrow();
        let there = all.get(at as usize..).and_then(|it| it.get(..bytes.len()));
        let there = there.ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(there);
        Ok(())
    }
}

/// The header of this body, as a writer would write it.
fn header(number: u64, body: &[u8]) -> Header {
    Header {
        number,
        length: body.len() as u64,
        checksum: checksum(body),
    }
}

/// Exact, without the model checker: the writer dies after each byte.
#[test]
fn recovery_is_atomic_at_every_crash_point() {
    for bytes in 0..3 * (BODY + HEADER as usize) {
        let page = Mortal::new(bytes);
        let buffer = || page.buffer();
        let mut writer = buffer();
        let written = (1..=3)
            .take_while(|it| writer.write(&value(*it)).is_ok())
            .count() as u8;
        page.left.set(usize::MAX);
        let mut next = buffer();
        match next.read() {
            Ok(found) => assert_eq!(found, value(written), "a crash after {bytes} bytes"),
            Err(_) => assert_eq!(written, 0, "a crash after {bytes} bytes left no value"),
        }
        next.write(&value(9)).expect("no crash any more");
        assert_eq!(buffer().read().expect("complete"), value(9));
    }
}

/// The kernel has no memory for a while: a write fails after any of its bytes, the same writer
/// tries again, and dies after any byte of that one.
#[test]
fn a_write_that_fails_and_is_followed_by_another_one_costs_no_value() {
    let whole = BODY + HEADER as usize;
    for failed_after in 0..whole {
        for died_after in 0..=whole {
            let at = format!("failed after {failed_after}, died after {died_after} bytes");
            let page = Mortal::new(2 * whole);
            let mut writer = page.buffer();
            writer.write(&value(1)).expect("memory");
            writer.write(&value(2)).expect("memory");
            page.left.set(failed_after);
            writer.write(&value(3)).expect_err("no memory");
            assert_eq!(page.buffer().read().expect("complete"), value(2), "{at}");
            page.left.set(died_after);
            let newest = match writer.write(&value(4)) {
                Ok(()) => 4,
                Err(_) => 2,
            };
            assert_eq!(newest == 4, died_after == whole);
            assert_eq!(
                page.buffer().read().expect("complete"),
                value(newest),
                "{at}"
            );
        }
    }
}

#[test]
fn without_its_body_no_header_is_written() {
    let page = Mortal::new(usize::MAX);
    let mut writer = page.buffer();
    writer.write(&value(1)).expect("memory");
    page.refuses_bodies.set(true);
    let headers = page.bytes.borrow()[..2 * HEADER as usize].to_vec();
    writer.write(&value(2)).expect_err("no memory");
    assert_eq!(page.bytes.borrow()[..2 * HEADER as usize], headers);
    page.refuses_bodies.set(false);
    writer.write(&value(3)).expect("memory");
    assert_eq!(page.buffer().read().expect("complete"), value(3));
}

#[test]
fn bodies_of_zeros_have_different_checksums() {
    let sums: std::collections::BTreeSet<u64> = (0..64).map(|it| checksum(&vec![0; it])).collect();
    assert_eq!(sums.len(), 64, "the memory before the first value is zeros");
}

#[test]
fn a_value_that_is_too_long_is_refused_and_the_one_before_stays() {
    let page = Mortal::new(usize::MAX);
    let mut writer = page.buffer();
    writer.write(&value(1)).expect("it fits");
    let error = writer.write(&[2; BODY + 1]).expect_err("one byte more");
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    assert_eq!(page.buffer().read().expect("complete"), value(1));
    writer.write(&value(3)).expect("it fits");
    assert_eq!(page.buffer().read().expect("complete"), value(3));
}

/// A header with a right checksum that no writer writes is not believed: neither one for the other
/// slot, nor one of a body that reaches into the next, nor one of another body.
#[test]
fn a_header_that_no_writer_writes_is_skipped() {
    let long = [7; BODY + 8];
    let endless = Header {
        length: u64::MAX >> 1,
        ..header(4, &value(9))
    };
    let forged = [
        (
            "the other slot's number",
            header(5, &value(9)),
            &value(9)[..],
        ),
        ("longer than a slot", header(4, &long), &long),
        ("another body", header(4, &value(8)), &value(9)),
        ("a body of no memory", endless, &value(9)),
    ];
    for (what, wrong, body) in forged {
        let page = Mortal::new(usize::MAX);
        page.forge(0, wrong, body);
        assert!(
            matches!(page.buffer().read(), Err(ReadError::Torn)),
            "{what}"
        );
        page.forge(1, header(3, &value(3)), &value(3));
        let mut reader = page.buffer();
        let found = reader.read().expect("the other slot is complete");
        assert_eq!(found, value(3), "{what}");
        reader.write(&value(4)).expect("memory");
        assert_eq!(page.buffer().read().expect("complete"), value(4), "{what}");
    }
}

/// The next value would overwrite this header before its own is complete.
#[test]
fn a_header_in_the_slot_of_the_other_is_skipped_even_if_its_body_is_complete() {
    let page = Mortal::new(usize::MAX);
    page.forge(1, header(5, &value(9)), &value(9));
    page.buffer().read().expect("where it belongs");
    page.forge(0, header(5, &value(9)), &[]);
    page.bytes.borrow_mut()[HEADER as usize..2 * HEADER as usize].fill(0);
    assert!(matches!(page.buffer().read(), Err(ReadError::Torn)));
}

#[test]
fn after_the_last_number_nothing_is_written_and_the_last_value_stays() {
    let page = Mortal::new(usize::MAX);
    let last = u64::MAX - 1; // `LAST` is never given out.
    page.forge((last % 2) as usize, header(last, &value(9)), &value(9));
    let mut writer = page.buffer();
    assert_eq!(writer.read().expect("complete"), value(9));
    let error = writer.write(&value(1)).expect_err("no number is left");
    assert_eq!(error.kind(), io::ErrorKind::QuotaExceeded);
    assert_eq!(page.buffer().read().expect("complete"), value(9));
    page.forge(1, header(u64::MAX, &value(8)), &value(8));
    assert_eq!(page.buffer().read().expect("complete"), value(9), "skipped");
}

#[test]
fn nothing_written_and_nothing_complete_are_told_apart() {
    let page = Mortal::new(usize::MAX);
    assert!(matches!(page.buffer().read(), Err(ReadError::Empty)));
    page.bytes.borrow_mut()[HEADER as usize + 3] = 1;
    assert!(matches!(page.buffer().read(), Err(ReadError::Torn)));
    page.bytes.borrow_mut()[HEADER as usize + 3] = 0;
    page.bytes.borrow_mut()[2 * HEADER as usize] = 1;
    assert!(
        matches!(page.buffer().read(), Err(ReadError::Empty)),
        "the first write was cut off in its body"
    );
}
