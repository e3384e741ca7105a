//! Browsers for the tests, a few at a time.

use std::{
    ops::Deref,
    sync::{Condvar, Mutex, PoisonError},
};

/// Browsers at once. Each takes a quarter of a gigabyte and several threads.
const MOST: usize = 3;

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// A browser that counts against the limit until it is dropped.
pub(crate) struct Browser {
    // Fields are dropped in this order: the browser ends before another one may start.
    browser: browser::Browser,
    _place: Place,
}

struct Place;

impl Place {
    fn take() -> Place {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = ENDED
            .wait_while(running, |running| *running >= MOST)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

impl Deref for Browser {
    type Target = browser::Browser;

    fn deref(&self) -> &browser::Browser {
        &self.browser
    }
}

/// Starts a browser for the test of this name, as [`browser::for_test`] does, once fewer than
/// [`MOST`] others run.
#[track_caller]
pub(crate) fn for_test(name: &str) -> Option<Browser> {
    let place = Place::take();
    Some(Browser {
        browser: browser::for_test(name)?,
        _place: place,
    })
}
