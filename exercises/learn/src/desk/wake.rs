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
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;

    /// Ends the screen's sleep from another thread.
    #[derive(Clone)]
    pub(crate) struct Waker(Arc<UnixStream>);

    impl Waker {
        pub(crate) fn wake(&self) {
            // An error: the screen is gone, or it was woken many times and has not run yet.
            let _unless_awake = (&*self.0).write(&[0]);
        }
    }

    /// The screen's sleep, and all that ends it.
    pub(crate) struct Wake {
        /// Standard input.
        terminal: OwnedFd,
        woken: UnixStream,
        waker: Waker,
        #[cfg(target_os = "linux")]
        notices: Option<super::notices::Notices>,
        /// Whether the file that was saved last was told of.
        is_told: bool,
    }

    impl Wake {
        /// Prepares for sleep between looks at these places.
        pub(crate) fn new(places: &Places) -> io::Result<Wake> {
            Wake::at(io::stdin().as_fd().try_clone_to_owned()?, places)
        }

        /// The same, at this terminal.
        pub(super) fn at(terminal: OwnedFd, places: &Places) -> io::Result<Wake> {
            let (woken, waker) = UnixStream::pair()?;
            woken.set_nonblocking(true)?;
            waker.set_nonblocking(true)?;
            #[cfg(target_os = "linux")]
            let notices = super::notices::Notices::of(places);
            #[cfg(not(target_os = "linux"))]
            let _are_looked_at = places;
            Ok(Wake {
                terminal,
                woken,
                waker: Waker(Arc::new(waker)),
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

        /// Sleeps up to this time, until something wakes it. Another thread reads the terminal.
        ///
        /// # Errors
        /// The terminal is gone: its window was closed.
        pub(crate) fn sleep(&self, within: Duration) -> io::Result<Woken> {
            let mut polled = vec![
                // No event is requested: poll reports a hangup without that.
                PollFd::new(&self.terminal, PollFlags::empty()),
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

/// A system that does not tell of files that are saved, so that each sleep is short.
#[cfg(not(unix))]
mod elsewhere {
    use super::*;
    use std::sync::{Arc, Condvar, Mutex, PoisonError};

    /// Ends the screen's sleep from another thread.
    #[derive(Clone)]
    pub(crate) struct Waker(Arc<(Mutex<bool>, Condvar)>);

    impl Waker {
        pub(crate) fn wake(&self) {
            let (is_called, called) = &*self.0;
            *is_called.lock().unwrap_or_else(PoisonError::into_inner) = true;
            called.notify_one();
        }
    }

    pub(crate) struct Wake(Waker);

    impl Wake {
        pub(crate) fn new(_: &Places) -> io::Result<Wake> {
            Ok(Wake(Waker(Arc::default())))
        }

        pub(crate) fn waker(&self) -> Waker {
            self.0.clone()
        }

        pub(crate) fn idle(&self) -> Duration {
            SHORT
        }

        pub(crate) fn found(&mut self, _: &Places, _: bool) {}

        pub(crate) fn sleep(&self, within: Duration) -> io::Result<Woken> {
            let (is_called, called) = &*self.0.0;
            let is_called = is_called.lock().unwrap_or_else(PoisonError::into_inner);
            let slept = called.wait_timeout_while(is_called, within.min(SHORT), |it| !*it);
            let (mut is_called, _) = slept.unwrap_or_else(PoisonError::into_inner);
            Ok(Woken {
                is_called: std::mem::take(&mut is_called),
                is_noticed: false,
            })
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::set::Set;
    use std::fs;
    use std::io::PipeWriter;
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

    /// Prepares for sleep at a terminal that is there until its other end is dropped. The standard
    /// input of a test may be closed.
    fn wake_at(places: &Places) -> (Wake, PipeWriter) {
        let (terminal, end) = io::pipe().expect("a pipe");
        (
            Wake::at(terminal.into(), places).expect("a pair of sockets"),
            end,
        )
    }

    /// Sleeps until this has woken it.
    fn sleeps_until(wake: &Wake, is_it: fn(Woken) -> bool) {
        let began = Instant::now();
        while !is_it(wake.sleep(BOUND).expect("it sleeps")) {
            assert!(began.elapsed() < BOUND, "it was not woken");
        }
    }

    #[test]
    fn a_file_that_is_saved_ends_the_sleep() {
        let set = set("saved");
        let answer = set.here.join("exercises/01_a/exercise.rs");
        let beside = set.here.join("exercises/01_a/exercise.rs~");
        let places = Places::of(&set);
        let (mut wake, _end) = wake_at(&places);
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
    fn another_thread_a_signal_and_a_closed_window_end_the_sleep() {
        let set = set("thread");
        let (wake, end) = wake_at(&Places::of(&set));
        let waker = wake.waker();
        let thread = std::thread::spawn(move || waker.wake());
        sleeps_until(&wake, |woken| woken.is_called);
        thread.join().expect("no panic");
        // What comes between a look and the sleep is not lost.
        wake.on_signal(signal_hook::consts::SIGWINCH)
            .expect("a handler");
        signal_hook::low_level::raise(signal_hook::consts::SIGWINCH).expect("it is sent");
        sleeps_until(&wake, |woken| woken.is_called);
        let slept = wake.sleep(Duration::ZERO).expect("the terminal is there");
        assert_eq!(slept, Woken::default());
        drop(end);
        assert!(wake.sleep(BOUND).is_err(), "its window was closed");
        fs::remove_dir_all(&set.here).expect("ours");
    }
}
