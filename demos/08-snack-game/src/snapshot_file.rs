//! The restart file: snapshots of all rooms, written by a graceful shutdown for the next start on
//! the same folder.
//!
//! ```text
//! "SHUT" version u8, when u64 (milliseconds since 1970), (length u32, room)*,
//! FNV-1a of all before it u64
//! ```
//! It is written after the last room has closed, under a temporary name first, so that a file with
//! the right name is complete.
//!
//! It is removed as soon as it is read, before the rooms are open and before any client is
//! accepted. If a start crashes in between, the rooms are lost, as in any crash, and the next start
//! does not crash on the same file. The other way round the same file could be restored twice, and
//! turns that were acknowledged meanwhile would be undone. So a file that cannot be removed is not
//! restored.
//!
//! How long the server was down is measured by the wall clock, for no other clock runs meanwhile.
//! If the clock was set back, the time counts as zero; if it was set far ahead, every grace period
//! is over. Both cost or give some seconds of grace, and never a score: scores are stored before.

use crate::{
    room::{Room, Snapshot, Stats},
    rooms::Rooms,
    server_state::ServerState,
};
use bytes::Bytes;
use rush::fnv::fnv1a;
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// The file's name.
pub const FILE: &str = "rooms-at-closing";

const MAGIC: &[u8; 4] = b"SHUT";

/// The version that is written. In version 1 a room was encoded differently; it is still read.
const VERSION: u8 = 2;

/// The longest file that is read: more than the rooms of a server can be.
const LONGEST: u64 = 256 << 20;

/// The content of the file.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    version: u8,
    /// When it was written, since 1970.
    when: Duration,
    rooms: Vec<Vec<u8>>,
}

/// Why the file cannot be restored.
#[derive(Debug)]
enum FileError {
    /// It cannot be read.
    Io(io::Error),
    /// It cannot be removed.
    CannotRemove(io::Error),
    /// The bytes end too early.
    Truncated,
    /// The bytes are something else.
    NotARestartFile,
    /// Another version of the program wrote it.
    Version(u8),
    /// The checksum is wrong.
    Checksum,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::CannotRemove(error) => write!(f, "it cannot be removed: {error}"),
            Self::Truncated => f.write_str("it is truncated"),
            Self::NotARestartFile => f.write_str("it is not a restart file"),
            Self::Version(version) => write!(
                f,
                "it has version {version}, this program reads version 1 and {VERSION}"
            ),
            Self::Checksum => f.write_str("its checksum is wrong"),
        }
    }
}

/// Writes the file. When this returns, the next process finds it.
///
/// # Errors
/// It is not there.
pub(crate) fn write(folder: &Path, when: Duration, rooms: &[Bytes]) -> io::Result<()> {
    write_and_sync(sync, folder, when, rooms)
}

fn write_and_sync(
    sync: impl Fn(&Path) -> io::Result<()>,
    folder: &Path,
    when: Duration,
    rooms: &[Bytes],
) -> io::Result<()> {
    let (file, temporary) = (folder.join(FILE), folder.join(format!("{FILE}.begun")));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // The file contains tokens, and a token is worth a seat.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut to| {
        to.write_all(&encode(VERSION, when, rooms))?;
        to.sync_all()
    });
    let written = written.and_then(|()| fs::rename(&temporary, &file));
    match written {
        Ok(()) => {
            // It is there, and complete. Only a crash of the machine might undo the new name.
            if let Err(error) = sync(folder) {
                tracing::warn!(%error, "cannot sync the folder of the restart file: it may not survive a crash of this machine");
            }
            Ok(())
        }
        Err(error) => {
            let _not_there = fs::remove_file(&temporary);
            Err(error)
        }
    }
}

/// Restores the rooms whose players may still come back. A file or a room that cannot be read is
/// logged, and the rooms start empty.
pub(crate) fn restore(folder: &Path, state: &Arc<ServerState>, rooms: &mut Rooms) {
    let content = match take(folder) {
        Ok(Some(content)) => content,
        Ok(None) => return,
        Err(error) => {
            let file = folder.join(FILE);
            tracing::error!(%error, file = %file.display(), "cannot read the restart file: all rooms start empty");
            return;
        }
    };
    let now = state.store.wall().since_1970();
    let since = now.saturating_sub(content.when);
    let mut open: Vec<(Room, Arc<Stats>)> = Vec::new();
    for room in &content.rooms {
        let read = match content.version {
            1 => Snapshot::read_version_1(room),
            _ => Snapshot::read(room),
        };
        match read {
            Ok(snapshot) => open.extend(snapshot.reopen(state, since)),
            Err(error) => {
                tracing::error!(%error, "cannot restore a room: it starts empty");
            }
        }
    }
    let (seconds, of) = (since.as_secs_f32(), content.rooms.len());
    let players: usize = open.iter().map(|(room, _)| room.seats_held()).sum();
    let restored = open.len();
    tracing::info!(rooms = restored, of, players, seconds, "rooms restored");
    for (room, stats) in open {
        rooms.reopen(room, stats);
    }
}

