//! The pages with their scripts and styles. They are part of the binary, so they need no folder and
//! no network.

use super::device;
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! files {
    ($($name:literal: $kind:expr),* $(,)?) => {
        const FILES: &[(&str, &str, &str)] = &[$(($name, $kind, include_str!(concat!("../../web/", $name)))),*];
    };
}

files! {
    "slides.css": STYLE,
    "stage.css": STYLE,
    "follow.css": STYLE,
    "print.css": STYLE,
    "pointer.css": STYLE,
    "audience.css": STYLE,
    "phone.css": STYLE,
    "speaker.css": STYLE,
    "remote.css": STYLE,
    "deck.js": SCRIPT,
    "socket.js": SCRIPT,
    "storage.js": SCRIPT,
    "awake.js": SCRIPT,
    "focus.js": SCRIPT,
    "live.js": SCRIPT,
    "keys.js": SCRIPT,
    "projector.js": SCRIPT,
    "zoom.js": SCRIPT,
    "laser.js": SCRIPT,
    "overview.js": SCRIPT,
    "audience.js": SCRIPT,
    "questions.js": SCRIPT,
    "moderation.js": SCRIPT,
    "wall.js": SCRIPT,
    "speaker.js": SCRIPT,
    "speaker-texts.js": SCRIPT,
    "pairing.js": SCRIPT,
    "remote.js": SCRIPT,
    "reader.js": SCRIPT,
    "follow.js": SCRIPT,
}

pub(super) async fn projector() -> Response {
    text(HTML, include_str!("../../web/projector.html"))
}

pub(super) async fn speaker() -> Response {
    text(HTML, include_str!("../../web/speaker.html"))
}

pub(super) async fn remote() -> Response {
    text(HTML, include_str!("../../web/remote.html"))
}

pub(super) async fn reader() -> Response {
    text(HTML, include_str!("../../web/reader.html"))
}

/// The phones' page. A device that opens it for the first time gets its cookie.
pub(super) async fn follow(headers: HeaderMap) -> Response {
    let mut page = text(HTML, include_str!("../../web/follow.html"));
    if let Some(cookie) = device::cookie(&headers) {
        page.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    page
}

pub(super) async fn file(Path(file): Path<String>) -> Response {
    match FILES.iter().find(|(name, ..)| *name == file) {
        Some((_, kind, content)) => text(kind, content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The icon in the browser's tab: a snack.
pub(super) async fn icon() -> Response {
    const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle \
        cx='8' cy='8' r='7' fill='#ffb454'/><circle cx='8' cy='8' r='2.6' fill='#0f1216'/></svg>";
    text("image/svg+xml", ICON)
}

fn text(kind: &'static str, content: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}
