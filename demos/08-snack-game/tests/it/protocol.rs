//! PROTOCOL.md is true: its sentences about the life of a connection, against the running server.
//! (The bytes of its messages, its close codes and its limits are compared by the crate `rush`.)

mod answers;
mod first_message;
mod lists;
mod rounds;
mod turns;

use crate::common::raw::{Raw, Said};
use rush::wire::{Delta, Seq, ToClient, ToServer, Welcome};

/// The page.
pub(crate) const PAGE: &str = include_str!("../../PROTOCOL.md");

fn join() -> ToServer {
    let name = "ann".to_owned();
    ToServer::Join { name }
}

fn turn(seq: u16, dir: rush::Dir) -> ToServer {
    ToServer::Turn { seq: Seq(seq), dir }
}

/// Waits for the welcome.
#[track_caller]
fn welcome(raw: &mut Raw) -> Welcome {
    raw.receive_until("a Welcome", |said| match said {
        Said::Message(ToClient::Welcome(welcome)) => Some(welcome.clone()),
        _ => None,
    })
}

/// Waits for the next delta that is wanted.
#[track_caller]
fn delta<T>(raw: &mut Raw, what: &str, mut wanted: impl FnMut(&Delta) -> Option<T>) -> T {
    raw.receive_until(what, |said| match said {
        Said::Message(ToClient::Delta(delta)) => wanted(delta),
        _ => None,
    })
}
