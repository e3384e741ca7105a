//! One visit of a player, from its join to its end, with all checks of what it reads.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use lock::lock;
use snack::{Event, Heard, News, Request};

use crate::bot::{Behaviour, Bot};
use crate::connection::{Connection, PATIENCE, Received};
use crate::ledger::Ledger;
use crate::order::Order;
use crate::shared::Shared;

/// A pause that is too short to read in: a socket's time-out is counted in the kernel's ticks of
/// some milliseconds.
const BREATH: Duration = Duration::from_millis(5);

/// A player while it is connected.
#[derive(Debug)]
pub(crate) struct Visit<'v, 'a> {
    bot: &'v mut Bot<'a>,
    shared: &'a Shared,
    ledger: &'a Ledger,
    connection: Connection,
    order: Order,
}

/// Why a visit is over.
#[derive(Debug)]
pub(crate) enum Parting {
    /// As planned.
    Gone,
    /// The server ended the connection.
    Ended,
    /// The crowd is closing.
    Closing,
}

/// A line that may answer the pending request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    Joined,
    Grabbed,
    Left,
    Refused,
}

impl<'v, 'a> Visit<'v, 'a> {
    pub(crate) fn new(bot: &'v mut Bot<'a>, connection: Connection) -> Self {
        let (shared, ledger) = (bot.shared, bot.ledger);
        Self {
            bot,
            shared,
            ledger,
            connection,
            order: Order::default(),
        }
    }

    pub(crate) fn play(mut self) -> Parting {
        match self.until_it_parts() {
            Break(Parting::Ended) if !self.shared.is_closing() => {
                self.ledger.ended_by_server.add(1);
                Parting::Ended
            }
            Break(parting) => parting,
            Continue(()) => Parting::Gone,
        }
    }

    fn until_it_parts(&mut self) -> ControlFlow<Parting> {
        let join = Request::Join(self.ledger.name.clone());
        while self.asks(&join, Reply::Joined)? == Reply::Refused {
            self.ledger.turned_away.add(1);
            if !self.bot.back_off() {
                return Break(Parting::Closing);
            }
        }
        self.bot.is_welcome();
        loop {
            self.thinks()?;
            let goes = self
                .bot
                .rng
                .once_in(self.shared.plan.stay.saturating_add(1));
            if !goes || self.shared.plays_less_than(self.shared.plan.leave_after) {
                self.asks(&Request::Grab, Reply::Grabbed)?;
            } else if self.bot.behaviour == Behaviour::Polite {
                return self.leaves();
            } else {
                // An error is fine: the server hung up first.
                let _ = self.connection.say(&Request::Grab);
                return Continue(());
            }
        }
    }

    /// Sends a request, and waits for the answer. The ledger shows since when it waits.
    fn asks(&mut self, request: &Request, granted: Reply) -> ControlFlow<Parting, Reply> {
        self.ledger.asked.store(self.shared.now() + 1, Relaxed);
        if self.connection.say(request).is_err() {
            return Break(Parting::Ended);
        }
        loop {
            let Some(reply) = self.hears()? else { continue };
            // No player may be refused to leave: a refusal then answers an earlier request.
            if reply == granted || (reply == Reply::Refused && granted != Reply::Left) {
                self.is_answered();
                return Continue(reply);
            }
        }
    }

    fn is_answered(&self) {
        self.ledger.asked.store(0, Relaxed);
        self.ledger.replies.add(1);
        self.shared.replied();
    }

    /// Sends `leave`. The end of the connection is an answer too.
    fn leaves(&mut self) -> ControlFlow<Parting> {
        match self.asks(&Request::Leave, Reply::Left) {
            Break(Parting::Ended) if !self.shared.is_closing() => self.is_answered(),
            Break(parting) => return Break(parting),
            Continue(_) => {
                // Lets the server hang up first. If it does not, one short wait is enough.
                let _ = self.connection.wait_at_most(BREATH);
                while !matches!(self.connection.hear(), Received::Silence | Received::End) {}
            }
        }
        self.ledger.goodbyes.add(1);
        Continue(())
    }

    /// Pauses between requests. During a long pause it continues to read.
    fn thinks(&mut self) -> ControlFlow<Parting> {
        let pause = self.bot.rng.between(Duration::ZERO, self.shared.plan.think);
        let until = Instant::now() + pause;
        if pause <= BREATH {
            thread::sleep(pause);
        } else {
            while Instant::now() < until && !self.shared.is_closing() {
                // An error means that the socket is gone; the next read reports that.
                let _ = self
                    .connection
                    .wait_at_most(until.saturating_duration_since(Instant::now()));
                self.hears()?;
            }
            let _ = self.connection.wait_at_most(PATIENCE);
        }
        if self.shared.is_closing() {
            Break(Parting::Closing)
        } else {
            Continue(())
        }
    }

    /// Reads one line, if one comes soon.
    fn hears(&mut self) -> ControlFlow<Parting, Option<Reply>> {
        match self.connection.hear() {
            Received::Line(Heard::Event(event)) => Continue(self.sees(event)),
            Received::Line(Heard::Refused(_)) => Continue(Some(Reply::Refused)),
            Received::Line(Heard::Help(_)) => Continue(None),
            Received::Garbage => {
                self.ledger.garbage.add(1);
                Continue(None)
            }
            // While the crowd is closing, an answer may still come.
            Received::Silence if self.shared.is_closed() => Break(Parting::Closing),
            Received::Silence => Continue(None),
            Received::End => Break(Parting::Ended),
        }
    }

    /// Checks the order of an event, and whether it answers this player's request.
    fn sees(&mut self, Event { number, news }: Event) -> Option<Reply> {
        if let Some((earlier, number)) = self.order.note(number) {
            self.ledger.out_of_order.store(true, Relaxed);
            lock(&self.shared.ground)
                .first_disorder
                .get_or_insert_with(|| (self.ledger.name.clone(), earlier, number));
        }
        match news {
            News::Joined { name } if name == self.ledger.name => Some(Reply::Joined),
            News::Grabbed { name, snack } if name == self.ledger.name => {
                self.ledger.grabbed.add(1);
                self.shared.was_given(snack);
                Some(Reply::Grabbed)
            }
            News::Left { name, .. } if name == self.ledger.name => Some(Reply::Left),
            _ => None,
        }
    }
}

/// Event numbers that are missing at the end of a visit were never sent.
impl Drop for Visit<'_, '_> {
    fn drop(&mut self) {
        self.ledger.missed.add(self.order.missed());
    }
}
