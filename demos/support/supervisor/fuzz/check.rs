//! What must hold for any bytes that a keeper, its worker or the kernel hands over. For the fuzzer,
//! and for the test without one.

use crate::{
    counts::{Counts, understand},
    mark::{Mark, Rest},
    note::{LENGTH, Note},
    slots::{Cells, HEAD, Head, Slots, Unreadable, sum},
};
use std::{cell::RefCell, io, rc::Rc};

/// Where bodies begin, and how long one may be, in the memory that is made of bytes.
const FIRST: usize = 2 * HEAD as usize;
const STRIDE: usize = 256;

/// What is understood is said again in the same words, and those are understood.
pub fn note(bytes: &[u8]) {
    let Some(bytes) = bytes.first_chunk::<LENGTH>() else {
        return;
    };
    if let Some(note) = Note::decode(bytes) {
        let said = note.encode().expect("a name that came fits");
        let used = 10 + note.name.len();
        assert_eq!(said[..used], bytes[..used]);
        assert!(said[used..].iter().all(|byte| *byte == 0));
        assert_eq!(Note::decode(&said), Some(note));
    }
}

/// From where a snapshot was, what is still to be done leads to where the kernel is; or there is no
/// way.
pub fn mark(bytes: &[u8]) {
    let mut words = bytes
        .as_chunks()
        .0
        .iter()
        .map(|word| u64::from_le_bytes(*word));
    let mut next = || words.next().unwrap_or_default();
    let mark = Mark {
        written: next(),
        waiting: next(),
        heard: next(),
    };
    let counts = Counts {
        accepted: next(),
        consumed: next(),
    };
    let between = |it: u64, from: u64, more: u64| it >= from && it - from <= more;
    let follows =
        between(counts.accepted, mark.written, mark.waiting) && counts.consumed <= mark.heard;
    assert_eq!(mark.rest(counts).is_some(), follows);
    if let Some(Rest { skip, discard }) = mark.rest(counts) {
        assert_eq!(mark.written + skip, counts.accepted);
        assert_eq!(counts.consumed + discard, mark.heard);
    }
}

/// Whatever an answer says of a connection stands in it, within an attribute that is long enough to
/// say it.
pub fn counts(bytes: &[u8]) {
    let Ok(look) = understand(bytes) else { return };
    let word = |at: usize| u32::from_ne_bytes(*bytes[at..].first_chunk().expect("it was read"));
    assert_eq!(look.unread, u64::from(word(72)));
    assert_eq!(look.unacked, u64::from(word(76)));
    let stands = |at: usize| {
        let long = |at: usize| bytes[at..].first_chunk().map(|it| u64::from_ne_bytes(*it));
        let length = u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
        length >= 140 && long(at + 124) == Some(look.acked) && long(at + 132) == Some(look.received)
    };
    assert!((88..=bytes.len() - 140).step_by(4).any(stands));
}

/// A kernel's answer, with so many bytes of other attributes before what is asked for.
#[cfg(test)]
pub(crate) fn answer(look: crate::counts::Look, before: usize) -> Vec<u8> {
    let mut bytes = vec![0; 88];
    bytes[4..6].copy_from_slice(&20_u16.to_ne_bytes());
    bytes[72..76].copy_from_slice(&(look.unread as u32).to_ne_bytes());
    bytes[76..80].copy_from_slice(&(look.unacked as u32).to_ne_bytes());
    bytes.extend((4 + before as u16).to_ne_bytes());
    bytes.extend(8_u16.to_ne_bytes());
    bytes.resize(bytes.len() + before.next_multiple_of(4), 7);
    bytes.extend((4 + 232_u16).to_ne_bytes());
    bytes.extend(2_u16.to_ne_bytes());
    let info = bytes.len();
    bytes.resize(info + 232, 0);
    bytes[info + 120..info + 128].copy_from_slice(&look.acked.to_ne_bytes());
    bytes[info + 128..info + 136].copy_from_slice(&look.received.to_ne_bytes());
    bytes
}

/// A file that several processes share.
#[derive(Clone, Debug)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Cells for Page {
    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut page = self.0.borrow_mut();
        let (at, end) = (at as usize, at as usize + bytes.len());
        let length = page.len().max(end);
        page.resize(length, 0);
        page[at..end].copy_from_slice(bytes);
        Ok(())
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let page = self.0.borrow();
        let there = page.get(at as usize..).unwrap_or_default();
        for (to, from) in bytes
            .iter_mut()
            .zip(there.iter().chain(std::iter::repeat(&0)))
        {
            *to = *from;
        }
        Ok(())
    }
}

fn over(page: &Page) -> Slots<Page> {
    Slots::new(page.clone(), FIRST as u64, STRIDE as u64)
}

/// What is in a memory is read, or it is said that nothing is whole; and whoever writes there next
/// is read.
pub fn slots(bytes: &[u8]) {
    let page = Page(Rc::new(RefCell::new(bytes.to_vec())));
    let mut slots = over(&page);
    match slots.read() {
        Ok(body) => assert!(body.len() <= STRIDE),
        Err(Unreadable::Empty) => assert!(bytes.iter().take(FIRST).all(|byte| *byte == 0)),
        // Whoever cannot read it begins with new memory.
        Err(Unreadable::Torn | Unreadable::Io(_)) => return,
    }
    for next in [&b"next"[..], b"", &[7; STRIDE]] {
        if slots.write(next).is_err() {
            return; // There is no number left.
        }
        assert_eq!(over(&page).read().expect("it is whole"), next);
    }
    assert!(slots.write(&[7; STRIDE + 1]).is_err());
}

/// Past the sums, which stop nearly everything: for each place a number, whether its body is what
/// was summed, and the body.
pub fn slots_summed(mut bytes: &[u8]) {
    let (mut page, mut newest) = (vec![0; FIRST + STRIDE], None);
    for place in 0..2_u64 {
        let Some((number, rest)) = bytes.split_first_chunk() else {
            break;
        };
        let Some((&[length, torn], rest)) = rest.split_first_chunk() else {
            break;
        };
        let (body, rest) = rest.split_at(rest.len().min(length.into()));
        bytes = rest;
        let number = u64::from_le_bytes(*number);
        let head = Head {
            number,
            length: body.len() as u64,
            sum: sum(body) ^ u64::from(torn),
        };
        let at = place as usize * HEAD as usize;
        page[at..at + HEAD as usize].copy_from_slice(&head.encode());
        let at = FIRST + place as usize * STRIDE;
        page.resize(page.len().max(at + body.len()), 0);
        page[at..at + body.len()].copy_from_slice(body);
        // A number has its place, and nothing could follow the last one.
        let counts = number % 2 == place && number < u64::MAX && torn == 0;
        if counts && newest.is_none_or(|(newest, _)| number > newest) {
            newest = Some((number, body));
        }
    }
    let read = over(&Page(Rc::new(RefCell::new(page.clone())))).read();
    assert_eq!(read.ok().as_deref(), newest.map(|(_, body)| body));
    slots(&page);
}
