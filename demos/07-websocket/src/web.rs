//! What is spoken before there is a WebSocket: the page, whether there is a seat, and the upgrade
//! or why not.
//!
//! Whoever is refused is refused here. After the upgrade a browser can read a close code; of a
//! refused upgrade it can read nothing at all, only 1006. So the page asks `/api/seat` first.

use crate::limits::{BUFFER, Config, ECHO, UNWRITTEN};
use axum::{
    Json, Router,
    extract::{
        Request, State,
        ws::{WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::sync::{oneshot, watch};

/// What everybody is told who comes; one for the whole server.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) config: Config,
    pub(crate) closing: watch::Receiver<bool>,
    /// WebSockets that are open, or were promised.
    sockets: AtomicUsize,
}

/// One connection, while it speaks HTTP.
#[derive(Clone)]
pub(crate) struct Visit {
    rules: Arc<Rules>,
    hand: Arc<Mutex<Option<oneshot::Sender<Upgraded>>>>,
}

/// A WebSocket that is handed over to its session.
pub(crate) struct Upgraded {
    pub(crate) socket: WebSocket,
    pub(crate) route: Route,
    pub(crate) place: Place,
}

/// What a WebSocket was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Room,
    Echo,
}

/// One of the WebSockets that may be open at once, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<Rules>);

impl Rules {
    pub(crate) fn new(config: Config, closing: watch::Receiver<bool>) -> Rules {
        Rules {
            config,
            closing,
            sockets: AtomicUsize::new(0),
        }
    }

    fn free(&self) -> usize {
        let taken = self.sockets.load(SeqCst);
        self.config.limits.sockets.saturating_sub(taken)
    }

    /// A place, if there is one.
    fn place(self: &Arc<Rules>) -> Option<Place> {
        let most = self.config.limits.sockets;
        let more = |taken| (taken < most).then_some(taken + 1);
        let taken = self.sockets.fetch_update(SeqCst, SeqCst, more);
        taken.is_ok().then(|| Place(Arc::clone(self)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, SeqCst);
    }
}

impl Visit {
    /// A visit, and where its WebSocket arrives if it is to have one.
    pub(crate) fn new(rules: Arc<Rules>) -> (Visit, oneshot::Receiver<Upgraded>) {
        let (hand, upgraded) = oneshot::channel();
        let hand = Arc::new(Mutex::new(Some(hand)));
        (Visit { rules, hand }, upgraded)
    }
}

/// All that can be asked for.
pub(crate) fn router() -> Router<Visit> {
    Router::new()
        .route("/", get(|| asset(HTML, include_str!("../web/index.html"))))
        .route(
            "/style.css",
            get(|| asset(CSS, include_str!("../web/style.css"))),
        )
        .route(
            "/page.js",
            get(|| asset(JS, include_str!("../web/page.js"))),
        )
        .route(
            "/words.js",
            get(|| asset(JS, include_str!("../web/words.js"))),
        )
        .route(
            "/icon.svg",
            get(|| asset(SVG, include_str!("../web/icon.svg"))),
        )
        .route("/api/seat", get(seat))
        .route("/ws", get(room))
        .route("/echo", get(echo))
        .fallback(async || {
            no(
                StatusCode::NOT_FOUND,
                "there is nothing here; the page is at /",
            )
        })
        .layer(from_fn(guarded))
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

async fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Nothing runs or loads in our page that is not ours.
async fn guarded(request: Request, next: Next) -> Response {
    let policy = policy(request.headers().get(header::HOST));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    const GUARDS: [(&str, &str); 4] = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-cache"),
    ];
    for (name, value) in GUARDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// To Safari before 15.4, `'self'` is no WebSocket: it wants the address in full. A host that is
/// none is not repeated: it could say anything here.
fn policy(host: Option<&HeaderValue>) -> HeaderValue {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
    let host = host.and_then(|host| host.to_str().ok());
    let sockets = host
        .filter(|host| !host.is_empty() && host.bytes().all(plain))
        .map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'{sockets}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("letters that a header may have")
}

/// Whether there is a place, for a page to ask before it opens a WebSocket.
async fn seat(State(visit): State<Visit>) -> Response {
    match visit.rules.free() {
        0 => full(),
        free => Json(json!({ "full": false, "free": free, "ws": "/ws" })).into_response(),
    }
}

async fn room(
    State(visit): State<Visit>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let longest = visit.rules.config.limits.message;
    open(&visit, &headers, upgrade, Route::Room, BUFFER, longest)
}

async fn echo(
    State(visit): State<Visit>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !visit.rules.config.echo {
        let why = "the echo is closed: it takes 16 MiB from anybody; --echo opens it";
        return no(StatusCode::NOT_FOUND, why);
    }
    open(&visit, &headers, upgrade, Route::Echo, 16 * BUFFER, ECHO)
}

/// Opens a WebSocket, or says why not while it can still be read.
fn open(
    visit: &Visit,
    headers: &HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    route: Route,
    buffer: usize,
    longest: usize,
) -> Response {
    if !is_welcome(headers, &visit.rules.config.origins) {
        let why = "a page of another origin may not connect; --origin allows one";
        return no(StatusCode::FORBIDDEN, why);
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(why) => return no_upgrade(&why),
    };
    if *visit.rules.closing.borrow() {
        return no(StatusCode::SERVICE_UNAVAILABLE, "the snack bar closes");
    }
    let Some(place) = visit.rules.place() else {
        return full();
    };
    let hand = visit
        .hand
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some(hand) = hand else {
        return no(StatusCode::BAD_REQUEST, "this connection has its WebSocket");
    };
    // The library's task ends as soon as it has handed the socket over: whoever serves it is ours,
    // and is waited for.
    upgrade
        .read_buffer_size(buffer)
        .write_buffer_size(0)
        .max_write_buffer_size(UNWRITTEN.max(2 * longest))
        .max_message_size(longest)
        .max_frame_size(longest)
        .on_upgrade(async move |socket| {
            let handed = hand.send(Upgraded {
                socket,
                route,
                place,
            });
            drop(handed);
        })
}

/// A page connects to the server it came from, or to one that knows its origin. Who sends no origin
/// is no browser.
fn is_welcome(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    authority.is_some_and(|authority| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
        || origins
            .iter()
            .any(|known| known.eq_ignore_ascii_case(origin))
}

fn no_upgrade(why: &WebSocketUpgradeRejection) -> Response {
    let asked = "this is a WebSocket: open it with `new WebSocket(...)`, version 13";
    let mut response = match why {
        WebSocketUpgradeRejection::InvalidWebSocketVersionHeader(_)
        | WebSocketUpgradeRejection::InvalidConnectionHeader(_)
        | WebSocketUpgradeRejection::InvalidUpgradeHeader(_) => {
            no(StatusCode::UPGRADE_REQUIRED, asked)
        }
        _ => no(StatusCode::BAD_REQUEST, asked),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::SEC_WEBSOCKET_VERSION,
        HeaderValue::from_static("13"),
    );
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response
}

fn full() -> Response {
    let full =
        json!({ "full": true, "free": 0, "why": "every place is taken; try again in a moment" });
    let again = [(header::RETRY_AFTER, "3")];
    (StatusCode::SERVICE_UNAVAILABLE, again, Json(full)).into_response()
}

fn no(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "why": why }))).into_response()
}
