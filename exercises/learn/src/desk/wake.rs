//! What the screen sleeps for: a key, a signal, another thread that has something to tell, a file
//! that was saved. While nothing of that comes, it does not run.

use crate::places::Places;
use std::io;
use std::time::Duration;

/// The longest sleep where the system tells of files that are saved: a network file system, or a
/// folder that a container shares, may not do so.
#[cfg(unix)]
const LONG: Duration = Duration::from_secs(1);
/// The longest sleep where it does not: too short to notice.
const SHORT: Duration = Duration::from_millis(100);

/// What has ended a sleep, beside a key and the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Woken {
    /// A thread or a signal.
    pub(crate) is_called: bool,
    /// The system told of a file that may have been saved.
    pub(crate) is_noticed: bool,
}

impl Woken {
    /// Whether there is something to look at.
    pub(crate) fn is_early(self) -> bool {
        self.is_called || self.is_noticed
    }
}

#[cfg(unix)]
pub(crate) use unix::{Wake, Waker};

#[cfg(not(unix))]
pub(crate) use elsewhere::{Wake, Waker};

#[cfg(unix)]
mod unix {
    use super::*;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use std::io::Read;
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    /// Ends the screen's sleep from another thread.
    #[derive(Clone)]
    pub(crate) struct Waker(Arc<UnixStream>);

    impl Waker {
        pub(crate) fn wake(&self) {
            // An error: the screen is gone, or it was woken many times and has not run yet.
            let _unless_awake = (&*self.0).write(&[0]);
        }
    }

    /// While it is there, crossterm is asked for a key.
    pub(crate) struct Asking<'a>(&'a AtomicBool);

    impl Drop for Asking<'_> {
        fn drop(&mut self) {
            self.0.store(false, SeqCst);
        }
    }

    /// The screen's sleep, and all that ends it.
    pub(crate) struct Wake {
        woken: UnixStream,
        waker: Waker,
        is_asking: Arc<AtomicBool>,
        #[cfg(target_os = "linux")]
        notices: Option<super::notices::Notices>,
        /// Whether the file that was saved last was told of.
        is_told: bool,
    }

    impl Wake {
        /// Prepares for sleep between looks at these places.
        pub(crate) fn new(places: &Places) -> io::Result<Wake> {
            let (woken, waker) = UnixStream::pair()?;
            woken.set_nonblocking(true)?;
            waker.set_nonblocking(true)?;
            #[cfg(target_os = "linux")]
            let notices = super::notices::Notices::of(places);
            #[cfg(not(target_os = "linux"))]
            let _are_looked_at = places;
            Ok(Wake {
                woken,
                waker: Waker(Arc::new(waker)),
                is_asking: Arc::default(),
                #[cfg(target_os = "linux")]
                is_told: notices.is_some(),
                #[cfg(not(target_os = "linux"))]
                is_told: false,
                #[cfg(target_os = "linux")]
                notices,
            })
        }

        /// Returns what other threads hold.
        pub(crate) fn waker(&self) -> Waker {
            self.waker.clone()
        }

        /// Lets this signal end the sleep, too, also one that comes just before it.
        pub(crate) fn on_signal(&self, signal: std::ffi::c_int) -> io::Result<()> {
            signal_hook::low_level::pipe::register(signal, self.waker.0.try_clone()?).map(drop)
        }

        /// Whether crossterm is asked for a key now, as [`Wake::asking`] says.
        pub(crate) fn is_asking(&self) -> Arc<AtomicBool> {
            self.is_asking.clone()
        }

        /// Says that crossterm is asked for a key until this is dropped.
        pub(crate) fn asking(&self) -> Asking<'_> {
            self.is_asking.store(true, SeqCst);
            Asking(&self.is_asking)
        }

        /// How long to sleep when nothing is expected.
        pub(crate) fn idle(&self) -> Duration {
            if self.is_told { LONG } else { SHORT }
        }

        /// A look has found a file that was saved. If the system had not told of it, the looks come
        /// at shorter intervals, until it tells of one.
        pub(crate) fn found(&mut self, places: &Places, is_noticed: bool) {
            #[cfg(target_os = "linux")]
            if let Some(notices) = &self.notices {
                self.is_told = is_noticed || notices.take();
                if !self.is_told {
                    // A folder may have been removed and made again.
                    notices.watch(places);
                }
            }
            #[cfg(not(target_os = "linux"))]
            let _none_is_told = (places, is_noticed);
        }

        /// Sleeps up to this time, until standard input can be read or something else wakes it.
        ///
        /// # Errors
        /// Standard input is gone: its window was closed.
        pub(crate) fn sleep(&self, within: Duration) -> io::Result<Woken> {
            let stdin = io::stdin();
            let mut polled = vec![
                PollFd::new(&stdin, PollFlags::IN),
                PollFd::new(&self.woken, PollFlags::IN),
            ];
            #[cfg(target_os = "linux")]
            if let Some(notices) = &self.notices {
                polled.push(PollFd::new(&notices.0, PollFlags::IN));
            }
            let within = Timespec::try_from(within).map_err(io::Error::other)?;
            match poll(&mut polled, Some(&within)) {
                Err(Errno::INTR) => {
                    return Ok(Woken {
                        is_called: true,
                        is_noticed: false,
                    });
                }
                waited => waited?,
            };
            let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            if polled[0].revents().intersects(gone) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            let mut woken = Woken::default();
            while matches!((&self.woken).read(&mut [0; 64]), Ok(1..)) {
                woken.is_called = true;
            }
            #[cfg(target_os = "linux")]
            if let Some(notices) = &self.notices {
                woken.is_noticed = notices.take();
            }
            Ok(woken)
        }
    }
}