/// Reads the file and removes it. `None` if it does not exist.
fn take(folder: &Path) -> Result<Option<Content>, FileError> {
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
    read.map_err(FileError::Io)?;
    removed.map_err(FileError::CannotRemove)?;
    decode(&bytes).map(Some)
}

/// Syncs a folder: a file that was renamed or removed stays so after a crash of the machine.
fn sync(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()), // A folder cannot be opened as a file there.
    }
}

fn encode(version: u8, when: Duration, rooms: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(version);
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

fn decode(bytes: &[u8]) -> Result<Content, FileError> {
    let (magic, rest) = bytes.split_first_chunk().ok_or(FileError::Truncated)?;
    if magic != MAGIC {
        return Err(FileError::NotARestartFile);
    }
    let version = *rest.first().ok_or(FileError::Truncated)?;
    if !(1..=VERSION).contains(&version) {
        return Err(FileError::Version(version));
    }
    let (all, sum) = bytes.split_last_chunk().ok_or(FileError::Truncated)?;
    if fnv1a(all) != u64::from_le_bytes(*sum) {
        return Err(FileError::Checksum);
    }
    let rest = all.get(MAGIC.len() + 1..).ok_or(FileError::Truncated)?;
    let (when, mut rest) = rest.split_first_chunk().ok_or(FileError::Truncated)?;
    let when = Duration::from_millis(u64::from_le_bytes(*when));
    let mut rooms = Vec::new();
    while !rest.is_empty() {
        let (length, left) = rest.split_first_chunk().ok_or(FileError::Truncated)?;
        let length = u32::from_le_bytes(*length) as usize;
        let room = left.split_at_checked(length);
        let (room, left) = room.ok_or(FileError::Truncated)?;
        rooms.push(room.to_vec());
        rest = left;
    }
    Ok(Content {
        version,
        when,
        rooms,
    })
}

/// For the fuzzer: a file that can be read is written as it was. Also with a correct checksum, for
/// a wrong one stops nearly every input.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(bytes: &[u8]) {
    let summed = [bytes, &fnv1a(bytes).to_le_bytes()].concat();
    for bytes in [bytes, &summed] {
        match decode(bytes) {
            Ok(file) => assert_eq!(encode(file.version, file.when, &file.rooms), bytes),
            Err(error) => assert!(!error.to_string().is_empty()),
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
    fn a_file_is_restored_once() {
        let scratch = Folder::new();
        let folder = scratch.path();
        assert!(matches!(take(folder), Ok(None)));
        write(folder, Duration::ZERO, &rooms()[1..]).expect("written");
        write(folder, WHEN, &rooms()).expect("written over it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.join(FILE))
                .expect("a file")
                .permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "other users cannot read tokens");
        }
        let file = take(folder).expect("readable").expect("there");
        assert_eq!(
            (file.version, file.when, file.rooms),
            (
                VERSION,
                WHEN,
                rooms().iter().map(|it| it.to_vec()).collect()
            )
        );
        assert!(matches!(take(folder), Ok(None)), "it was removed");
        assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0);
        fs::remove_dir(folder).expect("it is empty");
    }

    #[test]
    fn a_file_is_written_although_its_folder_cannot_be_synced() {
        let scratch = Folder::new();
        let folder = scratch.path();
        let fails = |_: &Path| Err(io::ErrorKind::Other.into());
        write_and_sync(fails, folder, WHEN, &rooms()).expect("it is there");
        assert!(take(folder).expect("readable").is_some());
    }

    #[test]
    fn a_truncated_or_changed_file_is_refused() {
        let bytes = encode(VERSION, WHEN, &rooms());
        assert!(decode(&bytes).is_ok());
        for length in 0..bytes.len() {
            decode(&bytes[..length]).expect_err("truncated");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            decode(&bytes).expect_err("changed");
        }
    }

    #[test]
    fn an_unknown_version_is_named() {
        let mut bytes = encode(VERSION, WHEN, &rooms());
        bytes[MAGIC.len()] = 9;
        let error = decode(&bytes).expect_err("another version");
        let sentence = "it has version 9, this program reads version 1 and 2";
        assert_eq!(error.to_string(), sentence);
    }
}
