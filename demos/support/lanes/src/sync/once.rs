//! Values that are set once.

use super::Mutex;
use std::fmt;
use std::ops::Deref;
use std::sync::PoisonError;

/// A named function call that happens once.
pub struct Once(OnceLock<()>);

impl Once {
    /// Creates one that has not happened. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Once(OnceLock::new(name))
    }

    /// Calls `first` if no lane has done so. Waits while another lane is doing it.
    #[track_caller]
    pub fn call_once(&self, first: impl FnOnce()) {
        self.0.get_or_init(first);
    }

    /// Whether the call has returned.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.0.get().is_some()
    }
}

/// A named value that is set once.
///
/// In drawings it is a lock: a lane holds it while it makes the value, or looks for it.
pub struct OnceLock<T> {
    /// Held while the value is made. A lane that only looks takes it too, because a look must have
    /// a place among the steps.
    turn: Mutex<()>,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// Creates an empty one. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        OnceLock {
            turn: Mutex::new(name, ()),
            value: std::sync::OnceLock::new(),
        }
    }

    /// The value. `None` if it is not set.
    ///
    /// Waits while another lane makes the value, where the standard library's finds nothing.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        drop(self.turn.lock());
        self.value.get()
    }

    /// Sets the value.
    ///
    /// # Errors
    /// The new value, if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let _turn = self.turn.lock();
        self.value.set(value)
    }

    /// The value, which `make` returns if it is not set. Waits while another lane makes it.
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        let _turn = self.turn.lock();
        self.value.get_or_init(make)
    }

    /// Returns the value. The caller owns it, so it is not shared.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// A reference to the value. The caller borrows it alone.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }
}

/// A named value that is made when it is needed first.
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    make: std::sync::Mutex<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// Creates one whose value `make` returns. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, make: F) -> Self {
        LazyLock {
            value: OnceLock::new(name),
            make: std::sync::Mutex::new(Some(make)),
        }
    }

    /// The value. Waits while another lane makes it.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.get_or_init(|| {
            let make = this
                .make
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            make.expect("a value is made once")()
        })
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLock").finish_non_exhaustive()
    }
}

impl<T, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyLock").finish_non_exhaustive()
    }
}
