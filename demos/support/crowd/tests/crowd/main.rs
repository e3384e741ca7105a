//! The crowd against an honest server, and against the same one as a liar: each lie is counted as
//! what it is.

mod command;
mod honest;
mod liars;
mod room;
mod server;
