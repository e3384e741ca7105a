//! One connection to a room, from the first message to its end.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::connection::{Connection, ReadResult};
use crate::model::SharedModel;
use crate::plan::Behavior;
use crate::player::{Ending, Player};
use crate::session::Session;

/// A server that sends nothing for this long does not answer. It should send ten ticks a second.
const SERVER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a sleepy phone stays awake.
const AWAKE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(6));

/// How long a slow player does not read. It doubles each time up to [`MAX_PAUSE`].
const PAUSE: Duration = Duration::from_secs(2);
const MAX_PAUSE: Duration = Duration::from_secs(16);

pub(crate) struct Visit<'a> {
    connection: Connection,
    session: Session<'a>,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(
        player: &'a mut Player,
        connection: Connection,
        model: Arc<SharedModel>,
    ) -> Self {
        Self {
            connection,
            session: Session::new(player, model),
        }
    }

    /// Plays until the connection ends or the crowd stops.
    pub(crate) async fn run(mut self) -> Ending {
        let mut stopped = self.session.player.stopped.clone();
        let first = self.session.first_message();
        self.connection.send(&first);
        let falls_asleep = match self.session.player.behavior {
            Behavior::Sleepy => {
                Some(Instant::now() + self.session.player.rng.between(AWAKE.0, AWAKE.1))
            }
            _ => None,
        };
        let mut pause = PAUSE;
        loop {
            let timeout = Instant::now() + SERVER_TIMEOUT;
            let until = falls_asleep.map_or(timeout, |at| at.min(timeout));
            let read = tokio::select! {
                biased;
                _ = stopped.changed() => return self.leave().await,
                read = timeout_at(until, self.read()) => read,
            };
            match read {
                Ok(Continue(())) => {}
                Ok(Break(ending)) => return ending,
                Err(_) if falls_asleep.is_some_and(|at| Instant::now() >= at) => {
                    self.fall_asleep();
                    return Ending::Asleep;
                }
                Err(_) => {
                    self.session.closed(1006);
                    return Ending::Dropped;
                }
            }
            if self.session.stops_reading() {
                tokio::select! {
                    biased;
                    _ = stopped.changed() => return self.leave().await,
                    () = sleep(pause) => {}
                }
                pause = (pause * 2).min(MAX_PAUSE);
                if let Break(ending) = self.catch_up().await {
                    return ending;
                }
            }
        }
    }

    /// Waits for frames, handles them, and sends the messages that they cause.
    async fn read(&mut self) -> ControlFlow<Ending> {
        let Self {
            connection,
            session,
        } = self;
        let read = connection.read(|frame| session.handle(frame)).await;
        for message in session.take_outgoing() {
            connection.send(&message);
        }
        connection.flush();
        match read {
            ReadResult::Open => Continue(()),
            ReadResult::Stopped(ending) => {
                // RFC 6455 requires an answer, also to an invalid frame.
                connection.send_close(1000);
                Break(ending)
            }
            ReadResult::Ended => {
                session.closed(1006);
                Break(Ending::Dropped)
            }
        }
    }

    /// Reads everything that has arrived while a slow player did not read.
    async fn catch_up(&mut self) -> ControlFlow<Ending> {
        while let Ok(read) = timeout(Duration::from_millis(20), self.read()).await {
            read?;
        }
        Continue(())
    }

    /// Drops the connection: half of the phones reset it, the others leave it open and stop
    /// reading.
    fn fall_asleep(mut self) {
        self.session.disconnected();
        let player = self.session.player;
        let stream = self.connection.into_stream();
        if player.rng.draw().is_multiple_of(2) {
            // If it fails, the drop sends a FIN, which also ends the connection.
            let _ = stream.set_zero_linger();
        } else {
            player.half_open = Some(stream);
        }
    }

    async fn leave(&mut self) -> Ending {
        let leave = self.session.leave();
        self.connection.send(&leave);
        let longest = self.session.player.shared.plan.goodbye;
        let answer = async { while self.read().await.is_continue() {} };
        // Without an answer, no close code is counted.
        let _ = timeout(longest, answer).await;
        self.session.disconnected();
        Ending::Stopped
    }
}
