//! The stage as attendees and the presenter meet it: over sockets, in a browser, with real git and
//! cargo. One program, so that one link and one pool of threads serve all of it.

#[cfg(target_os = "linux")]
mod addresses;
mod check;
mod close_codes;
mod demos;
mod fallbacks;
mod followers;
mod game;
mod game_crash;
mod handout;
mod http;
mod keyboard;
mod kit;
mod kit_folder;
mod list;
#[cfg(target_os = "linux")]
mod open_files;
mod other_talk;
mod pages;
mod phone_pages;
mod ports;
mod questions;
mod rehearsal;
#[cfg(unix)]
mod remote;
mod restart;
mod security;
mod shutdown;
mod speaker;
mod stage;
mod verdicts;
mod votes;
mod wall;
mod whole_talk;
