//! The page, what it asks for, and the causes that axum itself serves.

use super::{cause::Serve, causes, doors, frames::LIMIT, front::Lab};
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

/// How long a page is kept waiting for what the server saw. It asks again.
const A_POLL: Duration = Duration::from_secs(20);

const INDEX: &str = include_str!("../web/index.html");
const SCRIPT: &str = include_str!("../web/lab.js");
const STYLE: &str = include_str!("../web/lab.css");

#[derive(Deserialize)]
struct Asked {
    visit: String,
}

pub(super) fn router(lab: Arc<Lab>) -> Router {
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
        .with_state(lab)
}

async fn index(State(lab): State<Arc<Lab>>) -> Response {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src data:; \
         connect-src 'self' ws://{} ws://{}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        lab.address, lab.nowhere
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, INDEX).into_response()
}

/// Every cause, and where nobody listens.
async fn all(State(lab): State<Arc<Lab>>) -> Response {
    let causes: Vec<_> = causes::all().collect();
    Json(json!({ "causes": causes, "nowhere": lab.nowhere.to_string() })).into_response()
}

/// What the server saw of a visit. Nothing yet: 204.
async fn saw(State(lab): State<Arc<Lab>>, Query(asked): Query<Asked>) -> Response {
    match lab.visits.saw(&asked.visit, A_POLL).await {
        Some(saw) => Json(json!({ "saw": saw })).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn asked_first(State(lab): State<Arc<Lab>>, Query(asked): Query<Asked>) -> Response {
    doors::asked_first(lab.visits.begin("asked-first", &asked.visit))
}

async fn upgrade(
    State(lab): State<Arc<Lab>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match causes::by_name(&name).map(|cause| (cause.name, cause.serve)) {
        Some((name, Serve::Axum(serve))) => {
            let visit = lab.visits.begin(name, &asked.visit);
            upgrade
                .max_message_size(LIMIT)
                .on_upgrade(move |socket| serve(socket, visit))
        }
        // Whoever serves a bare socket has taken it before axum saw it.
        Some((_, Serve::Raw(_) | Serve::Nobody)) | None => {
            (StatusCode::NOT_FOUND, "there is no such cause").into_response()
        }
    }
}
