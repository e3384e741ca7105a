//! The way this crate locks a [`std::sync::Mutex`]: also after a holder has panicked.

pub(crate) use lock::lock;
