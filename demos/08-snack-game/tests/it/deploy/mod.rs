//! The files in `deploy/`, each run as far as this machine can.

mod caddy;
#[cfg(target_os = "linux")]
mod commands;
mod container;
mod nginx;
mod proxy;
mod through_tls;
