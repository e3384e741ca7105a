//! What other servers, or whoever else writes to the shared directory, wrote there.

use super::is_in_order;
use crate::{
    cluster::{
        Peers, ServerInfo,
        redis::{Ranking, read, scores},
    },
    gateway::guard::policy,
};
use axum::http::Uri;
use std::time::Instant;

/// A card that is believed names a server and nothing else: it is told to pages, and stands in a
/// policy.
pub fn card(bytes: &[u8]) {
    let Some(card) = read(Some(String::from_utf8_lossy(bytes).into_owned())) else {
        return;
    };
    let written = serde_json::to_string(&card).expect("numbers and texts");
    assert_eq!(read(Some(written)), Some(card.clone()));
    let (all, now) = (Peers::new("http://127.0.0.1:1"), Instant::now());
    all.update(vec![card.clone(), ServerInfo::new("http://b", 9)], now);
    let told: Vec<String> = all.alive(now).into_iter().map(|it| it.url).collect();
    for _ in 0..20 {
        assert!(
            all.redirect_newcomer(now)
                .iter()
                .all(|url| told.contains(url))
        );
    }
    let policy = policy(None, &told);
    let policy = policy.to_str().expect("text");
    assert_eq!(policy.matches(';').count(), 10, "{policy}");
    for url in &told {
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

/// A board in Redis's own words, whatever its names and numbers are, is one that can be shown.
pub fn reply(bytes: &[u8]) {
    let Ok(value) = redis::parse_redis_value(bytes) else {
        return;
    };
    if let Ok(ranking) = redis::from_redis_value::<Ranking>(value) {
        let names: std::collections::BTreeSet<_> = ranking.iter().map(|it| it.0.clone()).collect();
        let is_a_set = names.len() == ranking.len(); // As Redis's own are.
        let board = scores(ranking);
        if is_a_set {
            is_in_order(&board);
        }
    }
}
