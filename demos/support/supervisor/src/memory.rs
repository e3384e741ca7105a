//! Memory that outlives whoever writes to it: a file without a name, for as long as somebody holds
//! its descriptor.

use crate::slots::{Cells, Slots, Unreadable};
use rustix::{
    fs::{MemfdFlags, memfd_create},
    io::{pread, pwrite},
};
use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

/// Where the first body begins: a page, so that the heads lie alone.
const FIRST: u64 = 4_096;

/// A body is never as long. What is not written costs nothing: the file has holes.
const STRIDE: u64 = 64 * 1024 * 1024;

/// A snapshot's memory.
#[derive(Debug)]
pub struct Memory(Slots<File>);

#[derive(Debug)]
struct File(OwnedFd);

impl Memory {
    /// New memory with nothing in it.
    ///
    /// # Errors
    /// The kernel has none, or no descriptor is left.
    pub fn new() -> io::Result<Self> {
        let file = memfd_create("snapshot", MemfdFlags::CLOEXEC)?;
        Ok(Self::over(file))
    }

    /// The memory behind a descriptor.
    pub fn over(file: OwnedFd) -> Self {
        Self(Slots::new(File(file), FIRST, STRIDE))
    }

    /// The next thing to be remembered. Until it is done, a reader finds the one before.
    ///
    /// # Errors
    /// It is too long, or there is no more memory.
    pub fn write(&mut self, body: &[u8]) -> io::Result<()> {
        self.0.write(body)
    }

    /// The newest whole thing.
    ///
    /// # Errors
    /// There is none.
    pub fn read(&mut self) -> Result<Vec<u8>, Unreadable> {
        self.0.read()
    }
}

impl AsFd for Memory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.cells().0.as_fd()
    }
}

impl Cells for File {
    fn write(&self, mut at: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match pwrite(&self.0, bytes, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    at += count as u64;
                    bytes = &bytes[count..];
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn read(&self, mut at: u64, mut bytes: &mut [u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match pread(&self.0, &mut *bytes, at) {
                // Behind the end there is nothing but what was never written.
                Ok(0) => {
                    bytes.fill(0);
                    return Ok(());
                }
                Ok(count) => {
                    at += count as u64;
                    bytes = &mut bytes[count..];
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(memory: &Memory) -> Memory {
        Memory::over(memory.as_fd().try_clone_to_owned().expect("a descriptor"))
    }

    #[test]
    fn the_next_process_finds_the_last_thing_and_goes_on_from_it() {
        let mut memory = Memory::new().expect("memory");
        assert!(matches!(again(&memory).read(), Err(Unreadable::Empty)));
        for length in [0, 1, 100, 70_000, 3] {
            let body = vec![length as u8; length];
            memory.write(&body).expect("memory");
            let mut next = again(&memory);
            assert_eq!(next.read().expect("whole"), body);
            memory = next;
        }
    }

    #[test]
    fn a_body_that_was_changed_is_not_believed_and_the_one_before_is() {
        let mut memory = Memory::new().expect("memory");
        memory.write(b"before").expect("memory");
        memory.write(b"newest").expect("memory");
        let newest = FIRST; // The second is in the first place: its number is even.
        memory.0.cells().write(newest, b"NEWEST").expect("memory");
        assert_eq!(again(&memory).read().expect("whole"), b"before");
        memory
            .0
            .cells()
            .write(FIRST + STRIDE, b"x")
            .expect("memory");
        assert!(matches!(again(&memory).read(), Err(Unreadable::Torn)));
    }
}
