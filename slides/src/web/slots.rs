//! The slots of a listener, which addresses share: when all are taken, the address that holds most
//! gives one up for a client of another address. So one device cannot lock the others out, and a
//! hall that shares one address may use all of them.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};
use tokio::sync::{Notify, OwnedSemaphorePermit};

/// Who holds the slots, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Holders(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    last: u64,
    by_number: BTreeMap<u64, Holder>,
}

#[derive(Debug)]
struct Holder {
    address: IpAddr,
    /// Whether it has become a phone's WebSocket.
    follows: bool,
    /// Whether it is a paired remote, which gives up its slot for no other client.
    stays: bool,
    evicted: Arc<Notify>,
}

/// One of the connections that a listener allows. A WebSocket holds it until it is closed.
#[derive(Clone, Debug)]
pub(super) struct Slot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    number: u64,
    holders: Arc<Holders>,
    evicted: Arc<Notify>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.holders
            .change(|held| held.by_number.remove(&self.number));
    }
}

impl Holders {
    fn change<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut lock::lock(&self.0))
    }

    pub(super) fn take(self: &Arc<Holders>, address: IpAddr, permit: OwnedSemaphorePermit) -> Slot {
        let evicted = Arc::new(Notify::new());
        let holder = Holder {
            address,
            follows: false,
            stays: false,
            evicted: Arc::clone(&evicted),
        };
        let number = self.change(|held| {
            held.last += 1;
            held.by_number.insert(held.last, holder);
            held.last
        });
        Slot(Arc::new(Inner {
            number,
            holders: Arc::clone(self),
            evicted,
            _permit: permit,
        }))
    }

    /// Lets the address that holds most slots give up its newest one for a client at `address`, and
    /// returns whether one does. `follows` limits that to phones' WebSockets.
    pub(super) fn make_room(&self, address: IpAddr, follows: bool) -> bool {
        self.change(|held| {
            let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
            let counted = held.by_number.values();
            for holder in counted.filter(|it| it.follows || !follows) {
                *counts.entry(holder.address).or_default() += 1;
            }
            let own = counts.get(&address).copied().unwrap_or(0);
            let most = counts.into_iter().max_by_key(|(_, count)| *count);
            // With a difference of one, two addresses would take the slot from each other for ever.
            let Some((busiest, _)) = most.filter(|(_, count)| *count > own + 1) else {
                return false;
            };
            let mut newest = held.by_number.iter().rev();
            let newest = newest
                .find(|(_, it)| it.address == busiest && !it.stays && (it.follows || !follows))
                .map(|(number, _)| *number);
            let holder = newest.and_then(|number| held.by_number.remove(&number));
            holder.inspect(|it| it.evicted.notify_one()).is_some()
        })
    }
}

impl Slot {
    /// Marks it as the slot of a phone's WebSocket.
    pub(super) fn follows(&self) {
        self.mark(|holder| holder.follows = true);
    }

    /// Marks it as the slot of a paired remote.
    pub(super) fn stays(&self) {
        self.mark(|holder| holder.stays = true);
    }

    fn mark(&self, mark: impl FnOnce(&mut Holder)) {
        let number = self.0.number;
        self.0
            .holders
            .change(|held| held.by_number.get_mut(&number).map(mark));
    }

    /// Waits until the slot is needed for a client of another address.
    pub(super) async fn evicted(&self) {
        self.0.evicted.notified().await;
    }

    /// Makes room among the phones' WebSockets, for this one.
    pub(super) fn make_room(&self, address: IpAddr) -> bool {
        self.0.holders.make_room(address, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use tokio::sync::Semaphore;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn the_address_that_holds_most_gives_up_its_newest_slot_and_a_fair_one_none() {
        let permits = Arc::new(Semaphore::new(10));
        let holders = Arc::new(Holders::default());
        let take = |last: u8| {
            let permit = Arc::clone(&permits).try_acquire_owned().expect("a permit");
            holders.take(address(last), permit)
        };
        let is_evicted = |slot: &Slot| slot.evicted().now_or_never().is_some();
        let rude: Vec<Slot> = (0..4).map(|_| take(1)).collect();
        let other = take(2);
        assert!(
            !holders.make_room(address(1), false),
            "it holds most itself"
        );
        assert!(!holders.make_room(address(3), true), "none follows");
        assert!(holders.make_room(address(3), false));
        assert!(is_evicted(&rude[3]) && !is_evicted(&rude[2]));
        // An evicted slot does not count any more, although it is not given back yet.
        rude[0].follows();
        rude[1].follows();
        assert!(holders.make_room(address(2), true), "of two that follow");
        assert!(is_evicted(&rude[1]) && !is_evicted(&rude[2]));
        assert!(!holders.make_room(address(2), false), "2 against 1 is fair");
        assert!(!is_evicted(&other));
        // The speaker's own phone has the newest slot of the busiest address.
        let (phone, remote) = (take(1), take(1));
        remote.stays();
        assert!(holders.make_room(address(3), false));
        assert!(is_evicted(&phone) && !is_evicted(&remote));
        drop((rude, other, phone, remote));
        assert_eq!(permits.available_permits(), 10);
        assert!(holders.change(|held| held.by_number.is_empty()));
    }
}
