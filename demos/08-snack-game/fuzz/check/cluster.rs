//! Data that other servers, or other programs, wrote to the shared backend.

use super::is_sorted;
use crate::{
    cluster::{
        Peers, ServerInfo,
        redis::{Ranking, parse_ranking, parse_server_info},
    },
    gateway::content_security_policy,
};
use axum::http::Uri;
use std::time::Instant;

/// Checks that the URL of an accepted server is an origin and nothing else: it is sent to pages and
/// stands in a Content-Security-Policy.
pub fn card(bytes: &[u8]) {
    let Some(server) = parse_server_info(Some(String::from_utf8_lossy(bytes).into_owned())) else {
        return;
    };
    let written = serde_json::to_string(&server).expect("numbers and texts");
    assert_eq!(parse_server_info(Some(written)), Some(server.clone()));
    let (all, now) = (Peers::new("http://127.0.0.1:1"), Instant::now());
    all.update(vec![server.clone(), ServerInfo::new("http://b", 9)], now);
    let urls: Vec<String> = all.alive(now).into_iter().map(|it| it.url).collect();
    for _ in 0..20 {
        let targets = all.redirect_newcomer(now);
        assert!(targets.iter().all(|url| urls.contains(url)));
    }
    let policy = content_security_policy(None, &urls);
    let policy = policy.to_str().expect("text");
    assert_eq!(policy.matches(';').count(), 10, "{policy}");
    for url in &urls {
        let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        assert!(uri.host().is_some_and(|host| !host.is_empty()), "{url}");
        let authority = uri.authority().map(|it| it.as_str()).unwrap_or_default();
        let scheme = uri.scheme_str().unwrap_or_default();
        assert_eq!(*url, format!("{scheme}://{authority}"));
        assert!(!authority.contains('@'), "{url}");
        let port = authority
            .rsplit_once(':')
            .filter(|_| !authority.ends_with(']'));
        assert!(
            port.is_none_or(|(_, port)| port.parse::<u16>().is_ok()),
            "{url}"
        );
    }
}

/// Checks that a leaderboard that Redis returns can be shown, whatever its names and numbers are.
pub fn reply(bytes: &[u8]) {
    let Ok(value) = redis::parse_redis_value(bytes) else {
        return;
    };
    if let Ok(ranking) = redis::from_redis_value::<Ranking>(value) {
        let names: std::collections::BTreeSet<_> = ranking.iter().map(|it| it.0.clone()).collect();
        let is_a_set = names.len() == ranking.len(); // A real sorted set has each name once.
        let board = parse_ranking(ranking);
        if is_a_set {
            is_sorted(&board);
        }
    }
}
