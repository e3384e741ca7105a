//! What must hold for any bytes from the supervisor, a worker or the kernel. The fuzzer calls these
//! functions, and so does a test that needs no fuzzer.

use crate::{
    double_buffer::{DoubleBuffer, HEADER, Header, ReadError, Storage, checksum},
    ipc::{LENGTH, Message},
    resume::{Checkpoint, Resume},
    tcp_info::{Counters, decode},
};
use std::{cell::RefCell, io, rc::Rc};

/// In the storage that is made of bytes: where bodies begin, and how long one may be.
const FIRST: usize = 2 * HEADER as usize;
const STRIDE: usize = 256;

/// Checks that a message that can be decoded is encoded to the same bytes again.
pub fn ipc(bytes: &[u8]) {
    let Some(bytes) = bytes.first_chunk::<LENGTH>() else {
        return;
    };
    if let Some(message) = Message::decode(bytes) {
        let again = message.encode().expect("a decoded name fits");
        let used = 10 + message.name.len();
        assert_eq!(again[..used], bytes[..used]);
        assert!(again[used..].iter().all(|byte| *byte == 0));
        assert_eq!(Message::decode(&again), Some(message));
    }
}

/// Checks that the checkpoint and what remains to be done add up to the kernel's counters, or that
/// there is no answer.
pub fn resume(bytes: &[u8]) {
    let mut words = bytes
        .as_chunks()
        .0
        .iter()
        .map(|word| u64::from_le_bytes(*word));
    let mut next = || words.next().unwrap_or_default();
    let checkpoint = Checkpoint {
        written: next(),
        pending: next(),
        applied: next(),
    };
    let counters = Counters {
        accepted: next(),
        consumed: next(),
    };
    let between = |it: u64, from: u64, more: u64| it >= from && it - from <= more;
    let follows = between(counters.accepted, checkpoint.written, checkpoint.pending)
        && counters.consumed <= checkpoint.applied;
    assert_eq!(checkpoint.resume(counters).is_some(), follows);
    if let Some(Resume { skip, discard }) = checkpoint.resume(counters) {
        assert_eq!(checkpoint.written + skip, counters.accepted);
        assert_eq!(counters.consumed + discard, checkpoint.applied);
    }
}

/// Checks that decoded counters stand in the answer, within an attribute that is long enough.
pub fn tcp_info(bytes: &[u8]) {
    let Ok(info) = decode(bytes) else { return };
    let word = |at: usize| u32::from_ne_bytes(*bytes[at..].first_chunk().expect("it was read"));
    assert_eq!(info.unread, u64::from(word(72)));
    assert_eq!(info.unacked, u64::from(word(76)));
    let stands = |at: usize| {
        let long = |at: usize| bytes[at..].first_chunk().map(|it| u64::from_ne_bytes(*it));
        let length = u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
        length >= 140 && long(at + 124) == Some(info.acked) && long(at + 132) == Some(info.received)
    };
    assert!((88..=bytes.len() - 140).step_by(4).any(stands));
}

/// A kernel's answer, with `before` bytes of another attribute in front of the `tcp_info`.
#[cfg(test)]
pub(crate) fn answer(info: crate::tcp_info::TcpInfo, before: usize) -> Vec<u8> {
    let mut bytes = vec![0; 88];
    bytes[4..6].copy_from_slice(&20_u16.to_ne_bytes());
    bytes[72..76].copy_from_slice(&(info.unread as u32).to_ne_bytes());
    bytes[76..80].copy_from_slice(&(info.unacked as u32).to_ne_bytes());
    bytes.extend((4 + before as u16).to_ne_bytes());
    bytes.extend(8_u16.to_ne_bytes());
    bytes.resize(bytes.len() + before.next_multiple_of(4), 7);
    bytes.extend((4 + 232_u16).to_ne_bytes());
    bytes.extend(2_u16.to_ne_bytes());
    let at = bytes.len();
    bytes.resize(at + 232, 0);
    bytes[at + 120..at + 128].copy_from_slice(&info.acked.to_ne_bytes());
    bytes[at + 128..at + 136].copy_from_slice(&info.received.to_ne_bytes());
    bytes
}

/// Shared memory, as bytes.
#[derive(Clone, Debug)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Storage for Page {
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

fn buffer(page: &Page) -> DoubleBuffer<Page> {
    DoubleBuffer::new(page.clone(), FIRST as u64, STRIDE as u64)
}

/// Checks that any memory is read or is an error, and that a value written to it next is read.
pub fn double_buffer(bytes: &[u8]) {
    let page = Page(Rc::new(RefCell::new(bytes.to_vec())));
    let mut written = buffer(&page);
    match written.read() {
        Ok(body) => assert!(body.len() <= STRIDE),
        Err(ReadError::Empty) => assert!(bytes.iter().take(FIRST).all(|byte| *byte == 0)),
        // A worker that cannot read it starts with new memory.
        Err(ReadError::Torn | ReadError::Io(_)) => return,
    }
    for next in [&b"next"[..], b"", &[7; STRIDE]] {
        if written.write(next).is_err() {
            return; // No number is left.
        }
        assert_eq!(buffer(&page).read().expect("it is complete"), next);
    }
    assert!(written.write(&[7; STRIDE + 1]).is_err());
}

/// The same with correct checksums, without which nearly every input is rejected. The input is, for
/// each slot: a number, whether the body is damaged, and the body.
pub fn double_buffer_checksums(mut bytes: &[u8]) {
    let (mut page, mut newest) = (vec![0; FIRST + STRIDE], None);
    for slot in 0..2_u64 {
        let Some((number, rest)) = bytes.split_first_chunk() else {
            break;
        };
        let Some((&[length, torn], rest)) = rest.split_first_chunk() else {
            break;
        };
        let (body, rest) = rest.split_at(rest.len().min(length.into()));
        bytes = rest;
        let number = u64::from_le_bytes(*number);
        let header = Header {
            number,
            length: body.len() as u64,
            checksum: checksum(body) ^ u64::from(torn),
        };
        let at = slot as usize * HEADER as usize;
        page[at..at + HEADER as usize].copy_from_slice(&header.encode());
        let at = FIRST + slot as usize * STRIDE;
        page.resize(page.len().max(at + body.len()), 0);
        page[at..at + body.len()].copy_from_slice(body);
        // Each number belongs to one slot, and the last possible number is never used.
        let is_valid = number % 2 == slot && number < u64::MAX && torn == 0;
        if is_valid && newest.is_none_or(|(newest, _)| number > newest) {
            newest = Some((number, body));
        }
    }
    let read = buffer(&Page(Rc::new(RefCell::new(page.clone())))).read();
    assert_eq!(read.ok().as_deref(), newest.map(|(_, body)| body));
    double_buffer(&page);
}
