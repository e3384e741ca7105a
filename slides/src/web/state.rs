//! What the handlers of both listeners share.

use super::{goodbye::Goodbye, rates::Rates, token::Token};
use crate::{
    capacity::Capacity,
    deck::Deck as Slides,
    stage::{Metrics, RemoteState, ToStage},
};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) stage: mpsc::Sender<ToStage>,
    pub(crate) states: States,
    pub(crate) deck: Deck,
    pub(crate) token: Token,
    pub(crate) goodbye: Goodbye,
    pub(crate) metrics: Arc<Metrics>,
    /// Limits the WebSockets of one listener.
    pub(crate) sockets: Arc<Semaphore>,
    /// Limits the WebSockets of remotes.
    pub(crate) remotes: Arc<Semaphore>,
    pub(crate) capacity: Capacity,
    pub(crate) rates: Arc<Rates>,
    /// The codes of a remote that each address has tried.
    pub(crate) codes_tried: Arc<Rates>,
    pub(crate) codes: Codes,
}

/// The newest state of the stage, as JSON.
#[derive(Clone)]
pub(crate) struct States {
    pub(crate) pages: watch::Receiver<Utf8Bytes>,
    pub(crate) phones: watch::Receiver<Utf8Bytes>,
    pub(crate) remotes: watch::Receiver<RemoteState>,
}

/// The deck, and where its pictures are.
#[derive(Clone)]
pub(crate) struct Deck {
    /// The deck in each language. Replaced when its files change.
    pub(crate) decks: Arc<RwLock<Vec<Slides>>>,
    /// The folder that holds its pictures: the repository, or the folder of another talk.
    pub(crate) root: PathBuf,
}

impl Deck {
    /// The deck in a language, or in its first one if it does not have this one. `None` if there
    /// is no deck.
    pub(super) fn in_language(&self, language: &str) -> Option<Slides> {
        let decks = self.read();
        let wanted = decks.iter().find(|deck| deck.language == language);
        wanted.or(decks.first()).cloned()
    }

    pub(super) fn languages(&self) -> Vec<String> {
        self.read()
            .iter()
            .map(|deck| deck.language.clone())
            .collect()
    }

    /// Whether a slide in any language shows this picture.
    pub(super) fn shows(&self, picture: &str) -> bool {
        let decks = self.read();
        let mut slides = decks.iter().flat_map(|deck| &deck.slides);
        slides.any(|slide| slide.blocks.pictures.iter().any(|it| it == picture))
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Slides>> {
        self.decks.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The URLs in the QR codes.
#[derive(Clone)]
pub(crate) struct Codes {
    /// `None` if phones cannot follow.
    pub(crate) follow: Option<String>,
    pub(crate) play: String,
}
