//! Messages between the supervisor and its worker, over a Unix socket: 64 bytes each, with at most
//! one file descriptor attached (`SCM_RIGHTS`).

use rustix::{
    cmsg_space,
    io::{Errno, IoSlice, IoSliceMut},
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, Shutdown, SocketFlags, SocketType, recvmsg, sendmsg,
        shutdown, socketpair,
        sockopt::{Timeout, set_socket_timeout},
    },
};
use std::{
    io,
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

/// The length of every message in bytes. It is constant, so that none is sent or read in part.
pub(crate) const LENGTH: usize = 64;

/// The longest name that fits, in bytes.
const LONGEST_NAME: usize = LENGTH - 10;

/// How long a write may block. Then the other side counts as gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To the worker: its listener.
    Listener = 1,
    /// Both ways: a room's snapshot, with its number, the room's name and the descriptor.
    Snapshot,
    /// Both ways: a player's socket, with its number, the room's name and the descriptor.
    Connection,
    /// To the supervisor: the room is closed, so close its snapshot.
    ForgetSnapshot,
    /// To the supervisor: the connection has ended, so close its socket.
    ForgetConnection,
    /// To the worker: those were all snapshots; can you read them?
    Check,
    /// To the supervisor: the worker can read the snapshots.
    Ready,
    /// To the worker: those were all descriptors; serve. The number counts the workers before.
    Serve,
    /// To the supervisor: the worker has served for a while. The descriptor is its program's.
    Alive,
    /// To the worker: another one is ready, so stop after the next tick.
    HandOver,
    /// To the supervisor: the worker has stopped. It neither reads nor writes any socket.
    Stopped,
    /// To the worker: shut down gracefully. To the supervisor: the worker has begun to.
    ShutDown,
}

const ALL: [Kind; 12] = [
    Kind::Listener,
    Kind::Snapshot,
    Kind::Connection,
    Kind::ForgetSnapshot,
    Kind::ForgetConnection,
    Kind::Check,
    Kind::Ready,
    Kind::Serve,
    Kind::Alive,
    Kind::HandOver,
    Kind::Stopped,
    Kind::ShutDown,
];

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub kind: Kind,
    /// The number of the snapshot or connection, or a count; otherwise 0.
    pub id: u64,
    /// The room's name, of at most 54 bytes; otherwise empty.
    pub name: String,
}

impl From<Kind> for Message {
    fn from(kind: Kind) -> Self {
        Self::with_id(kind, 0)
    }
}

impl Message {
    /// A message with a number and no name.
    pub fn with_id(kind: Kind, id: u64) -> Self {
        Self::named(kind, id, "")
    }

    /// A message with a number and a name.
    pub fn named(kind: Kind, id: u64, name: &str) -> Self {
        let name = name.to_owned();
        Self { kind, id, name }
    }

