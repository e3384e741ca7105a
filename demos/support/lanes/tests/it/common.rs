//! Explorations of every schedule, and what they show.

use lanes::{Bounds, Verdict, explore};
use std::collections::BTreeSet;

pub(crate) fn everything(model: impl Fn() + Send + Sync + 'static) -> Verdict {
    explore("a model", Bounds::exhaustive(), model)
}

/// Every outcome of `model` in some schedule.
pub(crate) fn outcomes<T: Ord + Send + 'static>(
    model: impl Fn() -> T + Send + Sync + 'static,
) -> Vec<T> {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let noted = seen.clone();
    everything(move || {
        let outcome = model();
        noted.lock().unwrap().insert(outcome);
    })
    .holds();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    seen.into_iter().collect()
}
