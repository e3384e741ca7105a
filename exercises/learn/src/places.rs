//! The places of all answers, and what was saved there.

use crate::saved::{self, Unusable};
use crate::set::{Exercise, Set};
use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// What lies in an answer's place.
pub(crate) type Saved = Result<String, Unusable>;

/// The age from which a file's times can be trusted: two saves within one tick of a file system's
/// clock leave the same time behind, and the slowest such clock ticks every two seconds.
const SETTLED: Duration = Duration::from_secs(3);

/// The places of all answers. To look at one costs a single call, unless its file has changed.
pub(crate) struct Places(Vec<Place>);

struct Place {
    path: PathBuf,
    /// What the file was when it was read; `None` if it must be read again.
    stamp: Option<Stamp>,
    saved: Saved,
}

impl Places {
    pub(crate) fn of(set: &Set) -> Places {
        let place = |exercise: &Exercise| Place {
            path: set.here.join(exercise.answer()),
            stamp: None,
            saved: Err(Unusable::Missing),
        };
        Places(set.exercises.iter().map(place).collect())
    }

    /// Returns what lies there now, in the order of the exercises.
    pub(crate) fn look(&mut self) -> Vec<Saved> {
        self.0.iter_mut().map(Place::look).collect()
    }

    /// Returns the folders in which the answers lie.
    #[cfg(target_os = "linux")]
    pub(crate) fn folders(&self) -> impl Iterator<Item = &std::path::Path> {
        self.0.iter().filter_map(|place| place.path.parent())
    }
}

impl Place {
    fn look(&mut self) -> Saved {
        // Before it is read: a file that is saved in between has another stamp the next time.
        let stamp = fs::metadata(&self.path).ok().and_then(|it| Stamp::of(&it));
        if stamp.is_none() || stamp != self.stamp {
            self.saved = saved::read(&self.path);
            self.stamp = stamp.filter(Stamp::is_settled);
        }
        self.saved.clone()
    }
}

/// What changes when a file is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: SystemTime,
    /// The file's number, and when its content, name or owner changed: no program can set that.
    #[cfg(unix)]
    inode: (u64, i64, i64),
}

impl Stamp {
    fn of(data: &Metadata) -> Option<Stamp> {
        Some(Stamp {
            length: data.len(),
            modified: data.modified().ok()?,
            #[cfg(unix)]
            inode: {
                use std::os::unix::fs::MetadataExt;
                (data.ino(), data.ctime(), data.ctime_nsec())
            },
        })
    }

    fn is_settled(&self) -> bool {
        // A time in the future says nothing about when the file was saved.
        let age = |since: SystemTime| since.elapsed().unwrap_or_default();
        #[cfg(unix)]
        {
            let seconds = u64::try_from(self.inode.1).unwrap_or(0);
            let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            age(changed) > SETTLED
        }
        #[cfg(not(unix))]
        {
            age(self.modified) > SETTLED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_file_is_read_again_unless_it_is_old_and_unchanged() {
        let name = format!("learn-places-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let write = |text: &str| fs::write(&path, text).expect("a file of our own");
        let began = Instant::now();
        write("one");
        let mut place = Place {
            path: path.clone(),
            stamp: None,
            saved: Err(Unusable::Missing),
        };
        assert_eq!(place.look(), Ok("one".into()));
        // As if its clock had not ticked: nothing but the text is another one. A machine that stood
        // still meanwhile has let the file get old.
        let is_new = began.elapsed() < SETTLED;
        assert!(place.stamp.is_none() || !is_new, "it was just saved");
        place.stamp = None;
        write("two");
        assert_eq!(place.look(), Ok("two".into()));

        let stamp = Stamp::of(&fs::metadata(&path).expect("ours"));
        place.stamp = stamp;
        place.saved = Ok("as it was read".into());
        assert_eq!(place.look(), Ok("as it was read".into()), "not read again");
        write("three");
        assert_eq!(place.look(), Ok("three".into()));
        fs::remove_file(&path).expect("ours");
        assert_eq!(place.look(), Err(Unusable::Missing));
        write("three");
        assert_eq!(place.look(), Ok("three".into()));
        fs::remove_file(&path).expect("ours");
    }

    #[test]
    fn a_stamp_is_settled_when_it_is_old() {
        let of = |age: Duration| {
            let then = SystemTime::now() - age;
            #[cfg(unix)]
            let since = then
                .duration_since(SystemTime::UNIX_EPOCH)
                .expect("after 1970");
            Stamp {
                length: 1,
                modified: then,
                #[cfg(unix)]
                inode: (1, i64::try_from(since.as_secs()).expect("small"), 0),
            }
        };
        assert!(of(SETTLED * 2).is_settled());
        assert!(!of(Duration::ZERO).is_settled());
        let mut future = of(Duration::ZERO);
        future.modified += SETTLED * 4;
        assert!(!future.is_settled());
    }
}
