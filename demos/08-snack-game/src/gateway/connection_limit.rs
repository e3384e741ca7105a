//! How many connections one IP address may have, how fast it may open them, and how fast it may
//! send requests.
//!
//! A hall full of phones has one IP address, behind one router: the limits are generous, and keep
//! out a single machine that opens thousands. A network of IPv6 counts as one address.

use crate::{clock, sync::lock};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Instant,
};
use web_server::{Rate, TokenBucket};

/// The most open connections of one address.
pub(crate) const MAX_OPEN: u32 = 2_000;

/// How fast an address may open connections.
pub(crate) const CONNECTIONS: Rate = Rate {
    at_once: 1_000,
    a_second: 200,
};

/// How fast an address may send requests, on all its connections. A first visit takes about eight,
/// and the phones of a hall come at once.
pub(crate) const REQUESTS: Rate = Rate {
    at_once: 20_000,
    a_second: 2_000,
};

/// The most addresses that are remembered. Then those without connections are forgotten.
const MAX_REMEMBERED: usize = 10_000;

/// The open connections of each address.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionLimit {
    most: u32,
    /// This machine's own connections are limited, too.
    limits_loopback: bool,
    began: Instant,
    known: Arc<Mutex<HashMap<IpAddr, Known>>>,
}

#[derive(Debug)]
struct Known {
    open: u32,
    connections: TokenBucket,
    requests: TokenBucket,
}

/// What an address wants a permit for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// A new connection.
    Connection,
    /// A request on a connection of a proxy, which is not the address's own.
    Request,
}

/// The right to have one connection. Dropping it gives it back.
#[derive(Debug)]
pub struct Permit {
    ip: IpAddr,
    /// `None` without a limit.
    limit: Option<ConnectionLimit>,
}

impl ConnectionLimit {
    /// A limit of `most` connections for each address; 0 means no limit. `None`: the default limit,
    /// and none for this machine.
    pub(crate) fn new(most: Option<u32>) -> Self {
        Self {
            most: most.unwrap_or(MAX_OPEN),
            limits_loopback: most.is_some(),
            began: clock::now(),
            known: Arc::default(),
        }
    }

    /// A permit for one more connection. `None` if the address has too many, or opens them or sends
    /// requests too fast.
    pub(crate) fn admit(&self, ip: IpAddr, what: For) -> Option<Permit> {
        let ip = sockets::network_of(ip);
        if self.most == 0 || (ip.is_loopback() && !self.limits_loopback) {
            return Some(Permit { ip, limit: None });
        }
        let mut known = lock(&self.known);
        if known.len() >= MAX_REMEMBERED {
            known.retain(|_, known| known.open > 0);
        }
        let now = self.millis();
        let address = known.entry(ip).or_insert(Known {
            open: 0,
            connections: TokenBucket::new(CONNECTIONS, now),
            requests: TokenBucket::new(REQUESTS, now),
        });
        let in_time = |address: &mut Known| match what {
            For::Connection => address.connections.take(CONNECTIONS, now),
            For::Request => address.requests.take(REQUESTS, now),
        };
        if address.open >= self.most || !in_time(address) {
            return None;
        }
        address.open += 1;
        Some(Permit {
            ip,
            limit: Some(self.clone()),
        })
    }

    fn millis(&self) -> u64 {
        let since = clock::now().saturating_duration_since(self.began);
        since.as_millis() as u64
    }
}

impl Permit {
    /// Takes one request on the connection. `false` if its address sends them too fast.
    pub(crate) fn take_request(&self) -> bool {
        let Some(limit) = &self.limit else {
            return true;
        };
        let now = limit.millis();
        let mut known = lock(&limit.known);
        let address = known.get_mut(&self.ip);
        address.is_none_or(|address| address.requests.take(REQUESTS, now))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(limit) = &self.limit else { return };
        if let Some(address) = lock(&limit.known).get_mut(&self.ip) {
            address.open = address.open.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_have_only_its_limit_open_at_once() {
        let limit = ConnectionLimit::new(Some(2));
        let [here, there]: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
        let (first, second) = (
            limit.admit(here, For::Connection),
            limit.admit(here, For::Connection),
        );
        assert!(first.is_some() && second.is_some());
        assert!(limit.admit(here, For::Connection).is_none());
        assert!(limit.admit(there, For::Connection).is_some());
        drop(first);
        assert!(limit.admit(here, For::Connection).is_some());
    }

    /// A device chooses new addresses in its network of IPv6 as often as it likes.
    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let limit = ConnectionLimit::new(Some(2));
        let admit =
            |address: &str| limit.admit(address.parse().expect("an address"), For::Connection);
        let open = (1..=9).map(|n| admit(&format!("2001:db8::{n}")));
        let open: Vec<_> = open.collect();
        assert_eq!(open.iter().flatten().count(), 2);
        assert!(admit("2001:db8:0:1::1").is_some(), "another network");
        assert!(admit("::ffff:192.0.2.1").is_some());
    }

    /// Time stands, so the bucket is not filled again.
    #[tokio::test(start_paused = true)]
    async fn an_address_that_opens_connections_too_fast_is_refused() {
        let limit = ConnectionLimit::new(None);
        let opened = (0..5_000).filter(|_| {
            limit
                .admit([192, 0, 2, 1].into(), For::Connection)
                .is_some()
        });
        assert_eq!(opened.count() as u32, CONNECTIONS.at_once);
        let here = (0..5_000).filter(|_| {
            limit
                .admit([127, 0, 0, 1].into(), For::Connection)
                .is_some()
        });
        assert_eq!(here.count(), 5_000);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_sends_requests_too_fast_is_refused_on_each_of_its_connections() {
        let limit = ConnectionLimit::new(None);
        let ip = IpAddr::from([192, 0, 2, 1]);
        let open = [(); 2].map(|()| limit.admit(ip, For::Connection).expect("the first"));
        let many = 2 * REQUESTS.at_once;
        let direct = (0..many).filter(|it| open[*it as usize % 2].take_request());
        let (direct, most) = (direct.count() as u32, REQUESTS.at_once);
        assert_eq!(direct, most);
        // Through a proxy each request has a permit of its own, and costs no connection.
        let forwarded = |ip: [u8; 4]| {
            let admitted = |_: &u32| limit.admit(ip.into(), For::Request).is_some();
            (0..many).filter(admitted).count() as u32
        };
        assert_eq!(forwarded([192, 0, 2, 2]), most);
        assert_eq!(forwarded([192, 0, 2, 1]), 0, "they are one address");
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert_eq!(forwarded([192, 0, 2, 1]), REQUESTS.a_second);
        let here = limit.admit([127, 0, 0, 1].into(), For::Connection);
        let here = here.expect("no limit");
        assert!((0..many).all(|_| here.take_request()));
    }
}
