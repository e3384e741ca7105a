//! Proxies in front of the server that break the game, because they were set up for pages alone.
//! The operator is told once, with what to change; the page of a player asks for the cause.

use super::{Gateway, outside::Outside};
use crate::{clock::now, sync::lock};
use axum::{
    Json,
    extract::{Extension, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use sockets::network_of;
use std::{
    collections::{BTreeSet, VecDeque},
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How long a handshake is remembered: a page asks for the cause some seconds after it.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The most handshakes that are remembered: one of each network, so that a client with a script
/// pushes out no other one's.
const MAX_HANDSHAKES: usize = 256;

/// The most sentences for the operator: headers come from clients, too, who could invent any
/// number of proxies.
const MAX_SENTENCES: usize = 16;

/// What a proxy has lost of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The `Host` of the page: its `Origin` is another.
    Host,
    /// The headers that ask for the upgrade.
    Upgrade,
    /// All of it: no handshake has arrived.
    Request,
}

impl Lost {
    fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Upgrade => "upgrade",
            Self::Request => "request",
        }
    }
}

/// What this server has noticed about the proxies in front of it.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    said: Mutex<BTreeSet<String>>,
    handshakes: Mutex<VecDeque<Handshake>>,
}

/// The newest handshake of a network.
#[derive(Clone, Copy, Debug)]
struct Handshake {
    network: IpAddr,
    at: Instant,
    lost: Option<Lost>,
}

impl Proxies {
    /// Notes a handshake from this peer, and what it has lost.
    pub(super) fn note(
        &self,
        peer: IpAddr,
        outside: &Outside,
        headers: &HeaderMap,
        lost: Option<Lost>,
    ) {
        let page = super::outside::page_of(headers);
        match lost {
            Some(Lost::Host) => self.say_host_is_lost(page.unwrap_or_default(), outside),
            Some(Lost::Upgrade) => self.say_upgrade_is_lost(peer),
            Some(Lost::Request) | None => {}
        }
        let mut handshakes = lock(&self.handshakes);
        let network = network_of(outside.client);
        handshakes.retain(|it| it.network != network);
        if handshakes.len() >= MAX_HANDSHAKES {
            handshakes.pop_front();
        }
        handshakes.push_back(Handshake {
            network,
            at: now(),
            lost,
        });
    }

    /// What the newest handshake of this client's network has lost.
    fn lost_by(&self, client: IpAddr, now: Instant) -> Option<Lost> {
        let handshakes = lock(&self.handshakes);
        let recent = |it: &&Handshake| now.saturating_duration_since(it.at) < REMEMBERED;
        let network = network_of(client);
        let mut theirs = handshakes.iter().rev().take_while(recent);
        match theirs.find(|it| it.network == network) {
            Some(handshake) => handshake.lost,
            None => Some(Lost::Request),
        }
    }

    /// Tells the operator of a proxy that is not trusted, or says nothing about its clients.
    pub(super) fn check(&self, peer: IpAddr, outside: &Outside, is_trusted: bool) {
        if outside.through_proxy && !is_trusted && is_near(peer) {
            self.once(format!("untrusted {peer}"), || {
                tracing::warn!(
                    proxy = %peer,
                    "requests come through a proxy that is not trusted, so all its clients count as one address. If it is yours, start with --trusted-proxy {peer}"
                );
            });
        }
    }

    fn say_host_is_lost(&self, page: &str, outside: &Outside) {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:/[]".contains(&b);
        if page.len() > 100 || !page.starts_with("http") || !page.bytes().all(is_plain) {
            return;
        }
        let host = outside.host().unwrap_or("(none)");
        self.once(format!("host {page}"), || {
            tracing::warn!(
                page,
                host,
                "a page was refused: its address is not the host that its request names. If the page is yours, a proxy replaces the host: start with --public {page}/ (and the path, if there is one), or let the proxy pass on Host"
            );
        });
    }

    fn say_upgrade_is_lost(&self, peer: IpAddr) {
        self.once(format!("upgrade {peer}"), || {
            tracing::warn!(
                proxy = %peer,
                "a WebSocket arrived as a plain request: a proxy removes the headers Upgrade and Connection, so no player can connect. In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";"
            );
        });
    }

    fn once(&self, key: String, say: impl FnOnce()) {
        let mut said = lock(&self.said);
        if said.len() < MAX_SENTENCES && said.insert(key) {
            drop(said);
            say();
        }
    }
}

/// Whether an address is one of this machine or of its network: proxies are near, and a stranger's
/// headers are no news.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Whether this is a browser's handshake whose `Upgrade` a proxy has removed.
pub(super) fn has_lost_upgrade(headers: &HeaderMap) -> bool {
    let has = |name: header::HeaderName, word: &str| {
        let values = headers.get_all(name).into_iter();
        let mut words = values.filter_map(|it| it.to_str().ok());
        words.any(|it| it.to_ascii_lowercase().contains(word))
    };
    let is_handshake = headers.contains_key(header::SEC_WEBSOCKET_KEY)
        || headers
            .get("sec-fetch-mode")
            .is_some_and(|mode| mode == "websocket");
    is_handshake && !(has(header::UPGRADE, "websocket") && has(header::CONNECTION, "upgrade"))
}

