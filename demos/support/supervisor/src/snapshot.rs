//! Shared memory for a room's snapshots: a file without a name (`memfd`), which lives as long as
//! any process holds its descriptor.

use crate::double_buffer::{DoubleBuffer, ReadError, Storage};
use rustix::{
    fs::{MemfdFlags, memfd_create},
    io::{pread, pwrite},
};
use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

/// Where the first body begins: one page, so that the headers have a page of their own.
const FIRST: u64 = 4_096;

/// The maximum length of a body. Unused bytes cost nothing: the file has holes.
const STRIDE: u64 = 64 * 1024 * 1024;

/// A file of shared memory that holds the newest complete snapshot.
#[derive(Debug)]
pub struct SnapshotFile(DoubleBuffer<File>);

#[derive(Debug)]
struct File(OwnedFd);

impl SnapshotFile {
    /// A new file without a snapshot.
    ///
    /// # Errors
    /// The kernel has no memory, or this process may open no more descriptors.
    pub fn new() -> io::Result<Self> {
        Self::named("snapshot")
    }

    /// A new file without a snapshot, which `/proc` shows under this name.
    ///
    /// # Errors
    /// The kernel has no memory, or this process may open no more descriptors.
    pub fn named(name: &str) -> io::Result<Self> {
        let file = memfd_create(name, MemfdFlags::CLOEXEC)?;
        Ok(Self::from_fd(file))
    }

    /// The file with this descriptor.
    pub fn from_fd(file: OwnedFd) -> Self {
        Self(DoubleBuffer::new(File(file), FIRST, STRIDE))
    }

    /// Writes the next snapshot. Until it is complete, a reader finds the one before.
    ///
    /// # Errors
    /// The snapshot is longer than 64 MiB, or the kernel has no memory.
    pub fn write(&mut self, body: &[u8]) -> io::Result<()> {
        self.0.write(body)
    }

    /// Reads the newest complete snapshot.
    ///
    /// # Errors
    /// There is no complete snapshot.
    pub fn read(&mut self) -> Result<Vec<u8>, ReadError> {
        self.0.read()
    }
}

impl AsFd for SnapshotFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.storage().0.as_fd()
    }
}

impl Storage for File {
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
                // Past the end of the file is what was never written.
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

    /// The same file, as the next process receives it.
    fn received(file: &SnapshotFile) -> SnapshotFile {
        SnapshotFile::from_fd(file.as_fd().try_clone_to_owned().expect("a descriptor"))
    }

    #[test]
    fn the_next_process_reads_the_newest_snapshot_and_writes_the_next() {
        let mut file = SnapshotFile::new().expect("memory");
        assert!(matches!(received(&file).read(), Err(ReadError::Empty)));
        for length in [0, 1, 100, 70_000, 3] {
            let body = vec![length as u8; length];
            file.write(&body).expect("memory");
            let mut next = received(&file);
            assert_eq!(next.read().expect("complete"), body);
            file = next;
        }
    }

    #[test]
    fn a_damaged_snapshot_is_skipped_and_the_one_before_is_read() {
        let mut file = SnapshotFile::new().expect("memory");
        file.write(b"before").expect("memory");
        file.write(b"newest").expect("memory");
        let newest = FIRST; // The second snapshot is in slot 0: its number is even.
        file.0.storage().write(newest, b"NEWEST").expect("memory");
        assert_eq!(received(&file).read().expect("complete"), b"before");
        file.0
            .storage()
            .write(FIRST + STRIDE, b"x")
            .expect("memory");
        assert!(matches!(received(&file).read(), Err(ReadError::Torn)));
    }
}
