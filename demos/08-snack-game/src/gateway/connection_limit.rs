//! How many connections one IP address may have, and how fast it may open them.
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
    bucket: TokenBucket,
}

/// The right to have one connection. Dropping it gives it back.
#[derive(Debug)]
pub struct Permit {
    ip: IpAddr,
    known: Option<Arc<Mutex<HashMap<IpAddr, Known>>>>,
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

    /// A permit for one more connection. `None` if the address has too many, or opens them too
    /// fast.
    pub(crate) fn admit(&self, ip: IpAddr) -> Option<Permit> {
        let ip = sockets::network_of(ip);
        if self.most == 0 || (ip.is_loopback() && !self.limits_loopback) {
            return Some(Permit { ip, known: None });
        }
        let mut known = lock(&self.known);
        if known.len() >= MAX_REMEMBERED {
            known.retain(|_, known| known.open > 0);
        }
        let now = clock::now().saturating_duration_since(self.began);
        let now = now.as_millis() as u64;
        let address = known.entry(ip).or_insert(Known {
            open: 0,
            bucket: TokenBucket::new(CONNECTIONS, now),
        });
        if address.open >= self.most || !address.bucket.take(CONNECTIONS, now) {
            return None;
        }
        address.open += 1;
        Some(Permit {
            ip,
            known: Some(Arc::clone(&self.known)),
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(known) = &self.known else { return };
        if let Some(address) = lock(known).get_mut(&self.ip) {
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
        let (first, second) = (limit.admit(here), limit.admit(here));
        assert!(first.is_some() && second.is_some());
        assert!(limit.admit(here).is_none());
        assert!(limit.admit(there).is_some());
        drop(first);
        assert!(limit.admit(here).is_some());
    }

    /// A device chooses new addresses in its network of IPv6 as often as it likes.
    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let limit = ConnectionLimit::new(Some(2));
        let admit = |address: &str| limit.admit(address.parse().expect("an address"));
        let open = (1..=9).map(|n| admit(&format!("2001:db8::{n}")));
        let open: Vec<_> = open.collect();
        assert_eq!(open.iter().flatten().count(), 2);
        assert!(admit("2001:db8:0:1::1").is_some(), "another network");
        assert!(admit("::ffff:192.0.2.1").is_some());
    }

    #[test]
    fn an_address_that_opens_connections_too_fast_is_refused() {
        let limit = ConnectionLimit::new(None);
        let opened = (0..5_000).filter(|_| limit.admit([192, 0, 2, 1].into()).is_some());
        let opened = opened.count();
        assert!((1_000..3_000).contains(&opened), "{opened}");
        let here = (0..5_000).filter(|_| limit.admit([127, 0, 0, 1].into()).is_some());
        assert_eq!(here.count(), 5_000);
    }
}
