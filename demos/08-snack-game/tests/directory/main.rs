//! The directory: the same suite for the one in the process and for Redis, and what becomes of
//! servers when Redis goes, hangs, forgets and returns.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/redis.rs"]
mod redis;

mod alone;
mod dead;
mod others;
mod outage;
mod servers;
mod suite;
