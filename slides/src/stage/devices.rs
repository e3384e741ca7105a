//! The devices whose votes and reactions count: a bounded number in all, and of one address.

use super::{
    phones::{Phones, Voter},
    questions::{Device, Now, Refused},
};
use crate::capacity::PHONES;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// Devices of one address, at most. A hall may share one address, and then this is a hall.
pub(super) const OF_AN_ADDRESS: usize = PHONES;

/// Devices in all, at most.
const ALL: usize = 4 * PHONES;

/// Devices that have voted or reacted. A script can invent any number of cookies, so if there are
/// too many, one that has no page open gives way to one that has: a cookie that never had a page
/// first, the newest of them, and then the one that has done nothing for longest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Devices {
    all: BTreeSet<Device>,
    /// Those that have voted or reacted since this stage began.
    #[serde(skip)]
    active: BTreeMap<Device, Active>,
}

#[derive(Clone, Debug, PartialEq)]
struct Active {
    address: IpAddr,
    /// It had a page open when it voted or reacted.
    followed: bool,
    last: Now,
}

impl Devices {
    /// The devices without the addresses.
    pub(super) fn save(&self) -> Devices {
        Devices {
            all: self.all.clone(),
            active: BTreeMap::new(),
        }
    }

    /// Admits a device, and returns the one that gives way to it: what that one has said counts no
    /// more.
    ///
    /// # Errors
    /// There are too many, and none gives way.
    pub(super) fn admit(
        &mut self,
        from: Voter,
        now: Now,
        phones: &Phones,
    ) -> Result<Option<Device>, Refused> {
        let followed = phones.has(from.device);
        let mut gives_way = None;
        if !self.all.contains(&from.device) {
            let counts = self.of_addresses();
            let own = counts.get(&Some(from.address)).copied().unwrap_or(0);
            let full = if own >= OF_AN_ADDRESS {
                Some(Some(from.address))
            } else if self.all.len() >= ALL {
                let most = counts.into_iter().max_by_key(|(_, count)| *count);
                most.map(|(address, _)| address)
            } else {
                None
            };
            if let Some(address) = full {
                let victim = self.victim(address, &phones.devices());
                let victim = victim.filter(|_| followed).ok_or(Refused::Full)?;
                self.all.remove(&victim);
                self.active.remove(&victim);
                gives_way = Some(victim);
            }
            self.all.insert(from.device);
        }
        let active = self.active.entry(from.device).or_insert(Active {
            address: from.address,
            followed,
            last: now,
        });
        (active.followed, active.last) = (active.followed || followed, now);
        Ok(gives_way)
    }

    /// How many devices each address has. Those of an earlier stage have none.
    fn of_addresses(&self) -> BTreeMap<Option<IpAddr>, usize> {
        let mut counts = BTreeMap::new();
        for device in &self.all {
            let address = self.active.get(device).map(|it| it.address);
            *counts.entry(address).or_default() += 1;
        }
        counts
    }

    /// The device at this address that gives way. `None` if all of them have a page open.
    fn victim(&self, address: Option<IpAddr>, following: &BTreeSet<Device>) -> Option<Device> {
        let idle = self.all.difference(following).map(|device| {
            let active = self.active.get(device);
            (*device, active)
        });
        let theirs = idle.filter(|(_, active)| active.map(|it| it.address) == address);
        // Of those without a page the newest, of the others the one that is idle for longest.
        let least = theirs.min_by_key(|(_, active)| match active {
            Some(it) if !it.followed => (false, Now::MAX - it.last),
            Some(it) => (true, it.last),
            None => (true, Now::ZERO),
        });
        least.map(|(device, _)| device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn voter(device: Device, last: u8) -> Voter {
        let address = IpAddr::from([10, 0, 0, last]);
        Voter { device, address }
    }

    /// Phones with these devices, all at one address.
    fn phones(devices: impl IntoIterator<Item = Device>) -> Phones {
        let mut phones = Phones::default();
        for (number, device) in (0..).zip(devices) {
            phones.connect(number, voter(device, 1));
        }
        phones
    }

    fn at(seconds: u64) -> Now {
        Duration::from_secs(1_000_000 + seconds)
    }

    #[test]
    fn invented_cookies_of_one_address_displace_no_phone_and_give_way_to_each() {
        let mut devices = Devices::default();
        let phone = |it: u64| 1_000_000 + it;
        let early = phones((0..20).map(phone));
        for it in 0..20 {
            assert_eq!(devices.admit(voter(phone(it), 1), at(it), &early), Ok(None));
        }
        // A script in the same hall, which opens no page.
        let taken = (0..2_000).filter(|&it| devices.admit(voter(it, 1), at(30), &early).is_ok());
        assert_eq!(taken.count(), OF_AN_ADDRESS - 20);
        // The whole hall votes, and some phones have closed their page meanwhile.
        let open = phones((10..OF_AN_ADDRESS as u64).map(phone));
        for it in 20..OF_AN_ADDRESS as u64 {
            let gone = devices.admit(voter(phone(it), 1), at(40), &open);
            let gone = gone.expect("admitted").expect("one gives way");
            assert!(gone < 2_000, "a phone gave way");
        }
        assert_eq!(devices.all.len(), OF_AN_ADDRESS);
        assert!((0..20).all(|it| devices.all.contains(&phone(it))));
        // Only phones are left. The one that has been idle for longest gives way.
        let refused = devices.admit(voter(7, 1), at(50), &open);
        assert_eq!(refused, Err(Refused::Full), "it has no page");
        devices
            .admit(voter(phone(0), 1), at(50), &open)
            .expect("it is known");
        let open = phones((10..=OF_AN_ADDRESS as u64).map(phone));
        let late = voter(phone(OF_AN_ADDRESS as u64), 1);
        assert_eq!(devices.admit(late, at(51), &open), Ok(Some(phone(1))));
    }

    #[test]
    fn the_address_with_most_devices_gives_way_to_another() {
        let mut devices = Devices::default();
        let none = Phones::default();
        for last in 1..=4 {
            let first = u64::from(last) * 10_000;
            for it in 0..OF_AN_ADDRESS as u64 {
                let admitted = devices.admit(voter(first + it, last), at(0), &none);
                assert_eq!(admitted, Ok(None));
            }
        }
        assert_eq!(devices.all.len(), ALL);
        assert_eq!(
            devices.admit(voter(1, 9), at(1), &none),
            Err(Refused::Full),
            "a cookie without a page"
        );
        let open = phones([1]);
        let gone = devices.admit(voter(1, 9), at(1), &open);
        assert!(gone.is_ok_and(|it| it.is_some_and(|it| it >= 10_000)));
        assert_eq!(devices.all.len(), ALL);
    }

    #[test]
    fn devices_of_an_earlier_stage_are_known_and_bounded() {
        let mut devices = Devices::default();
        let none = Phones::default();
        devices.admit(voter(7, 1), at(0), &none).expect("room");
        let saved = serde_json::to_string(&devices).expect("JSON");
        assert_eq!(saved, "[7]");
        let mut again: Devices = serde_json::from_str(&saved).expect("the same");
        assert_eq!(again.admit(voter(7, 1), at(1), &none), Ok(None));
        assert_eq!(again.all.len(), 1);
    }
}