/// The system tells of files that are saved.
#[cfg(target_os = "linux")]
mod notices {
    use crate::places::Places;
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    use std::os::fd::OwnedFd;

    pub(super) struct Notices(pub(super) OwnedFd);

    impl Notices {
        /// `None` if the system can watch no more folders: an editor may watch many.
        pub(super) fn of(places: &Places) -> Option<Notices> {
            let notices = Notices(init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?);
            notices.watch(places).then_some(notices)
        }

        /// Watches the folders of all answers: an editor may write a new file in an old one's
        /// place. Returns whether each of them is watched.
        pub(super) fn watch(&self, places: &Places) -> bool {
            let saves = WatchFlags::CLOSE_WRITE
                | WatchFlags::MODIFY
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::MOVED_FROM
                | WatchFlags::MOVED_TO
                | WatchFlags::ATTRIB;
            let watch = |folder| add_watch(&self.0, folder, saves).is_ok();
            places.folders().filter(|folder| folder.is_dir()).all(watch)
        }

        /// Whether the system has told of something since it was asked last.
        pub(super) fn take(&self) -> bool {
            let mut told = false;
            while matches!(rustix::io::read(&self.0, &mut [0; 4096]), Ok(1..)) {
                told = true;
            }
            told
        }
    }
}

/// A system on which only a key ends a sleep, so that each sleep is short.
#[cfg(not(unix))]
mod elsewhere {
    use super::*;

    #[derive(Clone)]
    pub(crate) struct Waker;

    impl Waker {
        pub(crate) fn wake(&self) {}
    }

    pub(crate) struct Wake;

    pub(crate) struct Asking;

    impl Drop for Asking {
        fn drop(&mut self) {}
    }

    impl Wake {
        pub(crate) fn new(_: &Places) -> io::Result<Wake> {
            Ok(Wake)
        }

        pub(crate) fn waker(&self) -> Waker {
            Waker
        }

        pub(crate) fn idle(&self) -> Duration {
            SHORT
        }

        pub(crate) fn found(&mut self, _: &Places, _: bool) {}

        pub(crate) fn asking(&self) -> Asking {
            Asking
        }

        pub(crate) fn sleep(&self, within: Duration) -> io::Result<Woken> {
            crossterm::event::poll(within.min(SHORT)).map(|_| Woken::default())
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::set::Set;
    use std::fs;
    use std::time::Instant;

    /// Longer than anything here takes: a sleep that is not ended fails the test.
    const BOUND: Duration = Duration::from_secs(60);

    fn set(name: &str) -> Set {
        let here = std::env::temp_dir().join(format!("learn-wake-{name}-{}", std::process::id()));
        let folder = here.join("exercises/01_a");
        fs::create_dir_all(&folder).expect("a folder of our own");
        fs::write(folder.join("judge.rs"), "").expect("ours");
        Set::of(&here).expect("one exercise")
    }

    /// Sleeps until this has woken it. Standard input may have something to read, which ends a
    /// sleep too.
    fn sleeps_until(wake: &Wake, is_it: fn(Woken) -> bool) {
        let began = Instant::now();
        // An error: standard input is closed.
        while !is_it(wake.sleep(BOUND).unwrap_or_default()) {
            assert!(began.elapsed() < BOUND, "it was not woken");
        }
    }

    #[test]
    fn a_file_that_is_saved_ends_the_sleep() {
        let set = set("saved");
        let answer = set.here.join("exercises/01_a/exercise.rs");
        let beside = set.here.join("exercises/01_a/exercise.rs~");
        let places = Places::of(&set);
        let mut wake = Wake::new(&places).expect("a pair of sockets");
        assert_eq!(wake.idle(), LONG);
        for _ in 0..2 {
            fs::write(&answer, "one").expect("ours");
            sleeps_until(&wake, |woken| woken.is_noticed);
            // As editors do: another file takes its place.
            fs::write(&beside, "two").expect("ours");
            sleeps_until(&wake, |woken| woken.is_noticed);
            fs::rename(&beside, &answer).expect("ours");
            sleeps_until(&wake, |woken| woken.is_noticed);
            // Another folder has its name, and nothing tells of that.
            fs::remove_dir_all(set.here.join("exercises/01_a")).expect("ours");
            sleeps_until(&wake, |woken| woken.is_noticed);
            fs::create_dir_all(set.here.join("exercises/01_a")).expect("ours");
            fs::write(&answer, "three").expect("ours");
            wake.found(&places, false);
            assert_eq!(wake.idle(), SHORT, "it was not told of");
        }
        fs::write(&answer, "four").expect("ours");
        wake.found(&places, false);
        assert_eq!(wake.idle(), LONG, "it is watched again");
        fs::remove_dir_all(&set.here).expect("ours");
    }

    #[test]
    fn another_thread_and_a_signal_end_the_sleep() {
        let set = set("thread");
        let wake = Wake::new(&Places::of(&set)).expect("a pair of sockets");
        let waker = wake.waker();
        let thread = std::thread::spawn(move || waker.wake());
        sleeps_until(&wake, |woken| woken.is_called);
        thread.join().expect("no panic");
        // What comes between a look and the sleep is not lost.
        wake.on_signal(signal_hook::consts::SIGWINCH)
            .expect("a handler");
        signal_hook::low_level::raise(signal_hook::consts::SIGWINCH).expect("it is sent");
        sleeps_until(&wake, |woken| woken.is_called);
        assert!(!wake.sleep(Duration::ZERO).unwrap_or_default().is_early());
        fs::remove_dir_all(&set.here).expect("ours");
    }
}
