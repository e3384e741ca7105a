//! The health probe of a load balancer.

use super::Gateway;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// `GET /health`: 200, or 503 while the server drains and takes no new players.
pub(super) async fn health(State(gateway): State<Gateway>) -> Response {
    match gateway.state.admission.is_draining() {
        true => (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response(),
        false => "ok\n".into_response(),
    }
}
