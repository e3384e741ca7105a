//! HTTP: the page, the routes that it asks, and the causes whose WebSocket axum serves.

use super::{bad_frames::LIMIT, cause::Serve, causes, refusals, state::ServerState};
use axum::{
    Json, Router,
    extract::{Path, Query, State, WebSocketUpgrade},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// How long a request for a server's observation may wait. Then the page asks again.
const LONG_POLL: Duration = Duration::from_secs(20);

const INDEX: &str = include_str!("../web/index.html");
const SCRIPT: &str = include_str!("../web/lab.js");
const STYLE: &str = include_str!("../web/lab.css");

#[derive(Deserialize)]
struct Parameters {
    visit: String,
}

pub(super) fn router(state: Arc<ServerState>) -> Router {
    let text = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .route("/", get(index))
        .route("/lab.js", text("text/javascript; charset=utf-8", SCRIPT))
        .route("/lab.css", text("text/css; charset=utf-8", STYLE))
        .route(
            "/leaver",
            text(
                "text/html; charset=utf-8",
                "<!doctype html><script src=/lab.js></script>",
            ),
        )
        .route("/causes", get(all))
        .route("/saw", get(saw))
        .route("/ws/asked-first", get(asked_first))
        .route("/ws/{cause}", any(upgrade))
        .with_state(state)
}

async fn index(State(state): State<Arc<ServerState>>) -> Response {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src data:; \
         connect-src 'self' ws://{} ws://{}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        state.address, state.closed_port.address
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, INDEX).into_response()
}

/// Every cause, and the address of a closed port.
async fn all(State(state): State<Arc<ServerState>>) -> Response {
    let causes: Vec<_> = causes::all().collect();
    Json(json!({ "causes": causes, "nowhere": state.closed_port.address.to_string() }))
        .into_response()
}

/// What the server saw of a visit. Status 204 if it has not seen the end yet.
async fn saw(
    State(state): State<Arc<ServerState>>,
    Query(parameters): Query<Parameters>,
) -> Response {
    match state.visits.saw(&parameters.visit, LONG_POLL).await {
        Some(saw) => Json(json!({ "saw": saw })).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn asked_first(
    State(state): State<Arc<ServerState>>,
    Query(parameters): Query<Parameters>,
) -> Response {
    refusals::asked_first(state.visits.begin("asked-first", &parameters.visit))
}

async fn upgrade(
    State(state): State<Arc<ServerState>>,
    Path(name): Path<String>,
    Query(parameters): Query<Parameters>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match causes::by_name(&name).map(|cause| (cause.name, cause.serve)) {
        Some((name, Serve::Axum(serve))) => {
            let visit = state.visits.begin(name, &parameters.visit);
            upgrade
                .max_message_size(LIMIT)
                .on_upgrade(move |socket| serve(socket, visit))
        }
        // The dispatch has passed a raw cause's connection to its server, before axum.
        Some((_, Serve::Raw(_) | Serve::Route)) | None => {
            (StatusCode::NOT_FOUND, "no such cause").into_response()
        }
    }
}
