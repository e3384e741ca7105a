//! What the model checker says of the two places.
//!
//! Covers: a writer of three things and a reader, every schedule with up to three preemptions; the
//! kernel copies one word of eight bytes at a time. A writer that died at some moment is one that
//! the schedule does not let go on. Not: a machine that loses power, for the memory goes with it.
//! Dies with: the head written before the body, if no sum is looked at; one place instead of two;
//! the number not counted on.

use crate::slots::{Cells, HEAD, Slots, Unreadable};
use lanes::{
    Bounds, explore,
    sync::{Arc, Mutex},
    thread,
};
use std::io;

/// Bodies of two words each.
const BODY: usize = 16;

const WORDS: usize = (2 * HEAD as usize + 2 * BODY) / 8;

/// The kernel's page: between any two words the other process may look.
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

    fn slots(&self) -> Slots<Self> {
        Slots::new(self.clone(), 2 * HEAD, BODY as u64)
    }
}

impl Cells for Page {
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

/// The `number`th thing: every word of it says which it is.
fn thing(number: u8) -> [u8; BODY] {
    [number; BODY]
}

#[test]
fn a_reader_finds_the_last_whole_thing_at_whatever_moment_the_writer_died() {
    let model = || {
        let page = Page::blank();
        let mut writer = page.slots();
        writer.write(&thing(1)).expect("it fits");
        let writes = thread::spawn("writer", move || {
            writer.write(&thing(2)).expect("it fits");
        });
        let found = page.slots().read().expect("the first was whole");
        assert!(found == thing(1) || found == thing(2), "torn: {found:?}");
        writes.join().expect("it wrote");
        assert_eq!(page.slots().read().expect("whole"), thing(2));
    };
    explore("slots: one that dies", Bounds::preemptions(3), model).holds();
}

#[test]
fn a_writer_that_overtakes_a_reader_does_not_make_it_see_halves() {
    let model = || {
        let page = Page::blank();
        let mut writer = page.slots();
        writer.write(&thing(1)).expect("it fits");
        let writes = thread::spawn("writer", move || {
            writer.write(&thing(2)).expect("it fits");
            writer.write(&thing(3)).expect("it fits");
        });
        match page.slots().read() {
            Ok(found) => assert!((1..=3).any(|it| found == thing(it)), "torn: {found:?}"),
            // It was overtaken each time; whoever asks is told, and not told nonsense.
            Err(Unreadable::Torn) => {}
            Err(other) => panic!("{other:?}"),
        }
        writes.join().expect("it wrote");
    };
    explore("slots: one that overtakes", Bounds::preemptions(2), model).holds();
}

/// Without the checker, and exact: the writer dies after each of its words.
#[test]
fn whoever_goes_on_from_any_death_goes_on_from_the_thing_before_or_from_this_one() {
    use std::cell::{Cell, RefCell};
    struct Mortal {
        bytes: RefCell<Vec<u8>>,
        left: Cell<usize>,
    }
    impl Cells for &Mortal {
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
    for breaths in 0..3 * (BODY + HEAD as usize) {
        let page = Mortal {
            bytes: RefCell::new(vec![0; 8 * WORDS]),
            left: Cell::new(breaths),
        };
        let slots = || Slots::new(&page, 2 * HEAD, BODY as u64);
        let mut writer = slots();
        let written = (1..=3)
            .take_while(|it| writer.write(&thing(*it)).is_ok())
            .count() as u8;
        page.left.set(usize::MAX);
        let mut next = slots();
        match next.read() {
            Ok(found) => assert_eq!(found, thing(written), "after {breaths} bytes"),
            Err(_) => assert_eq!(written, 0, "after {breaths} bytes nothing is left"),
        }
        next.write(&thing(9)).expect("it lives");
        assert_eq!(slots().read().expect("whole"), thing(9));
    }
}
