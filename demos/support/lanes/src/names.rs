//! The names that a program can use here in place of the standard library's and tokio's.

/// Defines the list, and fails to compile if a name in it does not exist.
macro_rules! names {
    ($($first:ident$(::$part:ident)*,)*) => {
        /// What exists in `sync`, `thread`, `tokio`, `task` and `net`, by its path in this crate.
        /// A message must not recommend a path that is not in this list.
        pub const NAMES: &[&str] = &[$(concat!(stringify!($first)$(, "::", stringify!($part))*)),*];

        mod used {
            $(#[allow(unused_imports, reason = "the import alone shows that the name exists")]
            use crate::$first$(::$part)* as _;)*
        }
    };
}

names! {
    net::outbox,
    net::phone,
    net::tokio::phone,
    sync::Arc,
    sync::Barrier,
    sync::BarrierWaitResult,
    sync::Condvar,
    sync::LazyLock,
    sync::Mutex,
    sync::MutexGuard,
    sync::Once,
    sync::OnceLock,
    sync::RwLock,
    sync::RwLockReadGuard,
    sync::RwLockWriteGuard,
    sync::WaitTimeoutResult,
    sync::Weak,
    sync::atomic::AtomicBool,
    sync::atomic::AtomicI16,
    sync::atomic::AtomicI32,
    sync::atomic::AtomicI64,
    sync::atomic::AtomicI8,
    sync::atomic::AtomicIsize,
    sync::atomic::AtomicPtr,
    sync::atomic::AtomicU16,
    sync::atomic::AtomicU32,
    sync::atomic::AtomicU64,
    sync::atomic::AtomicU8,
    sync::atomic::AtomicUsize,
    sync::atomic::Ordering,
    sync::atomic::ValueMut,
    sync::atomic::begin_next_with,
    sync::atomic::fence,
    sync::atomic::latest_values,
    sync::mpsc::IntoIter,
    sync::mpsc::Iter,
    sync::mpsc::Receiver,
    sync::mpsc::RecvError,
    sync::mpsc::SendError,
    sync::mpsc::Sender,
    sync::mpsc::SyncSender,
    sync::mpsc::TryRecvError,
    sync::mpsc::TrySendError,
    sync::mpsc::channel,
    sync::mpsc::sync_channel,
    task::block_on,
    task::join_all,
    thread::Builder,
    thread::JoinHandle,
    thread::Thread,
    thread::current,
    thread::park,
    thread::sleep,
    thread::spawn,
    thread::yield_now,
    tokio::AcquireError,
    tokio::Mutex,
    tokio::MutexGuard,
    tokio::Notify,
    tokio::OwnedSemaphorePermit,
    tokio::RwLock,
    tokio::RwLockReadGuard,
    tokio::RwLockWriteGuard,
    tokio::Semaphore,
    tokio::SemaphorePermit,
    tokio::TryAcquireError,
    tokio::TryLockError,
    tokio::broadcast::Receiver,
    tokio::broadcast::Sender,
    tokio::broadcast::channel,
    tokio::broadcast::error,
    tokio::mpsc::Permit,
    tokio::mpsc::Receiver,
    tokio::mpsc::Sender,
    tokio::mpsc::UnboundedReceiver,
    tokio::mpsc::UnboundedSender,
    tokio::mpsc::channel,
    tokio::mpsc::error,
    tokio::mpsc::unbounded_channel,
    tokio::oneshot::Receiver,
    tokio::oneshot::Sender,
    tokio::oneshot::channel,
    tokio::oneshot::error,
    tokio::watch::Receiver,
    tokio::watch::Ref,
    tokio::watch::Sender,
    tokio::watch::channel,
    tokio::watch::error,
    tokio::within,
}

/// Whether `path` names something of this crate: an item of [`NAMES`], a module above one, or
/// something below one, such as a method.
///
/// ```
/// assert!(lanes::has("sync::atomic"));
/// assert!(lanes::has("sync::Mutex::new"));
/// assert!(!lanes::has("thread::scope"));
/// ```
pub fn has(path: &str) -> bool {
    let is_above = |path: &str, name: &str| {
        name.strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    NAMES
        .iter()
        .any(|name| is_above(path, name) || is_above(name, path))
}