    pub(crate) fn encode(&self) -> io::Result<[u8; LENGTH]> {
        let name = self.name.as_bytes();
        if name.len() > LONGEST_NAME {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = [0; LENGTH];
        bytes[0] = self.kind as u8;
        bytes[1..9].copy_from_slice(&self.id.to_le_bytes());
        bytes[9] = name.len() as u8;
        bytes[10..10 + name.len()].copy_from_slice(name);
        Ok(bytes)
    }

    pub(crate) fn decode(bytes: &[u8; LENGTH]) -> Option<Self> {
        let kind = ALL.into_iter().find(|kind| *kind as u8 == bytes[0])?;
        let id = u64::from_le_bytes(bytes[1..9].try_into().ok()?);
        let name = bytes[10..].get(..usize::from(bytes[9]))?;
        let name = std::str::from_utf8(name).ok()?;
        Some(Self::named(kind, id, name))
    }
}

/// One end of the socket pair between the supervisor and a worker. Reading blocks; writing blocks
/// for 2 s at most.
#[derive(Debug)]
pub struct Channel(OwnedFd);

impl Channel {
    /// A new socket pair: this process's end, and the one for the worker.
    ///
    /// # Errors
    /// This process may open no more descriptors.
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )?;
        Ok((Self::from_fd(ours)?, theirs))
    }

    /// The end with this descriptor.
    ///
    /// # Errors
    /// The descriptor is not a socket.
    pub fn from_fd(end: OwnedFd) -> io::Result<Self> {
        set_socket_timeout(&end, Timeout::Send, Some(PATIENCE))?;
        Ok(Self(end))
    }

    /// A second handle of the same end, for another thread.
    ///
    /// # Errors
    /// This process may open no more descriptors.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(self.0.try_clone()?))
    }

    /// Sends a message and, with it, a copy of a descriptor.
    ///
    /// # Errors
    /// The name is too long, the other end is closed, or it did not read for 2 s.
    pub fn send(&self, message: &Message, fd: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let bytes = message.encode()?;
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let fds = fd.as_slice();
        if !fds.is_empty() {
            ancillary.push(SendAncillaryMessage::ScmRights(fds));
        }
        loop {
            let flags = SendFlags::NOSIGNAL;
            match sendmsg(&self.0, &[IoSlice::new(&bytes)], &mut ancillary, flags) {
                Ok(LENGTH) => return Ok(()),
                Ok(_) => return Err(io::ErrorKind::WriteZero.into()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for a message. `None` if the other end is closed.
    ///
    /// # Errors
    /// What arrived is not a message.
    pub fn recv(&self) -> io::Result<Option<(Message, Option<OwnedFd>)>> {
        let mut bytes = [0; LENGTH];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            let into = &mut [IoSliceMut::new(&mut bytes)];
            match recvmsg(&self.0, into, &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
                Err(Errno::INTR) => {}
                Err(Errno::CONNRESET) => return Ok(None),
                other => break other?,
            }
        };
        let mut fds = ancillary.drain().filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
            _ => None,
        });
        let fd = fds.next();
        match received.bytes {
            0 => Ok(None),
            LENGTH => match Message::decode(&bytes) {
                Some(message) => Ok(Some((message, fd))),
                None => Err(io::ErrorKind::InvalidData.into()),
            },
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Closes the connection in both directions.
    pub fn shut_down(&self) {
        let _closed_already = shutdown(&self.0, Shutdown::Both);
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_message_and_its_descriptor_arrive_unchanged() {
        let (supervisor, worker) = Channel::pair().expect("two ends");
        let worker = Channel::from_fd(worker).expect("a socket");
        let (mut near, far) = std::io::pipe().expect("a pipe");
        for (id, kind) in (7..).zip(ALL) {
            let message = Message::named(kind, id, "room-1");
            worker
                .send(&message, Some(far.as_fd()))
                .expect("it is read");
            let (received, fd) = supervisor.recv().expect("a message").expect("not closed");
            assert_eq!(received, message);
            let mut far = std::fs::File::from(fd.expect("a descriptor"));
            far.write_all(b"!").expect("the pipe is open");
            let mut byte = [0];
            near.read_exact(&mut byte).expect("the same pipe");
        }
        drop(worker);
        assert!(matches!(supervisor.recv(), Ok(None)));
    }

    #[test]
    fn bytes_that_no_side_sends_are_no_message() {
        let longest = Message::named(Kind::Connection, u64::MAX, &"r".repeat(LONGEST_NAME));
        let bytes = longest.encode().expect("it fits");
        assert_eq!(Message::decode(&bytes), Some(longest));
        let changed = |at: usize, to: u8| {
            let mut bytes = bytes;
            bytes[at] = to;
            Message::decode(&bytes)
        };
        assert_eq!(changed(0, 0), None, "no kind");
        assert_eq!(changed(0, Kind::ShutDown as u8 + 1), None, "no kind yet");
        assert_eq!(
            changed(9, LONGEST_NAME as u8 + 1),
            None,
            "longer than the rest"
        );
        assert_eq!(changed(9, 255), None, "longer than the message");
        assert_eq!(changed(63, 0xff), None, "not UTF-8");
    }

    #[test]
    fn half_a_message_and_a_wrong_one_are_errors_and_a_closed_end_is_none() {
        let (supervisor, worker) = Channel::pair().expect("two ends");
        let mut worker = std::os::unix::net::UnixStream::from(worker);
        worker.write_all(&[0; LENGTH]).expect("it is read");
        let error = supervisor.recv().expect_err("no kind");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        worker.write_all(&[1; LENGTH / 2]).expect("it is read");
        drop(worker);
        let error = supervisor.recv().expect_err("half of one");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(matches!(supervisor.recv(), Ok(None)));
    }

    #[test]
    fn a_name_that_is_too_long_is_an_error() {
        let (supervisor, _worker) = Channel::pair().expect("two ends");
        let message = Message::named(Kind::Snapshot, 1, &"r".repeat(LONGEST_NAME + 1));
        assert!(supervisor.send(&message, None).is_err());
    }

    #[test]
    fn a_send_fails_if_the_other_end_never_reads() {
        let (supervisor, _never_reads) = Channel::pair().expect("two ends");
        let fails = (0..100_000).any(|id| {
            let message = Message::with_id(Kind::Connection, id);
            supervisor.send(&message, None).is_err()
        });
        assert!(fails);
    }
}
