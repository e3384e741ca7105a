//! One stay in a room, from the first word to the end of the line.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::connection::{Heard, Line};
use crate::lifecycle::Person;
use crate::model::Ground;
use crate::plan::Manners;
use crate::session::Guest;

/// A server that says nothing for so long is mute: ten times a second would be usual.
const MUTE: Duration = Duration::from_secs(10);

/// How long a sleepy phone stays awake.
const AWAKE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(6));

/// How long a slow one looks away for the first time; then twice as long, and so on.
const AWAY: Duration = Duration::from_secs(2);
const LONGEST_AWAY: Duration = Duration::from_secs(16);

/// For the answer to a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// How a stay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parting {
    /// The crowd goes home.
    Home,
    /// The phone fell asleep.
    Slept,
    /// The server said when to come back.
    Told(Duration),
    /// The line dropped, or the server ended it.
    Dropped,
    /// Not let in.
    Refused,
    /// The server does not answer, and another one may know why.
    Waits,
}

/// Somebody in a room.
pub(crate) struct Visit<'a> {
    line: Line,
    guest: Guest<'a>,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(person: &'a mut Person, line: Line, ground: Arc<Ground>) -> Self {
        Self {
            line,
            guest: Guest::new(person, ground),
        }
    }

    pub(crate) async fn stay(mut self) -> Parting {
        let mut going = self.guest.person.going.clone();
        let hello = self.guest.hello();
        self.line.say(&hello);
        let asleep = match self.guest.person.manners {
            Manners::Sleepy => {
                Some(Instant::now() + self.guest.person.chance.between(AWAKE.0, AWAKE.1))
            }
            _ => None,
        };
        let mut away = AWAY;
        loop {
            let mute = Instant::now() + MUTE;
            let until = asleep.map_or(mute, |asleep| asleep.min(mute));
            let heard = tokio::select! {
                biased;
                _ = going.changed() => return self.goodbye().await,
                heard = timeout_at(until, self.hear()) => heard,
            };
            match heard {
                Ok(Continue(())) => {}
                Ok(Break(parting)) => return parting,
                Err(_) if asleep.is_some_and(|asleep| Instant::now() >= asleep) => {
                    self.fall_asleep();
                    return Parting::Slept;
                }
                Err(_) => {
                    self.guest.ended(1006);
                    return Parting::Dropped;
                }
            }
            if self.guest.looks_away() {
                tokio::select! {
                    biased;
                    _ = going.changed() => return self.goodbye().await,
                    () = sleep(away) => {}
                }
                away = (away * 2).min(LONGEST_AWAY);
                if let Break(parting) = self.look_back().await {
                    return parting;
                }
            }
        }
    }

    /// Waits for something, understands it, and says what there is to say.
    async fn hear(&mut self) -> ControlFlow<Parting> {
        let Self { line, guest } = self;
        let heard = line.hear(|frame| guest.takes(frame)).await;
        for word in guest.words() {
            line.say(&word);
        }
        line.flush();
        match heard {
            Heard::More => Continue(()),
            Heard::Enough(parting) => {
                // The answer that RFC 6455 wants, also to what was garbage.
                line.say_close(1000);
                Break(parting)
            }
            Heard::End => {
                guest.ended(1006);
                Break(Parting::Dropped)
            }
        }
    }

    /// A slow one reads all that has come meanwhile.
    async fn look_back(&mut self) -> ControlFlow<Parting> {
        while let Ok(heard) = timeout(Duration::from_millis(20), self.hear()).await {
            heard?;
        }
        Continue(())
    }

    /// Half of the phones are cut off with a reset, the others just stop: their line stays open and
    /// nobody is there.
    fn fall_asleep(mut self) {
        self.guest.gone();
        let person = self.guest.person;
        let stream = self.line.into_stream();
        if person.chance.next().is_multiple_of(2) {
            let _ = stream.set_zero_linger(); // Without it there is a FIN, and that is a way to go as well.
        } else {
            person.limbo = Some(stream);
        }
    }

    async fn goodbye(&mut self) -> Parting {
        let leave = self.guest.leave();
        self.line.say(&leave);
        let listening = async { while self.hear().await.is_continue() {} };
        let _ = timeout(GOODBYE, listening).await; // No answer: the last line of the books tells.
        self.guest.gone();
        Parting::Home
    }
}
