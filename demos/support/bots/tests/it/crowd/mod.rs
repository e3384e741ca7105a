//! The crowd against servers whose behaviour is known.

mod command;
mod honest;
mod liars;
mod server;
