//! The cluster: one suite for both backends, and servers whose Redis is killed, hangs, is emptied
//! and comes back.

mod backends;
mod failure_detection;
mod fake_peer;
mod redis_outage;
mod routing;
mod without_backend;
