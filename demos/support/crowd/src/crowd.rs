//! Starting and stopping a crowd.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::shared::Shared;
use crate::{Metrics, Plan, lifecycle};

/// The maximum time for all clients to begin to leave, and to end.
const END: Duration = Duration::from_secs(1);

/// Running clients, one task each. Dropping it aborts the tasks.
#[derive(Debug)]
pub struct Crowd {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    clients: JoinSet<()>,
}

impl Crowd {
    /// Connects the clients of `plan` to `address`, spread evenly over `plan.ramp`, and returns
    /// without waiting for them. The tasks run on the current tokio runtime.
    pub async fn start(address: SocketAddr, plan: Plan) -> Self {
        let (people, ramp) = (plan.people(), plan.ramp);
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared::new(address, plan));
        let mut clients = JoinSet::new();
        for (number, behavior) in (0..).zip(shared.plan.behaviors()) {
            let life = lifecycle::run(Arc::clone(&shared), number, behavior, stopped.clone());
            let delay = ramp.mul_f64(number as f64 / people as f64);
            clients.spawn(async move {
                sleep(delay).await;
                life.await;
            });
        }
        Self {
            shared,
            stop,
            clients,
        }
    }

    /// Returns a copy of the metrics.
    pub fn metrics(&self) -> Metrics {
        self.shared.metrics().clone()
    }

    /// Lets every client leave and wait for the server's answer, and returns the metrics. It takes
    /// a second more than `plan.goodbye` at most, also if the server does not answer.
    pub async fn stop(mut self) -> Metrics {
        // An error means that all clients have ended already.
        let _ = self.stop.send(true);
        let all_ended = async { while self.clients.join_next().await.is_some() {} };
        let longest = self.shared.plan.goodbye + END;
        let _ = timeout(longest, all_ended).await; // The drop aborts those that remain.
        self.metrics()
    }
}
