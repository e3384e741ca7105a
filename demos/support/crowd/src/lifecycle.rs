//! One person's day: come, play, be shown out, come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rush::Seat;
use rush::wire::Token;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::crowd::Square;
use crate::handshake::{self, Refusal};
use crate::pending_turns::Turns;
use crate::plan::Manners;
use crate::rng::Chance;
use crate::seat_api::{ASK_AGAIN, find_seat};
use crate::visit::{Parting, Visit};

/// Who was turned away comes again after this, then after twice as long, and so on up to
/// [`LONGEST_BACKOFF`].
const BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(3);

/// How long a phone sleeps.
const NAP: (Duration, Duration) = (Duration::from_millis(300), Duration::from_millis(1500));

/// Somebody, and what they remember from line to line.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) square: Arc<Square>,
    pub(crate) number: u64,
    pub(crate) manners: Manners,
    pub(crate) chance: Chance,
    pub(crate) turns: Turns,
    /// Where one plays, and where else one could.
    pub(crate) server: SocketAddr,
    pub(crate) others: Vec<SocketAddr>,
    /// Since when one has no line, for it dropped, or the server ended it in order to restart.
    pub(crate) lost: Option<Instant>,
    /// What brings one back to one's seat.
    pub(crate) ticket: Option<Ticket>,
    /// A line that dropped without anybody's telling the server.
    pub(crate) limbo: Option<TcpStream>,
    /// The pause after one was turned away.
    backoff: Duration,
    pub(crate) going: watch::Receiver<bool>,
}

/// A seat, and what was had in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) token: Token,
    pub(crate) seat: Seat,
    pub(crate) round: u32,
    pub(crate) points: u16,
}

/// Lives until the crowd goes home.
pub(crate) async fn live(
    square: Arc<Square>,
    number: u64,
    manners: Manners,
    going: watch::Receiver<bool>,
) {
    let chance = Chance::new(square.plan.seed, number);
    let mut person = Person {
        server: square.server,
        others: Vec::new(),
        lost: None,
        square,
        number,
        manners,
        chance,
        turns: Turns::default(),
        ticket: None,
        limbo: None,
        backoff: BACKOFF,
        going,
    };
    let mut going = person.going.clone();
    // The token is good in its own room only, so the way that led there once is kept with it.
    let mut path = None;
    while !*going.borrow() {
        let server = person.server;
        let parting = match visit(&mut person, &mut path).await {
            Ok(parting) => parting,
            Err(refusal) => {
                person.refused(&refusal);
                let dead = matches!(refusal, Refusal::Unreachable(_) | Refusal::Mute);
                if dead && !person.others.is_empty() {
                    // Its seat may be had back until the directory says that the server is dead.
                    person.looks_elsewhere().await;
                    Parting::Waits
                } else {
                    Parting::Refused
                }
            }
        };
        if person.server != server {
            person.backoff = BACKOFF;
        }
        let had_a_seat = match parting {
            Parting::Dropped => true,
            Parting::Told(_) => person.ticket.is_some(),
            _ => false,
        };
        if had_a_seat {
            person.lost.get_or_insert_with(Instant::now); // Who is told to wait once more waits since the first time.
        }
        let Some(pause) = person.pause(parting, person.server != server) else {
            return;
        };
        if person.ticket.is_none() {
            person.turns = Turns::default();
            path = None;
        }
        tokio::select! {
            () = sleep(pause) => {}
            _ = going.changed() => {}
        }
    }
}

async fn visit(person: &mut Person, path: &mut Option<String>) -> Result<Parting, Refusal> {
    let way = match (path.clone(), &person.square.plan.room) {
        (Some(way), _) => way,
        (None, Some(room)) => format!("/ws/{room}"),
        (None, None) => {
            let way = find_seat(person).await?;
            person.others = way.others;
            way.path
        }
    };
    let slow = person.manners == Manners::Slow;
    let (server, masks) = (person.server, person.chance.clone());
    *path = Some(way.clone());
    let line = handshake::enter(server, &way, slow, masks).await?;
    let ground = person.square.grounds.at(&format!("{server}{way}"));
    Ok(Visit::new(person, line, ground).stay().await)
}

impl Person {
    /// For so long one stays away; `None`: for good. `moved`: the seat is at another server, which
    /// was not asked yet.
    fn pause(&mut self, parting: Parting, moved: bool) -> Option<Duration> {
        Some(match parting {
            Parting::Home => return None,
            Parting::Slept => self.chance.between(NAP.0, NAP.1),
            Parting::Told(wait) => self.chance.between(wait, wait.mul_f64(1.5)),
            Parting::Waits if moved => Duration::ZERO,
            Parting::Waits => self.chance.between(ASK_AGAIN.0, ASK_AGAIN.1),
            Parting::Dropped => {
                self.backoff = BACKOFF;
                self.chance.between(Duration::ZERO, BACKOFF)
            }
            Parting::Refused => {
                self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
                self.chance.between(self.backoff / 2, self.backoff)
            }
        })
    }

    fn refused(&self, refusal: &Refusal) {
        let mut seen = self.square.seen();
        match refusal {
            Refusal::Unreachable(error) if descriptors::is_exhausted(error) => {
                seen.no_socket += 1;
            }
            Refusal::Unreachable(_) | Refusal::Mute => seen.unreachable += 1,
            Refusal::Full(_) | Refusal::Status(..) => seen.refused += 1,
            Refusal::Garbage(_) => seen.garbage += 1,
        }
        seen.last_refusal = Some(refusal.to_string());
    }
}
