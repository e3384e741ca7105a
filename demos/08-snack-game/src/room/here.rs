//! Everybody who is connected, side by side: each tick walks over all of them, and what it finds in
//! one place is read ahead.

use super::guests::Guest;

/// In the order of their connections' numbers, which is nearly that in which they came.
#[derive(Debug, Default)]
pub(super) struct Here(Vec<Guest>);

impl Here {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn get(&self, id: u64) -> Option<&Guest> {
        self.place(id).ok().map(|at| &self.0[at])
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Guest> {
        self.place(id).ok().map(|at| &mut self.0[at])
    }

    /// There is one more; whoever had this number is forgotten.
    pub(super) fn insert(&mut self, guest: Guest) {
        match self.place(guest.id) {
            Ok(at) => self.0[at] = guest,
            Err(at) => self.0.insert(at, guest),
        }
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Guest> {
        self.place(id).ok().map(|at| self.0.remove(at))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Guest> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Guest> {
        self.0.iter_mut()
    }

    /// So many at a time.
    pub(super) fn abreast(&mut self, count: usize) -> impl Iterator<Item = &mut [Guest]> {
        self.0.chunks_mut(count)
    }

    /// The numbers of some, to come back to them one by one.
    pub(super) fn ids(&self, which: impl Fn(&Guest) -> bool) -> Vec<u64> {
        let which = self.0.iter().filter(|guest| which(guest));
        which.map(|guest| guest.id).collect()
    }

    fn place(&self, id: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |guest| guest.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::guests::Who, *};
    use crate::{line::Line, outbox::Outbox};
    use std::{net::Ipv4Addr, sync::Arc};
    use tokio::net::{TcpListener, TcpStream};

    async fn guest(id: u64) -> Guest {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let address = listener.as_ref().expect("a port").local_addr();
        let stream = TcpStream::connect(address.expect("an address")).await;
        let peer = Ipv4Addr::LOCALHOST.into();
        let line = Line::new(id, peer, stream.expect("it listens"), None, 4_096);
        Guest {
            id,
            outbox: Outbox::new(Arc::new(line)),
            who: Who::Watcher,
            ended: None,
            ear: None,
        }
    }

    #[test]
    fn a_room_walks_over_little() {
        assert!(size_of::<Guest>() <= 6 * size_of::<u64>());
    }

    #[tokio::test]
    async fn whoever_came_in_whatever_order_is_found_until_they_go() {
        let mut here = Here::default();
        for id in [3, 1, 5, 4, 2] {
            here.insert(guest(id).await);
        }
        assert_eq!(here.remove(4).map(|guest| guest.id), Some(4));
        assert!(here.remove(4).is_none() && here.get_mut(4).is_none());
        assert_eq!(here.get_mut(5).map(|guest| guest.id), Some(5));
        assert_eq!(here.ids(|guest| guest.id != 2), [1, 3, 5]);
        let abreast: Vec<usize> = here.abreast(3).map(|some| some.len()).collect();
        assert_eq!(abreast, [3, 1]);
    }
}
