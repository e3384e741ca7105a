//! Reads a program's output as it is written, so that the program never waits for its reader.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use lock::lock;

/// The wait for more output after a program's end: a grandchild may hold the pipe open.
const LAST_WORDS: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, Default)]
pub(super) struct Output(Arc<(Mutex<Said>, Condvar)>);

#[derive(Debug, Default)]
struct Said {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Reads `pipe` to its end, on a thread of its own.
    pub(super) fn drain(mut pipe: impl Read + Send + 'static) -> Self {
        let output = Self::default();
        let more = output.clone();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            loop {
                let read = pipe.read(&mut piece).unwrap_or(0);
                let (said, changed) = &*more.0;
                let mut said = lock(said);
                said.bytes.extend_from_slice(&piece[..read]);
                said.ended = read == 0;
                changed.notify_all();
                if said.ended {
                    return;
                }
            }
        });
        output
    }

    /// Waits for a line in which `find` finds something.
    pub(super) fn find<T>(&self, within: Duration, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut found = None;
        self.wait(within, |said| {
            let complete = said
                .bytes
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |end| end + 1);
            found = String::from_utf8_lossy(&said.bytes[..complete])
                .lines()
                .find_map(&find);
            found.is_some() || said.ended
        });
        found
    }

    /// The output so far.
    pub(super) fn so_far(&self) -> String {
        String::from_utf8_lossy(&lock(&self.0.0).bytes).into_owned()
    }

    /// The whole output of a program that has ended.
    pub(super) fn to_the_end(&self) -> String {
        self.wait(LAST_WORDS, |said| said.ended);
        self.so_far()
    }

    fn wait(&self, within: Duration, mut enough: impl FnMut(&Said) -> bool) {
        let (said, changed) = &*self.0;
        let woken = changed.wait_timeout_while(lock(said), within, |said| !enough(said));
        drop(woken);
    }
}
