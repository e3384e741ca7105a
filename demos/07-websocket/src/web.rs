//! HTTP: the page, the question for a free seat, and the upgrade to a WebSocket with its checks.
//!
//! Every refusal happens here. After the upgrade a browser can read a close code; if an upgrade is
//! refused, it cannot read why, and reports 1006. So the page asks `/api/seat` first.

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
use web_server::origin;

/// State that all connections share.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) config: Config,
    /// True once the server shuts down.
    pub(crate) shutdown: watch::Receiver<bool>,
    /// How many permits are given out.
    sockets: AtomicUsize,
}

/// One connection, while it speaks HTTP.
#[derive(Clone)]
pub(crate) struct Handshake {
    state: Arc<ServerState>,
    /// Where the WebSocket goes. `None` after the first upgrade.
    upgraded: Arc<Mutex<Option<oneshot::Sender<Upgraded>>>>,
}

/// A WebSocket for its session.
pub(crate) struct Upgraded {
    pub(crate) socket: WebSocket,
    pub(crate) route: Route,
    pub(crate) permit: Permit,
}

/// The path of a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Room,
    Echo,
}

/// The permission to hold one WebSocket open. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Permit(Arc<ServerState>);

impl ServerState {
    pub(crate) fn new(config: Config, shutdown: watch::Receiver<bool>) -> ServerState {
        ServerState {
            config,
            shutdown,
            sockets: AtomicUsize::new(0),
        }
    }

    fn free(&self) -> usize {
        let taken = self.sockets.load(SeqCst);
        self.config.limits.sockets.saturating_sub(taken)
    }

    /// A permit. `None` if all are given out.
    fn permit(self: &Arc<ServerState>) -> Option<Permit> {
        let most = self.config.limits.sockets;
        let more = |taken| (taken < most).then_some(taken + 1);
        let taken = self.sockets.fetch_update(SeqCst, SeqCst, more);
        taken.is_ok().then(|| Permit(Arc::clone(self)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, SeqCst);
    }
}

impl Handshake {
    /// A connection's handshake, and the receiver of its WebSocket.
    pub(crate) fn new(state: Arc<ServerState>) -> (Handshake, oneshot::Receiver<Upgraded>) {
        let (sender, receiver) = oneshot::channel();
        let upgraded = Arc::new(Mutex::new(Some(sender)));
        (Handshake { state, upgraded }, receiver)
    }
}

/// The routes.
pub(crate) fn router() -> Router<Handshake> {
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
        .fallback(async || refuse(StatusCode::NOT_FOUND, "not found; the page is at /"))
        .layer(from_fn(add_security_headers))
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

async fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Adds headers that allow the page to load and connect to nothing but this server.
async fn add_security_headers(request: Request, next: Next) -> Response {
    let policy = policy(request.headers().get(header::HOST));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    const HEADERS: [(&str, &str); 4] = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-cache"),
    ];
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The content security policy. Safari before 15.4 does not accept `'self'` for a WebSocket, so the
/// full address is named, too. A Host header with unusual letters is left out: it could inject
/// further rules.
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
    HeaderValue::from_str(&policy).expect("only letters that a header may have")
}

/// Answers whether a WebSocket can be opened. A page asks before it opens one.
async fn seat(State(handshake): State<Handshake>) -> Response {
    match handshake.state.free() {
        0 => full(),
        free => Json(json!({ "full": false, "free": free, "ws": "/ws" })).into_response(),
    }
}

async fn room(
    State(handshake): State<Handshake>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let longest = handshake.state.config.limits.message;
    open(&handshake, &headers, upgrade, Route::Room, BUFFER, longest)
}

async fn echo(
    State(handshake): State<Handshake>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !handshake.state.config.echo {
        let why = "/echo is closed, because it accepts 16 MiB from any client; --echo opens it";
        return refuse(StatusCode::NOT_FOUND, why);
    }
    open(
        &handshake,
        &headers,
        upgrade,
        Route::Echo,
        16 * BUFFER,
        ECHO,
    )
}

/// Upgrades to a WebSocket, or refuses with a sentence that a program can read.
fn open(
    handshake: &Handshake,
    headers: &HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    route: Route,
    buffer: usize,
    longest: usize,
) -> Response {
    if !is_allowed_origin(headers, &handshake.state.config.origins) {
        let why = "a page of another origin may not connect; --origin allows one";
        return refuse(StatusCode::FORBIDDEN, why);
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(why) => return refuse_upgrade(&why),
    };
    if *handshake.state.shutdown.borrow() {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server is shutting down",
        );
    }
    let Some(permit) = handshake.state.permit() else {
        return full();
    };
    let sender = handshake
        .upgraded
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some(sender) = sender else {
        let why = "this connection was upgraded already";
        return refuse(StatusCode::BAD_REQUEST, why);
    };
    // axum's own task ends as soon as it has sent the socket. The session that serves it is a task
    // that shutdown waits for.
    upgrade
        .read_buffer_size(buffer)
        .write_buffer_size(0)
        .max_write_buffer_size(UNWRITTEN.max(2 * longest))
        .max_message_size(longest)
        .max_frame_size(longest)
        .on_upgrade(async move |socket| {
            let _unless_gone = sender.send(Upgraded {
                socket,
                route,
                permit,
            });
        })
}

/// The Origin check: a page may connect to the server that it came from, or to one that lists its
/// origin. A request without an Origin header does not come from a browser's page.
fn is_allowed_origin(headers: &HeaderMap, origins: &[String]) -> bool {
    let host = origin::host(headers);
    origin::accepts(headers, |page| {
        host.is_some_and(|host| origin::is_from(page, host))
            || origins.iter().any(|known| known.eq_ignore_ascii_case(page))
    })
}

fn refuse_upgrade(why: &WebSocketUpgradeRejection) -> Response {
    let asked = "this is a WebSocket: open it with `new WebSocket(...)`, version 13";
    let mut response = match why {
        WebSocketUpgradeRejection::InvalidWebSocketVersionHeader(_)
        | WebSocketUpgradeRejection::InvalidConnectionHeader(_)
        | WebSocketUpgradeRejection::InvalidUpgradeHeader(_) => {
            refuse(StatusCode::UPGRADE_REQUIRED, asked)
        }
        _ => refuse(StatusCode::BAD_REQUEST, asked),
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
        json!({ "full": true, "free": 0, "why": "every seat is taken; try again in a moment" });
    let again = [(header::RETRY_AFTER, "3")];
    (StatusCode::SERVICE_UNAVAILABLE, again, Json(full)).into_response()
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "why": why }))).into_response()
}
