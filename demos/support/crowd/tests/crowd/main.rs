//! Runs a crowd against an honest test server, and against the same server when it lies. Each lie
//! must be counted as what it is.

mod command;
mod honest;
mod liars;
mod room;
mod server;
