//! The web server: the presenter's pages, on this machine alone, and the phones' page, if phones
//! may follow.
//!
//! There are two listeners with two routers. The phones' router has no route to the controls or to
//! the notes, so no check can fail to protect them. Its one exception is the remote: a phone that
//! the presenter paired gets the notes and a few commands.

mod assets;
mod connections;
mod control;
mod deck;
mod device;
mod follow;
mod goodbye;
mod origin;
mod questions;
mod rates;
mod remote;
mod slots;
mod socket;
mod state;
mod token;

use crate::{capacity::PRESENTERS, kit};
use axum::{Router, middleware, routing::get};
pub(crate) use goodbye::Farewell;
pub(crate) use origin::OriginCheck;
pub(crate) use rates::{QUESTIONS, Rates};
pub(crate) use remote::{CODES, CONNECTED};
pub(crate) use socket::CloseReason;
pub(crate) use state::{AppState, Codes, Deck, States};
use std::sync::Arc;
pub(crate) use token::Token;
use tokio::net::TcpListener;

/// Serves the presenter's pages.
pub(crate) async fn serve_presenter(listener: TcpListener, check: OriginCheck, state: AppState) {
    let routes = common_routes()
        .route("/", get(assets::projector))
        .route("/speaker", get(assets::speaker))
        .route("/read", get(assets::reader))
        .route("/notes/{language}", get(deck::notes))
        .route("/control", get(control::upgrade))
        .with_state(state);
    let waits = None::<fn()>;
    connections::serve(listener, PRESENTERS, waits, checked(check, routes)).await;
}

/// Serves the phones' page, and the kit if there is one.
///
/// Connections beyond the capacity are refused with a sentence, so that descriptors stay free for
/// the presenter.
pub(crate) async fn serve_phones(
    listener: TcpListener,
    check: OriginCheck,
    state: AppState,
    kit: Option<Arc<kit::Handout>>,
) {
    let (capacity, metrics) = (state.capacity, Arc::clone(&state.metrics));
    let refused = move || {
        metrics.refused();
        capacity.warn_once();
    };
    let routes = common_routes()
        .route("/", get(assets::follow))
        .route("/remote", get(assets::remote))
        .route("/remote/live", get(remote::upgrade))
        .with_state(state)
        .merge(kit.map_or_else(Router::new, kit::routes));
    let routes = checked(check, routes);
    connections::serve(listener, capacity.connections, Some(refused), routes).await;
}

/// The routes of both listeners.
fn common_routes() -> Router<AppState> {
    Router::new()
        .route("/follow", get(assets::follow))
        .route("/web/{file}", get(assets::file))
        .route("/deck/{language}", get(deck::slides))
        .route("/media/{*path}", get(deck::picture))
        .route("/qr/{what}", get(deck::qr_code))
        .route("/live", get(follow::upgrade))
        .route(
            "/questions",
            get(questions::questions).post(questions::questions),
        )
        .route("/favicon.ico", get(assets::icon))
}

fn checked(check: OriginCheck, routes: Router) -> Router {
    routes.layer(middleware::from_fn_with_state(
        Arc::new(check),
        origin::check,
    ))
}
