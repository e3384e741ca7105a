//! How many connections one address may have, and how fast it may open them.
//!
//! A hall full of phones is one address, behind one router: the limits are generous, and keep out
//! whoever is a thousand by himself.

use crate::house::{self, lock};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

/// Connections of one address at a time.
const AT_A_TIME: u32 = 2_000;

/// New ones that may come at once, and each second after that.
const AT_ONCE: f32 = 1_000.0;
const A_SECOND: f32 = 200.0;

/// Addresses that are remembered; then those with no connection are forgotten.
const REMEMBERED: usize = 10_000;

/// Who is in, by address.
#[derive(Clone, Debug)]
pub struct Limits {
    most: u32,
    also_here: bool,
    known: Arc<Mutex<HashMap<IpAddr, Known>>>,
}

#[derive(Debug)]
struct Known {
    open: u32,
    budget: f32,
    since: Instant,
}

/// The right to have one connection. Dropping it gives it back.
#[derive(Debug)]
pub struct Permit {
    ip: IpAddr,
    known: Option<Arc<Mutex<HashMap<IpAddr, Known>>>>,
}

impl Limits {
    /// `most`: as many connections for each address; 0: any number. None: as many as a hall needs,
    /// and any number from this machine.
    pub fn new(most: Option<u32>) -> Self {
        Self {
            most: most.unwrap_or(AT_A_TIME),
            also_here: most.is_some(),
            known: Arc::default(),
        }
    }

    /// One more, if this address may have one more.
    pub fn admit(&self, ip: IpAddr) -> Option<Permit> {
        let ip = ip.to_canonical();
        if self.most == 0 || (ip.is_loopback() && !self.also_here) {
            return Some(Permit { ip, known: None });
        }
        let mut known = lock(&self.known);
        if known.len() >= REMEMBERED {
            known.retain(|_, known| known.open > 0);
        }
        let now = house::now();
        let here = known.entry(ip).or_insert(Known {
            open: 0,
            budget: AT_ONCE,
            since: now,
        });
        let earned = now.saturating_duration_since(here.since).as_secs_f32() * A_SECOND;
        here.budget = (here.budget + earned).min(AT_ONCE);
        here.since = now;
        if here.open >= self.most || here.budget < 1.0 {
            return None;
        }
        here.budget -= 1.0;
        here.open += 1;
        Some(Permit {
            ip,
            known: Some(Arc::clone(&self.known)),
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(known) = &self.known else { return };
        if let Some(here) = lock(known).get_mut(&self.ip) {
            here.open = here.open.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_at_a_time() {
        let limits = Limits::new(Some(2));
        let [here, there]: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
        let (first, second) = (limits.admit(here), limits.admit(here));
        assert!(first.is_some() && second.is_some());
        assert!(limits.admit(here).is_none());
        assert!(limits.admit(there).is_some());
        drop(first);
        assert!(limits.admit(here).is_some());
    }

    #[test]
    fn an_address_that_only_knocks_is_slowed_down() {
        let limits = Limits::new(None);
        let knocks = (0..5_000).filter(|_| limits.admit([192, 0, 2, 1].into()).is_some());
        let knocks = knocks.count();
        assert!((1_000..3_000).contains(&knocks), "{knocks}");
        let here = (0..5_000).filter(|_| limits.admit([127, 0, 0, 1].into()).is_some());
        assert_eq!(here.count(), 5_000);
    }
}
