//! How a server ends: for good, or for another process that goes on.

use super::Server;
use crate::{
    closing,
    cluster::{self, ClusterRequest},
    house::{self, House},
    rooms::ToRooms,
};
use std::{io, thread, time::Duration};
use tokio::{task::spawn_blocking, time::timeout};
#[cfg(target_os = "linux")]
use {
    crate::{kept::Kept, store::Store},
    std::sync::Arc,
};

/// After the rooms have said goodbye, for the sockets to be read to their ends.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// After another process has taken over, for whoever is still answered by this one.
#[cfg(target_os = "linux")]
const HTTP: Duration = Duration::from_secs(2);

impl Server {
    /// Ends it well: nobody new, each round to its end or to the deadline, what was won is stored,
    /// everybody is told and read to the end, and what they come back to is written down for the
    /// next start. The door answers until the last room has closed, so that a page can ask what is
    /// going on.
    pub async fn drain(self) {
        let within = self.gateway.house.options.drain;
        self.gateway.house.drain();
        tracing::info!(
            seconds = within.as_secs(),
            players = self.gateway.house.players(),
            "draining"
        );
        let until = house::now() + within;
        let _unless_gone = self.gateway.rooms.send(ToRooms::Drain { until }).await;
        let patience = within + LAST_WORDS;
        if timeout(patience, self.rooms).await.is_err() {
            tracing::warn!("a room did not close in time");
        }
        self.peers.abort();
        leave_behind(&self.gateway.house).await;
        let _unless_gone = self.gateway.cluster.try_send(ClusterRequest::Leave);
        let _ = self.closing.send(true); // The door has gone already if nobody hears.
        let _ = timeout(LAST_WORDS, self.door).await;
        let _ = self.peers.await;
        let cluster_client = self.cluster_client.abort_handle();
        if timeout(cluster::BACKEND_TIMEOUT * 3, self.cluster_client)
            .await
            .is_err()
        {
            cluster_client.abort(); // The others will learn of it within its TTL.
        }
        // What waits for the disk is written before the last one who could add to it is gone.
        drop(self.gateway);
        let store = self.store;
        is_written(move || store.join()).await;
    }

    /// Stops after the next tick of every room, with everybody in: another process goes on. Whoever
    /// is answered by HTTP just now is.
    #[cfg(target_os = "linux")]
    pub async fn hand_over(self, kept: &Kept) {
        self.gateway.house.drain();
        let _ = self.closing.send(true); // The door has gone already if nobody hears.
        let house = Arc::clone(&self.gateway.house);
        if timeout(LAST_WORDS, house.nobody_enters()).await.is_err() {
            tracing::warn!("somebody took too long to come in");
        }
        // What is dropped from here on goes on elsewhere: nothing of it is to be forgotten.
        kept.go_silent();
        let _unless_gone = self.gateway.rooms.send(ToRooms::HandOver).await;
        let _ = self.rooms.await;
        self.peers.abort();
        self.cluster_client.abort(); // Without a goodbye to the directory: the server goes on.
        let _ = self.door.await;
        let _ = self.peers.await;
        kept.report_stopped();
        // The next one goes on from here; its store waits until this one lets go. What keeps it
        // open are the house's owners, and those who are answered just now: they need no store.
        lets_go(house.store.clone(), self.store).await;
        let _ = timeout(HTTP, self.closing.closed()).await;
    }
}

/// Writes down what the rooms are, for the next process on the same folder.
async fn leave_behind(house: &House) {
    let (Some(folder), rooms) = (house.options.data.clone(), house.left_behind()) else {
        return;
    };
    if rooms.is_empty() {
        return;
    }
    let when = house.store.wall().since_1970();
    let writing = spawn_blocking(move || closing::write(&folder, when, &rooms));
    let written = match timeout(LAST_WORDS, writing).await {
        Ok(Ok(written)) => written,
        _ => Err(io::ErrorKind::TimedOut.into()),
    };
    if let Err(error) = written {
        house.leave_nothing_behind();
        tracing::error!(%error, "cannot write down who sits where: after the restart everybody is a new player");
    }
}

/// What waits is written, and the scores may be opened by another process. Whoever is answered just
/// now is answered meanwhile.
#[cfg(target_os = "linux")]
async fn lets_go(store: Store, thread: thread::JoinHandle<()>) {
    is_written(move || {
        store.close(); // Which waits, too, if the disk hangs and all places are taken.
        thread.join()
    })
    .await;
}

/// Waits for the thread that writes to the disk: `last` tells it to end, if need be, and joins it.
async fn is_written(last: impl FnOnce() -> thread::Result<()> + Send + 'static) {
    if timeout(LAST_WORDS, spawn_blocking(last)).await.is_err() {
        tracing::warn!("the disk took too long; what was told to be stored is");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::{folder::Folder, store::Score};
    use bytes::Bytes;
    use std::time::Instant;

    #[tokio::test]
    async fn nobody_waits_for_a_store_that_has_no_place_even_for_its_last_word() {
        let folder = Folder::new();
        let hall: Arc<str> = "hall".into();
        let (before, its_thread) = Store::open(folder.path()).expect("new scores");
        // It waits until the one before lets go, and takes nothing out of its queue meanwhile.
        let (store, thread) = Store::go_on(folder.path()).expect("a thread");
        let ann = Score {
            name: "ann".to_owned(),
            team: 0,
            points: 5,
        };
        assert!(store.keep_scores(&hall, store.wall().day(), vec![ann]));
        while store.keep_round(&hall, 1, Bytes::new()) {}
        // One thread does both. If closing took it, the scores would not be there when the store
        // gives up waiting for them.
        let others = async {
            before.close();
            its_thread.join().expect("it let go");
        };
        tokio::join!(lets_go(store.clone(), thread), others);
        let until = Instant::now() + Duration::from_secs(30);
        while store.counts().0 == 0 {
            assert!(Instant::now() < until, "{:?}", store.counts());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(store.board(None).ever.len(), 1, "{:?}", store.counts());
    }
}
