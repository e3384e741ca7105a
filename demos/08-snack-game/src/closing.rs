//! What an orderly end leaves behind for the next start on the same folder: the rooms with their
//! seats, in one small file.
//!
//! ```text
//! "SHUT" version u8, when u64 (milliseconds since 1970), (length u32, room)*, FNV-1a of all before it u64
//! ```
//! It is written after the last room has said goodbye, under another name first, so that what has
//! the right name is whole.
//!
//! It is removed as soon as it was read, before the rooms are open and long before anybody is let
//! in. A start that dies in between forgets the rooms, as any crash does, and the next start does
//! not die of the same file. The other way round one closing could be gone on from twice: turns
//! that were acknowledged meanwhile would be undone. So what cannot be removed is not gone on from
//! either.
//!
//! For how long it was closed is told by the clock on the wall, for no other one goes on meanwhile.
//! If it was set back, it was closed just now; if it was set far ahead, everybody's grace is over.
//! Both cost or give some seconds of grace, and never a score: those are stored before.

use crate::{
    house::House,
    room::{Closed, Desk, Room},
    rooms::Rooms,
};
use bytes::Bytes;
use rush::fnv::fnv1a;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// The file's name.
pub const FILE: &str = "rooms-at-closing";

const MAGIC: &[u8; 4] = b"SHUT";

/// Whatever changes the file, or what a room says, changes it. A world and a log have their own.
const VERSION: u8 = 1;

/// More than the rooms of a server can be.
const LONGEST: u64 = 256 << 20;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    /// Since 1970.
    when: Duration,
    rooms: Vec<Vec<u8>>,
}

/// Writes it. When this returns, the next process finds it.
///
/// # Errors
/// It is not there.
pub(crate) fn write(folder: &Path, when: Duration, rooms: &[Bytes]) -> io::Result<()> {
    write_and(sync, folder, when, rooms)
}

fn write_and(
    sync: impl Fn(&Path) -> io::Result<()>,
    folder: &Path,
    when: Duration,
    rooms: &[Bytes],
) -> io::Result<()> {
    let (file, begun) = (folder.join(FILE), folder.join(format!("{FILE}.begun")));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // There are tokens in it: whoever has one has the seat.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&begun).and_then(|mut to| {
        to.write_all(&encode(when, rooms))?;
        to.sync_all()
    });
    let written = written.and_then(|()| fs::rename(&begun, &file));
    match written {
        Ok(()) => {
            // It is there, and whole. Only the loss of this machine might undo the new name.
            if let Err(error) = sync(folder) {
                tracing::warn!(%error, "who sits where is written down, but may not outlive this machine");
            }
            Ok(())
        }
        Err(error) => {
            let _not_there = fs::remove_file(&begun);
            Err(error)
        }
    }
}

/// Opens the rooms that were closed, if their players may still come back. Whatever is wrong is
/// said in a sentence, and the rooms begin anew.
pub(crate) fn reopen(folder: &Path, house: &Arc<House>, rooms: &mut Rooms) {
    let left = match take(folder) {
        Ok(Some(left)) => left,
        Ok(None) => return,
        Err(why) => {
            let file = folder.join(FILE);
            tracing::error!(why, file = %file.display(), "what the last closing left cannot be gone on from: all rooms begin anew");
            return;
        }
    };
    let since = house.store.wall().since_1970().saturating_sub(left.when);
    let mut open: Vec<(Room, Arc<Desk>)> = Vec::new();
    for room in &left.rooms {
        match Closed::read(room) {
            Ok(room) => open.extend(room.room(house, since)),
            Err(why) => tracing::error!(why, "a room cannot be gone on with: it begins anew"),
        }
    }
    let (seconds, of) = (since.as_secs_f32(), left.rooms.len());
    let players: usize = open.iter().map(|(room, _)| room.awaited()).sum();
    tracing::info!(
        rooms = open.len(),
        of,
        players,
        seconds,
        "open again after a closing"
    );
    for (room, desk) in open {
        rooms.reopen(room, desk);
    }
}

