//! The origin check: which pages may open a WebSocket here.

use super::Gateway;
use axum::http::{HeaderMap, header};

/// Whether a page may open a WebSocket here: it comes from this very host, or from an allowed
/// origin. A client that is no page sends no origin, and may.
pub(super) fn may_play(gateway: &Gateway, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let origin = origin.to_ascii_lowercase();
    let host = text(headers, header::HOST).unwrap_or_default();
    is_from(&origin, &host) || is_allowed(gateway, &origin)
}

/// Whether a page of this origin came from this host.
pub(crate) fn is_from(origin: &str, host: &str) -> bool {
    let from = origin.split_once("://");
    from.is_some_and(|(_, from)| !from.is_empty() && from == host)
}

/// Whether an origin is another server of the cluster, or was named with `--origin`.
pub(super) fn is_allowed(gateway: &Gateway, origin: &str) -> bool {
    let state = &gateway.state;
    state.cluster.peers.is_member_origin(origin)
        || state.options.origins.iter().any(|it| it == origin)
}

/// Whether a host, with or without a port, is a name of this machine.
pub(crate) fn is_this_machine(authority: &str) -> bool {
    let end = match authority.starts_with('[') {
        true => authority.find(']').map_or(0, |end| end + 1),
        false => authority.find(':').unwrap_or(authority.len()),
    };
    let (name, port) = authority.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    port && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// A header in lower case. One that is not text becomes `?`, which is no host of ours.
pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(value.to_str().unwrap_or("?").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_three_names() {
        for yes in [
            "localhost",
            "localhost:7008",
            "127.0.0.1:1",
            "[::1]:7008",
            "[::1]",
        ] {
            assert!(is_this_machine(yes), "{yes}");
        }
        for no in [
            "",
            "localhost.evil.org",
            "127.0.0.1.evil.org:80",
            "192.168.0.7:7008",
            "[::1",
            "[::1]evil.org",
            "localhost:7008x",
            "[::2]:1",
            "evil.org",
        ] {
            assert!(!is_this_machine(no), "{no}");
        }
    }
}
