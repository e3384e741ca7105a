//! The clients of a room in one array: each tick walks over all of them, and the processor reads
//! ahead.

use super::client::Client;

/// The clients in the order of their numbers, which is nearly the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Connections(Vec<Client>);

impl Connections {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn get(&self, id: u64) -> Option<&Client> {
        self.position(id).ok().map(|at| &self.0[at])
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Client> {
        self.position(id).ok().map(|at| &mut self.0[at])
    }

    /// Adds a client. It replaces one with the same number.
    pub(super) fn insert(&mut self, client: Client) {
        match self.position(client.id) {
            Ok(at) => self.0[at] = client,
            Err(at) => self.0.insert(at, client),
        }
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Client> {
        self.position(id).ok().map(|at| self.0.remove(at))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Client> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Client> {
        self.0.iter_mut()
    }

    /// The clients in groups of `size`; the last group may be smaller.
    pub(super) fn chunks_mut(&mut self, size: usize) -> impl Iterator<Item = &mut [Client]> {
        self.0.chunks_mut(size)
    }

    /// The numbers of the clients that match, so that the room can change while it visits them.
    pub(super) fn ids(&self, matches: impl Fn(&Client) -> bool) -> Vec<u64> {
        let matching = self.0.iter().filter(|client| matches(client));
        matching.map(|client| client.id).collect()
    }

    /// Its index, or where to insert it.
    fn position(&self, id: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |client| client.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::client::Role, *};
    use crate::{connection::tests::connected, outbox::Outbox};
    use std::sync::Arc;

    fn client(id: u64) -> Client {
        let (connection, _socket) = connected(id, 4_096);
        Client {
            id,
            outbox: Outbox::new(Arc::new(connection)),
            role: Role::Watcher,
            cause: None,
            peek_reader: None,
        }
    }

    #[test]
    fn a_client_takes_six_words_at_most() {
        assert!(size_of::<Client>() <= 6 * size_of::<u64>());
    }

    #[tokio::test]
    async fn clients_inserted_in_any_order_are_found_until_removed() {
        let mut connections = Connections::default();
        for id in [3, 1, 5, 4, 2] {
            connections.insert(client(id));
        }
        assert_eq!(connections.remove(4).map(|client| client.id), Some(4));
        assert!(connections.remove(4).is_none() && connections.get_mut(4).is_none());
        assert_eq!(connections.get_mut(5).map(|client| client.id), Some(5));
        assert_eq!(connections.ids(|client| client.id != 2), [1, 3, 5]);
        let sizes: Vec<usize> = connections.chunks_mut(3).map(|some| some.len()).collect();
        assert_eq!(sizes, [3, 1]);
    }
}
