//! The phones that follow. A device has one vote, also with several pages open, and also after it
//! connected again.

use crate::capacity::PHONES;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// From this many addresses on, the network gives each device its own.
const MANY_ADDRESSES: usize = 8;

/// Votes of one address if each device has its own: a family, or a phone beside a laptop.
const VOTES_OF_A_DEVICE: usize = 4;

/// Votes of one address if a whole hall may be behind it.
const VOTES_OF_A_HALL: usize = 200;

/// Who votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Voter {
    /// The number in the device's cookie. A device without cookies has one for each connection.
    pub(crate) device: u64,
    /// The network's address of the device: of all devices of a hall, if they share one.
    pub(crate) address: IpAddr,
}

/// A device that may vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ballot {
    pub(super) device: u64,
    /// The device at its address whose ballot does not count any more: it connected later.
    pub(super) replaces: Option<u64>,
}

/// Devices whose first connection is remembered, at most.
const REMEMBERED: usize = 4 * PHONES;

/// The connections of phones, by their numbers, which only grow.
#[derive(Debug, Default)]
pub(super) struct Phones {
    open: BTreeMap<u64, Voter>,
    /// The first connection of each device, also of one that is connecting again.
    first: BTreeMap<u64, First>,
}

#[derive(Clone, Copy, Debug)]
struct First {
    number: u64,
    address: IpAddr,
}

impl Phones {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn connect(&mut self, phone: u64, voter: Voter) {
        self.open.insert(phone, voter);
        let (number, address) = (phone, voter.address);
        self.first
            .entry(voter.device)
            .or_insert(First { number, address });
        if self.first.len() > REMEMBERED
            && let Some(device) = self.forgotten()
        {
            self.first.remove(&device);
        }
    }

