//! How the crates of this workspace take a [`std::sync::Mutex`].

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes the lock, also if a holder has panicked: the data behind these locks is valid between any
/// two statements, so one client's panic must not end the others.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_lock_is_taken_after_a_holder_has_panicked() {
        let mutex = Mutex::new(7);
        let panicked = thread::scope(|scope| {
            let holder = scope.spawn(|| {
                let _guard = lock(&mutex);
                panic!("on purpose");
            });
            holder.join().is_err()
        });
        assert!(panicked && mutex.is_poisoned());
        assert_eq!(*lock(&mutex), 7);
    }
}
