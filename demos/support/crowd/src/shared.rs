//! The state that all clients of a crowd share.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};

use lock::lock;

use crate::metrics::Metrics;
use crate::model::Models;
use crate::plan::Plan;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) server: SocketAddr,
    pub(crate) plan: Plan,
    pub(crate) models: Models,
    metrics: Mutex<Metrics>,
}

impl Shared {
    pub(crate) fn new(server: SocketAddr, plan: Plan) -> Self {
        Self {
            server,
            plan,
            models: Models::default(),
            metrics: Mutex::default(),
        }
    }

    /// Locks the metrics. No client waits for anything while it holds the guard.
    pub(crate) fn metrics(&self) -> MutexGuard<'_, Metrics> {
        lock(&self.metrics)
    }
}
