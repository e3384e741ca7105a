//! One browser for all tests of a program that run at the same time. A start costs a second of both
//! cores, and pages in contexts of their own share nothing.

use std::num::NonZero;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread;

use crate::{Browser, Error};
use lock::lock;

/// The browser that tests use at the moment, if any does.
static CURRENT: Mutex<Weak<Browser>> = Mutex::new(Weak::new());

/// The number of tests that have pages at the moment.
static BUSY: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

/// A test's use of the browser. The last one that is dropped ends the browser.
pub struct InUse(Arc<Browser>);

impl InUse {
    /// Waits until fewer tests have pages than the machine has cores, because pages that draw all
    /// the time would slow each other down.
    pub(crate) fn begin() -> Result<Self, Error> {
        let browser = current()?;
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut busy = lock(&BUSY);
        while *busy >= cores.max(2) {
            busy = DONE.wait(busy).unwrap_or_else(|it| it.into_inner());
        }
        *busy += 1;
        Ok(Self(browser))
    }
}

/// Returns the current browser, or starts one. Other tests wait until it has started.
fn current() -> Result<Arc<Browser>, Error> {
    let mut current = lock(&CURRENT);
    if let Some(browser) = current.upgrade().filter(|it| it.is_alive()) {
        return Ok(browser);
    }
    let browser = Arc::new(Browser::launch()?);
    *current = Arc::downgrade(&browser);
    Ok(browser)
}

impl Deref for InUse {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.0
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        *lock(&BUSY) -= 1;
        DONE.notify_one();
    }
}
