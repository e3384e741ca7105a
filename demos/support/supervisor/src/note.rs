//! What a keeper and its worker say to each other: sixty-four bytes, and at most one descriptor
//! beside them.

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

/// Every note has as many bytes, so that none is ever sent or read in part.
pub(crate) const LENGTH: usize = 64;

/// The longest name that fits.
const LONGEST_NAME: usize = LENGTH - 10;

/// Whoever does not read for so long is not written to any more.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum What {
    /// To the worker: its listener.
    Listener = 1,
    /// Both ways: a room's memory; the number, the room's name, the descriptor.
    Room,
    /// Both ways: a player's socket; the number, the room's name, the descriptor.
    Line,
    /// To the keeper: this room is closed.
    ForgetRoom,
    /// To the keeper: this connection is over.
    ForgetLine,
    /// To the worker: that was all to look at; can you go on from there?
    Check,
    /// To the keeper: yes.
    Ready,
    /// To the worker: that was all, go on. The number counts the workers before this one.
    Go,
    /// To the keeper: it serves, and has done so for a while; the descriptor is of its program.
    Alive,
    /// To the worker: another one is ready; stop after your next tick.
    HandOver,
    /// To the keeper: it writes and hears nothing any more. Or to the worker: the time has come to
    /// close for good.
    Done,
    /// Both ways: it is closing time.
    End,
}

const ALL: [What; 12] = [
    What::Listener,
    What::Room,
    What::Line,
    What::ForgetRoom,
    What::ForgetLine,
    What::Check,
    What::Ready,
    What::Go,
    What::Alive,
    What::HandOver,
    What::Done,
    What::End,
];

/// Something that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What about.
    pub what: What,
    /// A number, where one is needed.
    pub id: u64,
    /// A name, where one is needed.
    pub name: String,
}

impl From<What> for Note {
    fn from(what: What) -> Self {
        Self::about(what, 0)
    }
}

impl Note {
    /// With a number.
    pub fn about(what: What, id: u64) -> Self {
        Self::named(what, id, "")
    }

    /// With a number and a name.
    pub fn named(what: What, id: u64, name: &str) -> Self {
        let name = name.to_owned();
        Self { what, id, name }
    }

    pub(crate) fn encode(&self) -> io::Result<[u8; LENGTH]> {
        let name = self.name.as_bytes();
        if name.len() > LONGEST_NAME {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = [0; LENGTH];
        bytes[0] = self.what as u8;
        bytes[1..9].copy_from_slice(&self.id.to_le_bytes());
        bytes[9] = name.len() as u8;
        bytes[10..10 + name.len()].copy_from_slice(name);
        Ok(bytes)
    }

    pub(crate) fn decode(bytes: &[u8; LENGTH]) -> Option<Self> {
        let what = ALL.into_iter().find(|what| *what as u8 == bytes[0])?;
        let id = u64::from_le_bytes(bytes[1..9].try_into().ok()?);
        let name = bytes[10..].get(..usize::from(bytes[9]))?;
        let name = std::str::from_utf8(name).ok()?;
        Some(Self::named(what, id, name))
    }
}

/// One end of the line between a keeper and its worker. Reading waits; writing waits for a moment
/// at most.
#[derive(Debug)]
pub struct Way(OwnedFd);

impl Way {
    /// Both ends.
    ///
    /// # Errors
    /// There is no descriptor left.
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )?;
        Ok((Self::over(ours)?, theirs))
    }

    /// The end that is behind this descriptor.
    ///
    /// # Errors
    /// It is no socket.
    pub fn over(end: OwnedFd) -> io::Result<Self> {
        set_socket_timeout(&end, Timeout::Send, Some(PATIENCE))?;
        Ok(Self(end))
    }

    /// The same end once more, for another thread.
    ///
    /// # Errors
    /// There is no descriptor left.
    pub fn another(&self) -> io::Result<Self> {
        Ok(Self(self.0.try_clone()?))
    }

    /// Says something.
    ///
    /// # Errors
    /// Nobody is there, or nobody reads.
    pub fn send(&self, note: &Note, with: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let bytes = note.encode()?;
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        let fds = with.as_slice();
        if !fds.is_empty() {
            beside.push(SendAncillaryMessage::ScmRights(fds));
        }
        loop {
            let flags = SendFlags::NOSIGNAL;
            match sendmsg(&self.0, &[IoSlice::new(&bytes)], &mut beside, flags) {
                Ok(LENGTH) => return Ok(()),
                Ok(_) => return Err(io::ErrorKind::WriteZero.into()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for what is said. `None`: nobody will say anything any more.
    ///
    /// # Errors
    /// It is no note.
    pub fn recv(&self) -> io::Result<Option<(Note, Option<OwnedFd>)>> {
        let mut bytes = [0; LENGTH];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            let into = &mut [IoSliceMut::new(&mut bytes)];
            match recvmsg(&self.0, into, &mut beside, RecvFlags::CMSG_CLOEXEC) {
                Err(Errno::INTR) => {}
                Err(Errno::CONNRESET) => return Ok(None),
                other => break other?,
            }
        };
        let mut fds = beside.drain().filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
            _ => None,
        });
        let with = fds.next();
        match received.bytes {
            0 => Ok(None),
            LENGTH => match Note::decode(&bytes) {
                Some(note) => Ok(Some((note, with))),
                None => Err(io::ErrorKind::InvalidData.into()),
            },
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Ends it for both.
    pub fn hang_up(&self) {
        let _gone_already = shutdown(&self.0, Shutdown::Both);
    }
}

impl AsFd for Way {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_note_comes_as_it_was_said_and_its_descriptor_is_the_same_file() {
        let (keeper, worker) = Way::pair().expect("two ends");
        let worker = Way::over(worker).expect("a socket");
        let (mut near, far) = std::io::pipe().expect("a pipe");
        for (id, what) in (7..).zip(ALL) {
            let note = Note::named(what, id, "room-1");
            worker.send(&note, Some(far.as_fd())).expect("it is read");
            let (heard, with) = keeper.recv().expect("a note").expect("something");
            assert_eq!(heard, note);
            let mut far = std::fs::File::from(with.expect("a descriptor"));
            far.write_all(b"!").expect("the pipe is open");
            let mut byte = [0];
            near.read_exact(&mut byte).expect("the same pipe");
        }
        drop(worker);
        assert!(matches!(keeper.recv(), Ok(None)));
    }

    #[test]
    fn a_name_that_does_not_fit_is_refused_and_not_cut() {
        let (keeper, _worker) = Way::pair().expect("two ends");
        let note = Note::named(What::Room, 1, &"r".repeat(LONGEST_NAME + 1));
        assert!(keeper.send(&note, None).is_err());
    }

    #[test]
    fn whoever_does_not_read_is_not_waited_for_for_ever() {
        let (keeper, _deaf) = Way::pair().expect("two ends");
        let fails = (0..100_000).any(|id| keeper.send(&Note::about(What::Line, id), None).is_err());
        assert!(fails);
    }
}
