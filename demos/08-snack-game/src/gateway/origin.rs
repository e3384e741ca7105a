//! The origin check: which pages may open a WebSocket here.

use super::{Gateway, outside::Outside};
use axum::http::HeaderMap;
use web_server::origin;

/// Whether a page may open a WebSocket here: it comes from this very host, or from an allowed
/// origin. A client that is no page sends no origin, and may.
pub(super) fn may_play(gateway: &Gateway, outside: &Outside, headers: &HeaderMap) -> bool {
    let host = outside.host();
    origin::accepts(headers, |page| {
        host.is_some_and(|host| origin::is_from(page, host))
            || is_allowed(gateway, &page.to_ascii_lowercase())
    })
}

/// Whether an origin, in lower case, is the public one, or another server of the cluster, or was
/// named with `--origin`.
pub(super) fn is_allowed(gateway: &Gateway, origin: &str) -> bool {
    let (state, options) = (&gateway.state, &gateway.state.options);
    let public = options.public.as_ref();
    public.is_some_and(|public| public.origin() == origin)
        || state.cluster.peers.is_member_origin(origin)
        || options.origins.iter().any(|it| it == origin)
}
