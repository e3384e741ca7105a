//! The example for those who write a client: a page of its own, which shares nothing with the
//! game's.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// `GET /example`.
pub(super) async fn page() -> Response {
    let text = include_str!("../../examples/client.html");
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

/// `GET /example.js`. The content security policy allows no script inside the page.
pub(super) async fn script() -> Response {
    let text = include_str!("../../examples/client.js");
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
