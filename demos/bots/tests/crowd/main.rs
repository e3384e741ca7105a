//! The crowd, let loose on servers whose conduct is known.

mod command;
mod honest;
mod liars;
mod server;
