//! Graceful shutdown: stop accepting, finish the rounds, store the results, close every connection.

use super::Server;
use crate::{
    clock,
    cluster::{self, ClusterRequest},
    metrics::Metrics,
    rooms::ToRooms,
    server_state::ClosedRooms,
    snapshot_file,
};
use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};
use tokio::{task::spawn_blocking, time::timeout};

/// How long each step may take after the rooms have closed.
pub(super) const STEP_TIMEOUT: Duration = Duration::from_secs(5);

impl Server {
    /// Shuts down gracefully: accepts no new players, lets each round end within the drain time,
    /// closes every connection with a close frame, and writes the restart file. HTTP requests are
    /// answered until the last room has closed, so that a page can ask what happens.
    pub async fn drain(self) {
        let state = &self.gateway.state;
        let within = state.options.drain;
        state.admission.drain();
        let (seconds, players) = (within.as_secs(), state.admission.players());
        tracing::info!(seconds, players, "draining");
        let until = clock::now() + within;
        let _unless_gone = self.gateway.rooms.send(ToRooms::Drain { until }).await;
        if timeout(within + STEP_TIMEOUT, self.rooms).await.is_err() {
            tracing::warn!("a room did not close in time");
        }
        self.peer_seats.abort();
        if let Some(folder) = state.options.data.clone() {
            let when = state.store.wall().since_1970();
            write_restart_file(folder, when, &state.closed_rooms).await;
        }
        let _unless_gone = self.gateway.cluster.try_send(ClusterRequest::Leave);
        let _ = self.shutdown.send(true); // Fails if the gateway has ended already.
        let _ = timeout(STEP_TIMEOUT, self.accepting).await;
        let _ = self.peer_seats.await;
        let cluster_client = self.cluster_client.abort_handle();
        if timeout(cluster::BACKEND_TIMEOUT * 3, self.cluster_client)
            .await
            .is_err()
        {
            cluster_client.abort(); // The others find out when its TTL expires.
        }
        if let Some(folder) = &state.options.data {
            write_counts(folder, &state.metrics);
        }
        // The store ends when its last sender is dropped, after it has written what waits.
        drop(self.gateway);
        let store = self.store;
        wait_for_store(move || store.join()).await;
    }
}

/// Writes the counts of the metrics, for the next process on the same folder. From here on they are
/// not shown any more.
fn write_counts(folder: &Path, metrics: &Metrics) {
    if let Err(error) = metrics.close().write(folder) {
        tracing::warn!(%error, "cannot write the counts of the metrics: the next server begins at 0");
    }
}

/// Writes the snapshots of all rooms, for the next process on the same folder.
async fn write_restart_file(folder: PathBuf, when: Duration, closed: &ClosedRooms) {
    let rooms = closed.all();
    if rooms.is_empty() {
        return;
    }
    let writing = spawn_blocking(move || snapshot_file::write(&folder, when, &rooms));
    let written = match timeout(STEP_TIMEOUT, writing).await {
        Ok(Ok(written)) => written,
        _ => Err(io::ErrorKind::TimedOut.into()),
    };
    if let Err(error) = written {
        closed.clear();
        tracing::error!(%error, "cannot write the restart file: players lose their seats");
    }
}

/// Waits for the store's thread, which `join` stops, if need be, and joins.
pub(super) async fn wait_for_store(join: impl FnOnce() -> thread::Result<()> + Send + 'static) {
    if timeout(STEP_TIMEOUT, spawn_blocking(join)).await.is_err() {
        tracing::warn!("the disk took too long: results that still wait may be lost");
    }
}