    /// The device whose first connection is forgotten: of the address that has most of them, the
    /// newest that has no page open. A script that invents cookies pushes out its own.
    fn forgotten(&self) -> Option<u64> {
        let open = self.devices();
        let gone = self.first.iter().filter(|(it, _)| !open.contains(it));
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (_, first) in gone.clone() {
            *counts.entry(first.address).or_default() += 1;
        }
        let (most, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        let theirs = gone.filter(|(_, first)| first.address == most);
        let newest = theirs.max_by_key(|(_, first)| first.number);
        newest.map(|(device, _)| *device)
    }

    /// Removes a connection. Returns the device if this was its last one.
    pub(super) fn disconnect(&mut self, phone: u64) -> Option<u64> {
        let device = self.open.remove(&phone)?.device;
        (!self.has(device)).then_some(device)
    }

    /// Whether a device has a page open.
    pub(super) fn has(&self, device: u64) -> bool {
        self.open.values().any(|it| it.device == device)
    }

    /// The devices that have a page open.
    pub(super) fn devices(&self) -> BTreeSet<u64> {
        self.open.values().map(|it| it.device).collect()
    }

    /// The ballot of a phone that may vote now. `None` if it has gone, or if enough other devices
    /// at its address have voted: one device can pretend to be many, but it cannot outvote a hall.
    /// Nor can it use up the votes of its address: those that connected before it may still vote,
    /// also those that have connected again since.
    pub(super) fn voting(&self, phone: u64, has_voted: impl Fn(u64) -> bool) -> Option<Ballot> {
        let voter = self.open.get(&phone)?;
        let addresses: BTreeSet<IpAddr> = self.open.values().map(|it| it.address).collect();
        let most = match addresses.len() {
            0..MANY_ADDRESSES => VOTES_OF_A_HALL,
            _ => VOTES_OF_A_DEVICE,
        };
        let neighbours = self.open.values().filter(|it| it.address == voter.address);
        let votes: BTreeSet<u64> = neighbours
            .map(|it| it.device)
            .filter(|&it| has_voted(it))
            .collect();
        let device = voter.device;
        if votes.contains(&device) || votes.len() < most {
            let replaces = None;
            return Some(Ballot { device, replaces });
        }
        let newest = votes.into_iter().max_by_key(|it| self.since(*it))?;
        (self.since(device) < self.since(newest)).then_some(Ballot {
            device,
            replaces: Some(newest),
        })
    }

    /// The number of the first connection of a device.
    fn since(&self, device: u64) -> Option<u64> {
        self.first.get(&device).map(|first| first.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the phones, one after another, get a vote.
    fn votes(phones: &[(u64, u8)]) -> usize {
        let mut all = Phones::default();
        for (number, &(device, last)) in phones.iter().enumerate() {
            let address = IpAddr::from([10, 0, 0, last]);
            all.connect(number as u64, Voter { device, address });
        }
        let mut voted = BTreeSet::new();
        for number in 0..phones.len() {
            let ballot = all.voting(number as u64, |it| voted.contains(&it));
            voted.extend(ballot.map(|it| it.device));
            if let Some(newer) = ballot.and_then(|it| it.replaces) {
                voted.remove(&newer);
            }
        }
        voted.len()
    }

    #[test]
    fn a_device_has_one_vote_and_one_address_cannot_outvote_a_hall() {
        assert_eq!(votes(&[(7, 1), (7, 1), (8, 1), (7, 2)]), 2, "two devices");
        let behind_one: Vec<_> = (0..400).map(|device| (device, 1)).collect();
        assert_eq!(votes(&behind_one), VOTES_OF_A_HALL);
        let each_its_own: Vec<_> = (0..200).map(|device| (device, device as u8)).collect();
        assert_eq!(votes(&each_its_own), 200);
        let rude = (1_000..1_300).map(|device| (device, 1));
        let with_a_rude_one: Vec<_> = rude.chain(each_its_own).collect();
        assert_eq!(votes(&with_a_rude_one), 199 + VOTES_OF_A_DEVICE);
    }

    #[test]
    fn a_script_that_votes_first_leaves_the_votes_of_those_who_were_there_before_it() {
        let mut all = Phones::default();
        let address = IpAddr::from([10, 0, 0, 1]);
        for device in 0..400 {
            all.connect(device, Voter { device, address });
        }
        // The hall is 100 phones; the other 300 are one phone with a script, which is faster.
        let mut voted = BTreeSet::new();
        for device in (100..400).chain(0..100) {
            let Some(ballot) = all.voting(device, |it| voted.contains(&it)) else {
                continue;
            };
            voted.insert(ballot.device);
            if let Some(newer) = ballot.replaces {
                assert!(newer >= 100 && voted.remove(&newer));
            }
        }
        assert_eq!(voted.len(), VOTES_OF_A_HALL);
        assert!((0..100).all(|it| voted.contains(&it)));
        assert_eq!(all.voting(399, |it| voted.contains(&it)), None);
    }

    #[test]
    fn a_phone_that_connects_again_is_as_old_as_it_was() {
        let mut all = Phones::default();
        let address = IpAddr::from([10, 0, 0, 1]);
        let hall = VOTES_OF_A_HALL as u64;
        all.connect(0, Voter { device: 7, address });
        all.disconnect(0);
        for device in 1_000..1_000 + hall {
            all.connect(device, Voter { device, address });
        }
        let has_voted = |it| it >= 1_000;
        all.connect(5_000, Voter { device: 7, address });
        let ballot = all.voting(5_000, has_voted);
        let newest = Some(1_000 + hall - 1);
        assert_eq!(ballot.map(|it| it.replaces), Some(newest));
        all.connect(5_001, Voter { device: 8, address });
        assert_eq!(all.voting(5_001, has_voted), None, "a newer one");
    }

    #[test]
    fn invented_cookies_push_each_other_out_and_no_phone_that_connects_again() {
        let mut all = Phones::default();
        let [hall, elsewhere] = [1, 2].map(|last| IpAddr::from([10, 0, 0, last]));
        let phones = PHONES as u64;
        for device in 0..phones {
            let address = if device % 2 == 0 { hall } else { elsewhere };
            all.connect(device, Voter { device, address });
            all.disconnect(device);
        }
        for device in phones..phones + 3 * REMEMBERED as u64 {
            let voter = Voter {
                device,
                address: hall,
            };
            all.connect(device, voter);
            all.disconnect(device);
        }
        assert_eq!(all.first.len(), REMEMBERED);
        assert!((0..phones).all(|it| all.since(it) == Some(it)));
    }

    #[test]
    fn a_device_is_there_until_its_last_page_is_closed() {
        let mut phones = Phones::default();
        let address = IpAddr::from([10, 0, 0, 1]);
        for phone in [1, 2] {
            phones.connect(phone, Voter { device: 9, address });
        }
        assert_eq!(phones.disconnect(1), None);
        assert_eq!(
            phones.voting(2, |_| true).map(|it| it.device),
            Some(9),
            "it may change its vote"
        );
        assert_eq!(phones.disconnect(2), Some(9));
        assert_eq!(phones.disconnect(2), None);
        assert_eq!(phones.voting(2, |_| false), None);
    }
}