/// Reads it, and removes it.
fn take(folder: &Path) -> Result<Option<Left>, String> {
    let path = folder.join(FILE);
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    if read
        .as_ref()
        .is_err_and(|it| it.kind() == io::ErrorKind::NotFound)
    {
        return Ok(None);
    }
    let removed = fs::remove_file(&path).and_then(|()| sync(folder));
    read.map_err(|error| error.to_string())?;
    removed.map_err(|error| format!("it cannot be removed: {error}"))?;
    decode(&bytes).map(Some)
}

/// What was renamed or removed stays so, whatever happens to the machine.
fn sync(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()), // A folder is no file there.
    }
}

fn encode(when: Duration, rooms: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    bytes.extend((when.as_millis() as u64).to_le_bytes());
    for room in rooms {
        let room = room.as_ref();
        bytes.extend((room.len() as u32).to_le_bytes());
        bytes.extend_from_slice(room);
    }
    let sum = fnv1a(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Result<Left, String> {
    let short = || "it breaks off".to_owned();
    let (magic, rest) = bytes.split_first_chunk().ok_or_else(short)?;
    if magic != MAGIC {
        return Err("it is something else".to_owned());
    }
    let version = *rest.first().ok_or_else(short)?;
    if version != VERSION {
        return Err(format!(
            "it has version {version}, this program reads version {VERSION}"
        ));
    }
    let (all, sum) = bytes.split_last_chunk().ok_or_else(short)?;
    if fnv1a(all) != u64::from_le_bytes(*sum) {
        return Err("it was cut off, or changed".to_owned());
    }
    let (when, mut rest) = all[MAGIC.len() + 1..]
        .split_first_chunk()
        .ok_or_else(short)?;
    let when = Duration::from_millis(u64::from_le_bytes(*when));
    let mut rooms = Vec::new();
    while !rest.is_empty() {
        let (length, left) = rest.split_first_chunk().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (room, left) = left.split_at_checked(length).ok_or_else(short)?;
        rooms.push(room.to_vec());
        rest = left;
    }
    Ok(Left { when, rooms })
}

/// For whoever checks with any bytes: what can be read is written as it was; with another sum, too,
/// for that stops nearly everything.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(bytes: &[u8]) {
    let summed = [bytes, &fnv1a(bytes).to_le_bytes()].concat();
    for bytes in [bytes, &summed] {
        match decode(bytes) {
            Ok(left) => assert_eq!(encode(left.when, &left.rooms), bytes),
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn rooms() -> Vec<Bytes> {
        vec![
            Bytes::from_static(b"one"),
            Bytes::new(),
            Bytes::from(vec![7; 300]),
        ]
    }

    const WHEN: Duration = Duration::from_millis(1_532_509_200_123);

    #[test]
    fn what_was_written_is_read_once() {
        let scratch = Folder::new();
        let folder = scratch.path();
        assert_eq!(take(folder), Ok(None));
        write(folder, Duration::ZERO, &rooms()[1..]).expect("written");
        write(folder, WHEN, &rooms()).expect("written over it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.join(FILE))
                .expect("a file")
                .permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "tokens are nobody else's");
        }
        let left = take(folder).expect("readable").expect("there");
        assert_eq!(
            (left.when, left.rooms),
            (WHEN, rooms().iter().map(|it| it.to_vec()).collect())
        );
        assert_eq!(take(folder), Ok(None), "one closing is gone on from once");
        assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0);
        fs::remove_dir(folder).expect("it is empty");
    }

    #[test]
    fn a_folder_that_cannot_be_synced_costs_nobody_their_seat() {
        let scratch = Folder::new();
        let folder = scratch.path();
        let fails = |_: &Path| Err(io::ErrorKind::Other.into());
        write_and(fails, folder, WHEN, &rooms()).expect("it is there");
        assert!(take(folder).expect("readable").is_some());
    }

    #[test]
    fn what_was_cut_off_or_changed_anywhere_is_refused() {
        let bytes = encode(WHEN, &rooms());
        assert!(decode(&bytes).is_ok());
        for length in 0..bytes.len() {
            decode(&bytes[..length]).expect_err("cut off");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            decode(&bytes).expect_err("changed");
        }
    }

    #[test]
    fn another_version_is_named() {
        let mut bytes = encode(WHEN, &rooms());
        bytes[MAGIC.len()] = 9;
        let why = decode(&bytes).expect_err("another version");
        assert_eq!(why, "it has version 9, this program reads version 1");
    }
}