/// `POST /api/websocket`. A browser does not tell a page why its WebSocket failed, so the page asks
/// what arrived here: `{"lost": null}` if nothing is missing, or `"host"`, `"upgrade"`,
/// `"request"`. It is a POST because a browser names the page's origin only then.
pub(super) async fn diagnose(
    State(gateway): State<Gateway>,
    Extension(outside): Extension<Outside>,
    headers: HeaderMap,
) -> Response {
    let lost = match super::origin::may_play(&gateway, &outside, &headers) {
        false => {
            let page = super::outside::page_of(&headers).unwrap_or_default();
            gateway.proxies.say_host_is_lost(page, &outside);
            Some(Lost::Host)
        }
        true => gateway.proxies.lost_by(outside.client, now()),
    };
    // A server that has just started does not know what the one before it received.
    let is_young = gateway.state.started.elapsed() < REMEMBERED;
    let lost = lost.filter(|lost| !(is_young && *lost == Lost::Request));
    Json(json!({ "lost": lost.map(Lost::word) })).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use axum::http::{HeaderValue, Request};
    use std::net::Ipv4Addr;

    fn outside(client: [u8; 4]) -> Outside {
        let mut request = Request::new(());
        Outside::of(&Options::default(), client.into(), &mut request)
    }

    #[test]
    fn the_newest_handshake_of_a_client_decides_for_half_a_minute() {
        let proxies = Proxies::default();
        let (ann, bob) = (outside([192, 0, 2, 1]), outside([192, 0, 2, 2]));
        let note = |who: &Outside, lost| proxies.note(who.client, who, &HeaderMap::new(), lost);
        assert_eq!(proxies.lost_by(ann.client, now()), Some(Lost::Request));
        note(&ann, Some(Lost::Upgrade));
        note(&bob, None);
        assert_eq!(proxies.lost_by(ann.client, now()), Some(Lost::Upgrade));
        assert_eq!(proxies.lost_by(bob.client, now()), None);
        note(&ann, None);
        assert_eq!(proxies.lost_by(ann.client, now()), None);
        let later = now() + REMEMBERED;
        assert_eq!(proxies.lost_by(ann.client, later), Some(Lost::Request));
        for _ in 0..2 * MAX_HANDSHAKES {
            note(&bob, None);
        }
        assert!(lock(&proxies.handshakes).len() <= MAX_HANDSHAKES);
    }

    #[test]
    fn a_client_pushes_out_no_handshake_of_another() {
        let proxies = Proxies::default();
        let ann = outside([192, 0, 2, 1]);
        let note = |who: &Outside, lost| proxies.note(who.client, who, &HeaderMap::new(), lost);
        note(&ann, Some(Lost::Upgrade));
        for n in 0..3 * MAX_HANDSHAKES as u16 {
            // An IPv6 client has as many addresses of its network as it likes.
            for client in [
                Ipv4Addr::new(192, 0, 2, 2).into(),
                IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n]),
            ] {
                let mut bob = ann.clone();
                bob.client = client;
                note(&bob, None);
            }
        }
        assert_eq!(proxies.lost_by(ann.client, now()), Some(Lost::Upgrade));
        assert_eq!(lock(&proxies.handshakes).len(), 3);
        for n in 0..2 * MAX_HANDSHAKES as u16 {
            let [high, low] = n.to_be_bytes();
            note(&outside([10, 0, high, low]), None);
        }
        assert_eq!(lock(&proxies.handshakes).len(), MAX_HANDSHAKES, "bounded");
    }

    #[test]
    fn a_client_cannot_make_the_log_grow() {
        let proxies = Proxies::default();
        for n in 0..1_000 {
            let page = format!("https://{n}.example.org");
            proxies.say_host_is_lost(&page, &outside([192, 0, 2, 1]));
        }
        assert_eq!(lock(&proxies.said).len(), MAX_SENTENCES);
    }

    #[test]
    fn a_handshake_without_its_upgrade_is_told_from_a_request_for_nothing() {
        let headers = |lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            headers
        };
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let (upgrade, connection) = (
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
        );
        assert!(!has_lost_upgrade(&headers(&[key, upgrade, connection])));
        assert!(has_lost_upgrade(&headers(&[key])));
        assert!(has_lost_upgrade(&headers(&[key, upgrade])));
        assert!(has_lost_upgrade(&headers(&[(
            "sec-fetch-mode",
            "websocket"
        )])));
        assert!(!has_lost_upgrade(&headers(&[])));
    }
}
