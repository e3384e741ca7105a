//! The rate limit of each address: for questions and reactions, to keep a flood out of the stage's
//! inbox, and for the codes of a remote, which are short.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};
use web_server::{Rate, TokenBucket};

/// The requests of one address. A hall may share one: 400 phones that open the list at once.
pub(crate) const QUESTIONS: Rate = Rate {
    at_once: 800,
    a_second: 80,
};

/// Addresses whose rate is known, at most. Beyond that, those that were quiet are forgotten.
const ADDRESSES: usize = 1024;

/// A token bucket for each address.
#[derive(Debug)]
pub(crate) struct Rates {
    rate: Rate,
    began: Instant,
    buckets: Mutex<BTreeMap<IpAddr, (TokenBucket, Instant)>>,
}

impl Rates {
    pub(crate) fn new(rate: Rate) -> Rates {
        Rates {
            rate,
            began: Instant::now(),
            buckets: Mutex::default(),
        }
    }

    /// Whether this address may send one more request.
    pub(super) fn take(&self, address: IpAddr) -> bool {
        self.take_at(address, Instant::now())
    }

    fn take_at(&self, address: IpAddr, now: Instant) -> bool {
        let ms = now.duration_since(self.began).as_millis() as u64;
        let mut buckets = lock::lock(&self.buckets);
        if buckets.len() >= ADDRESSES && !buckets.contains_key(&address) {
            // A bucket is full again by then, so a new one is no advantage.
            let refills = u64::from(self.rate.at_once / self.rate.a_second) + 1;
            let refills = Duration::from_secs(refills);
            buckets.retain(|_, (_, last)| now.duration_since(*last) < refills);
            if buckets.len() >= ADDRESSES {
                return false;
            }
        }
        let (bucket, last) = buckets
            .entry(address)
            .or_insert_with(|| (TokenBucket::new(self.rate, ms), now));
        *last = now;
        bucket.take(self.rate, ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_rate_and_their_number_is_bounded() {
        let rates = Rates::new(QUESTIONS);
        let address = |it: u16| IpAddr::from([10, 0, (it >> 8) as u8, it as u8]);
        let after = |seconds| rates.began + Duration::from_secs(seconds);
        let taken = |at| (0..5000).filter(|_| rates.take_at(address(1), at)).count();
        assert_eq!((taken(after(0)), taken(after(1))), (800, 80));
        for it in 0..3000 {
            rates.take_at(address(it), after(2));
        }
        let known = || rates.buckets.lock().expect("a lock").len();
        assert_eq!(known(), ADDRESSES);
        assert!(!rates.take_at(address(5000), after(12)), "none was quiet");
        assert!(rates.take_at(address(5000), after(13)), "all were quiet");
        assert_eq!(known(), 1);
    }
}
