//! Several servers as one: who is alive, how full each server is, which server holds which seat,
//! and one leaderboard for all.
//!
//! Once a second each server writes a report about itself to a shared backend (Redis) and reads the
//! reports of its peers; between two reports it sends heartbeats. The gateway and the rooms read
//! the result from [`Peers`], in memory, so only one task ever waits for the backend
//! ([`ClusterClient`]). If the backend is unreachable, games continue: the peers stay known for
//! [`SERVER_TTL`], then the server acts alone, and when the backend is back it reports everything
//! again.

pub mod backend;
pub mod client;
pub mod failure_detector;
pub mod held_seats;
mod memory;
mod missed_probes;
pub mod peers;
pub mod placement;
mod probe;
pub(crate) mod redis;
pub mod report;
pub mod request;
pub mod seat_key;
pub mod server_info;
pub mod ttl;

pub use self::redis::{NotARedisUrl, RedisBackend};
pub use backend::Backend;
pub use client::ClusterClient;
pub use failure_detector::FailureDetector;
pub use held_seats::HeldSeats;
pub use memory::MemoryBackend;
pub use peers::Peers;
pub use report::{ClusterView, LastSeen, Report, SeatRecord};
pub use request::{ClusterRequest, MAX_PENDING_REQUESTS, SeatLocation};
pub use seat_key::SeatKey;
pub use server_info::ServerInfo;
pub use ttl::{BACKEND_TIMEOUT, HEARTBEAT_INTERVAL, REPORT_INTERVAL, RESTART_TTL, SERVER_TTL};
