//! The origin check: which pages may open a WebSocket here.

use super::Gateway;
use axum::http::HeaderMap;
use web_server::origin;

/// Whether a page may open a WebSocket here: it comes from this very host, or from an allowed
/// origin. A client that is no page sends no origin, and may.
pub(super) fn may_play(gateway: &Gateway, headers: &HeaderMap) -> bool {
    let host = origin::host(headers);
    origin::accepts(headers, |page| {
        host.is_some_and(|host| origin::is_from(page, host))
            || is_allowed(gateway, &page.to_ascii_lowercase())
    })
}

/// Whether an origin, in lower case, is another server of the cluster, or was named with
/// `--origin`.
pub(super) fn is_allowed(gateway: &Gateway, origin: &str) -> bool {
    let state = &gateway.state;
    state.cluster.peers.is_member_origin(origin)
        || state.options.origins.iter().any(|it| it == origin)
}
