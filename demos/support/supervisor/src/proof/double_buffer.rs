//! What the model checker says of the double buffer.
//!
//! Covers: a writer of three values and a reader, every schedule with up to three preemptions; the
//! kernel copies one word of eight bytes at a time. A writer that died at some moment is one that
//! the schedule does not let continue. Not: a machine that loses power, for the memory is lost with
//! it. Dies with: the header written before the body, if no checksum is compared; one slot instead
//! of two; a number that does not continue from the last.

use crate::double_buffer::{DoubleBuffer, HEADER, ReadError, Storage};
use lanes::{
    Bounds, explore,
    sync::{Arc, Mutex},
    thread,
};
use std::io;

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
            // The writer overtook it each time, which is an error and not a wrong value.
            Err(ReadError::Torn) => {}
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

/// Exact, without the model checker: the writer dies after each byte.
#[test]
fn recovery_is_atomic_at_every_crash_point() {
    use std::cell::{Cell, RefCell};
    struct Mortal {
        bytes: RefCell<Vec<u8>>,
        left: Cell<usize>,
    }
    impl Storage for &Mortal {
        fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
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
            bytes.copy_from_slice(&self.bytes.borrow()[at as usize..][..bytes.len()]);
            Ok(())
        }
    }
    for bytes in 0..3 * (BODY + HEADER as usize) {
        let page = Mortal {
            bytes: RefCell::new(vec![0; 8 * WORDS]),
            left: Cell::new(bytes),
        };
        let buffer = || DoubleBuffer::new(&page, 2 * HEADER, BODY as u64);
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
