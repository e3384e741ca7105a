//! The worker's side of it.

use crate::{
    counts::{Counts, Diary},
    note::{Note, Way, What},
};
use std::{
    collections::BTreeMap,
    io,
    net::TcpStream,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// What a worker was given.
#[derive(Debug)]
pub struct Given {
    /// Where it listens.
    pub listener: OwnedFd,
    /// The rooms' memories, and their names.
    pub rooms: BTreeMap<u64, (String, OwnedFd)>,
    /// The players' sockets, and the rooms that they are in.
    pub lines: BTreeMap<u64, (String, OwnedFd)>,
    /// There were as many workers before.
    pub before: u64,
}

/// The worker's end of its way to the keeper. Rooms and doors use it at the same time.
#[derive(Debug)]
pub struct Kept {
    way: Mutex<Way>,
    diary: Mutex<Diary>,
    /// Nobody listens: the keeper is gone, or somebody else serves.
    mute: AtomicBool,
}

/// What the keeper wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Stop after the next tick: another one goes on.
    HandOver,
    /// Close for good.
    End,
    /// Nothing: it is gone.
    Gone,
}

impl Kept {
    /// By whoever holds the other end of standard input.
    ///
    /// # Errors
    /// Nobody does, or this kernel does not tell what it counts.
    pub fn by_stdin() -> io::Result<(Self, Way)> {
        let end = io::stdin().as_fd().try_clone_to_owned()?;
        let way = Way::over(end)?;
        let ears = way.another()?;
        let kept = Self {
            way: Mutex::new(way),
            diary: Mutex::new(Diary::open()?),
            mute: AtomicBool::new(false),
        };
        Ok((kept, ears))
    }

    /// Takes what is handed over. `check` looks at a room's memory, and says what is wrong with it.
    ///
    /// # Errors
    /// A sentence: it cannot go on from that, or the keeper is gone.
    pub fn take(
        &self,
        ears: &Way,
        mut check: impl FnMut(&str, OwnedFd) -> Result<(), String>,
    ) -> Result<Given, String> {
        let (mut rooms, mut lines) = (BTreeMap::new(), BTreeMap::new());
        let mut listener = None;
        loop {
            let heard = ears.recv().map_err(|error| error.to_string())?;
            let (Note { what, id, name }, fd) = heard.ok_or("the keeper is gone")?;
            match (what, fd) {
                (What::Room, Some(fd)) => drop(rooms.insert(id, (name, fd))),
                (What::Line, Some(fd)) => drop(lines.insert(id, (name, fd))),
                (What::Listener, Some(fd)) => listener = Some(fd),
                (What::Check, _) => {
                    for (_, (name, memory)) in std::mem::take(&mut rooms) {
                        check(&name, memory)?;
                    }
                    self.say(&What::Ready.into(), None);
                }
                (What::Go, _) => {
                    return Ok(Given {
                        listener: listener.ok_or("the keeper has no listener")?,
                        rooms,
                        lines,
                        before: id,
                    });
                }
                _ => {}
            }
        }
    }

    /// Waits for what the keeper wants next.
    pub fn wants(ears: &Way) -> Wants {
        loop {
            match ears.recv() {
                Ok(Some((note, _))) if note.what == What::HandOver => return Wants::HandOver,
                Ok(Some((note, _))) if note.what == What::End => return Wants::End,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return Wants::Gone,
            }
        }
    }

    /// A room's memory is to be held.
    pub fn room(&self, id: u64, name: &str, memory: BorrowedFd<'_>) {
        self.say(&Note::named(What::Room, id, name), Some(memory));
    }

    /// A player's socket is to be held; so far it is now.
    ///
    /// # Errors
    /// It is over already.
    pub fn line(&self, id: u64, room: &str, stream: BorrowedFd<'_>) -> io::Result<Counts> {
        let counts = self.counts(stream)?;
        self.say(&Note::named(What::Line, id, room), Some(stream));
        Ok(counts)
    }

    /// How far a connection is.
    ///
    /// # Errors
    /// It is over.
    pub fn counts(&self, stream: BorrowedFd<'_>) -> io::Result<Counts> {
        let stream = TcpStream::from(stream.try_clone_to_owned()?);
        let diary = self.diary.lock().unwrap_or_else(PoisonError::into_inner);
        diary.counts(&stream)
    }

    /// This room, or this line, is no more.
    pub fn forget(&self, what: What, id: u64) {
        self.say(&Note::about(what, id), None);
    }

    /// Something without a descriptor.
    pub fn tell(&self, what: What) {
        self.say(&what.into(), None);
    }

    /// It has served for a while, and its program can be trusted with a server: here it is,
    /// wherever it lies by now.
    pub fn lives(&self) {
        // Without it, what is on the disk has to do.
        let program = std::fs::File::open("/proc/self/exe").ok();
        self.say(&What::Alive.into(), program.as_ref().map(AsFd::as_fd));
    }

    /// From here on nothing is said: what ends now ends here, and goes on elsewhere.
    pub fn be_mute(&self) {
        self.mute.store(true, Ordering::Release);
    }

    fn say(&self, note: &Note, with: Option<BorrowedFd<'_>>) {
        if self.mute.load(Ordering::Acquire) {
            return;
        }
        let way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
        if way.send(note, with).is_err() {
            self.be_mute(); // Whoever listens for the keeper hears that it is gone.
        }
    }

    /// The last word of one who has handed over.
    pub fn done(&self) {
        let way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
        let _unless_gone = way.send(&What::Done.into(), None);
    }
}
