//! What browsers are served: the presenter's pages on this machine alone, and the phones' page
//! where it is asked for.
//!
//! Two listeners, two routers. The phones' one does not know the way to the controls or to the
//! notes: there is no route to guard.

mod assets;
mod connections;
mod control;
mod deck;
mod follow;
mod origin;
mod token;

use crate::{
    capacity::{Capacity, PRESENTERS},
    deck::{Deck, Place},
    kit,
    stage::{ToStage, Traffic},
};
use axum::{Router, extract::ws::Utf8Bytes, middleware, routing::get};
pub(crate) use origin::Guard;
use std::sync::{Arc, PoisonError, RwLock};
pub(crate) use token::Secret;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc, watch},
};

/// What every page needs.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) stage: mpsc::Sender<ToStage>,
    pub(crate) pages: watch::Receiver<Utf8Bytes>,
    pub(crate) phones: watch::Receiver<Utf8Bytes>,
    /// The decks as they were read last: written when somebody edits them, read when a page is
    /// opened.
    pub(crate) decks: Arc<RwLock<Vec<Deck>>>,
    pub(crate) place: Place,
    pub(crate) secret: Secret,
    pub(crate) traffic: Arc<Traffic>,
    /// Sockets of this listener at once, those that have not said a word included.
    pub(crate) seats: Arc<Semaphore>,
    pub(crate) capacity: Capacity,
    /// Where the phones' page is, drawn as a code on demand.
    pub(crate) follow: Option<String>,
    pub(crate) play: String,
}

impl Shared {
    /// The deck in a language, as it was read last.
    pub(crate) fn deck(&self, language: &str) -> Option<Deck> {
        let decks = self.decks.read().unwrap_or_else(PoisonError::into_inner);
        decks.iter().find(|deck| deck.language == language).cloned()
    }
}

/// Serves the presenter's pages.
pub(crate) async fn serve_presenter(listener: TcpListener, guard: Guard, shared: Shared) {
    let routes = audience()
        .route("/", get(assets::projector))
        .route("/speaker", get(assets::speaker))
        .route("/read", get(assets::reader))
        .route("/notes/{language}", get(deck::notes))
        .route("/control", get(control::upgrade))
        .with_state(shared);
    let waits = None::<fn()>;
    connections::serve(listener, PRESENTERS, waits, guarded(guard, routes)).await;
}

/// Serves the phones: they follow, and laptops fetch the kit, if there is one. That is all there
/// is. Those beyond the capacity are refused in a sentence, and the presenter's listener has
/// descriptors of its own.
pub(crate) async fn serve_phones(
    listener: TcpListener,
    guard: Guard,
    shared: Shared,
    kit: Option<Arc<kit::Hall>>,
) {
    let (capacity, traffic) = (shared.capacity, Arc::clone(&shared.traffic));
    let refused = move || {
        traffic.refused();
        capacity.is_full();
    };
    let routes = audience()
        .route("/", get(assets::follow))
        .with_state(shared)
        .merge(kit.map_or_else(Router::new, kit::routes));
    let routes = guarded(guard, routes);
    connections::serve(listener, capacity.connections, Some(refused), routes).await;
}

fn audience() -> Router<Shared> {
    Router::new()
        .route("/follow", get(assets::follow))
        .route("/web/{file}", get(assets::file))
        .route("/deck/{language}", get(deck::slides))
        .route("/media/{*path}", get(deck::picture))
        .route("/qr/{what}", get(deck::code))
        .route("/live", get(follow::upgrade))
        .route("/favicon.ico", get(assets::icon))
}

/// The routes behind the door.
fn guarded(guard: Guard, routes: Router) -> Router {
    routes.layer(middleware::from_fn_with_state(
        Arc::new(guard),
        origin::check,
    ))
}
