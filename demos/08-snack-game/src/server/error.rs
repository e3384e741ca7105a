//! Why a server cannot start.

use super::listener::ListenError;
#[cfg(target_os = "linux")]
use crate::room::SnapshotError;
use crate::{cluster::NotARedisUrl, store::StoreError};
use std::fmt;
#[cfg(target_os = "linux")]
use std::io;

/// Why a server cannot start. Displayed, it is a sentence for the user.
#[derive(Debug)]
pub enum StartError {
    /// The scores cannot be opened.
    Store(StoreError),
    /// The listening socket cannot be opened.
    Listen(ListenError),
    /// The URL of the cluster's backend is not valid.
    Directory(NotARedisUrl),
    /// The supervisor's listening socket cannot be used.
    #[cfg(target_os = "linux")]
    Inherited(io::Error),
    /// The store's thread cannot be started.
    #[cfg(target_os = "linux")]
    StoreThread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Listen(error) => error.fmt(f),
            Self::Directory(error) => error.fmt(f),
            #[cfg(target_os = "linux")]
            Self::Inherited(error) => write!(f, "cannot listen: {error}"),
            #[cfg(target_os = "linux")]
            Self::StoreThread(error) => write!(f, "cannot start the store: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ListenError> for StartError {
    fn from(error: ListenError) -> Self {
        Self::Listen(error)
    }
}

impl From<NotARedisUrl> for StartError {
    fn from(error: NotARedisUrl) -> Self {
        Self::Directory(error)
    }
}

/// The sentence that a program prints.
impl From<StartError> for String {
    fn from(error: StartError) -> Self {
        error.to_string()
    }
}

/// A room whose snapshot this program cannot continue.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct CannotContinue {
    pub(super) room: String,
    pub(super) error: SnapshotError,
}

#[cfg(target_os = "linux")]
impl fmt::Display for CannotContinue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { room, error } = self;
        write!(f, "cannot continue the room {room}: {error}")
    }
}

#[cfg(target_os = "linux")]
impl std::error::Error for CannotContinue {}
