//! Who serves, and who serves next: every decision of a keeper, and none of its deeds.
//!
//! A change is two steps. The next worker *checks* whether it could go on, while the old one serves
//! and knows of nothing. Only when it can is the old one told to stop, and only when that one has
//! stopped, or died, is the next one let go on: so two never serve at once.

/// A worker, by its number.
pub(crate) type Who = u64;

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Give this one the rooms' memories to look at.
    Check(Who),
    /// Tell this one to stop after its next tick.
    HandOver(Who),
    /// Give this one everything: it serves.
    Go(Who),
    /// Tell this one to close for good.
    End(Who),
    /// End this one, whatever it does.
    HangUp(Who),
    /// Start another one, which [serves](Plan::serves) at once: the one that served died.
    Follow,
    /// The server has ended, and with it the keeper.
    Over,
    /// For whoever reads the log.
    Say(&'static str),
}

/// What is going on beside the serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// This one looks whether it could go on.
    Checks(Who),
    /// This one could; the old one has been told to stop.
    HandsOver(Who),
}

/// What a keeper has in mind.
#[derive(Debug)]
pub(crate) struct Plan {
    serves: Who,
    beside: Beside,
    /// It is closing time: whoever ends now is not followed by another.
    closing: bool,
}

impl Plan {
    /// Nobody serves yet.
    pub(crate) fn new() -> Self {
        Self {
            serves: 0,
            beside: Beside::Nothing,
            closing: false,
        }
    }

    /// This one serves from now on, and goes on from whatever the one before left.
    pub(crate) fn serves(&mut self, who: Who) -> Vec<Order> {
        self.serves = who;
        vec![Order::Go(who)]
    }

    /// Does it serve? What anybody else says of rooms and lines is not true any more, or not yet.
    pub(crate) fn is_served_by(&self, who: Who) -> bool {
        self.serves == who
    }

    /// Somebody is waited for, but not for ever.
    pub(crate) fn waits(&self) -> bool {
        self.beside != Beside::Nothing
    }

    /// Whether another worker may be started to take over: one change at a time, and none at
    /// closing time.
    pub(crate) fn may_change(&self) -> bool {
        !self.waits() && !self.closing
    }

    /// This one was started to take over.
    pub(crate) fn another(&mut self, who: Who) -> Vec<Order> {
        self.beside = Beside::Checks(who);
        vec![Order::Check(who)]
    }

    /// It says that it could go on.
    pub(crate) fn ready(&mut self, who: Who) -> Vec<Order> {
        if self.beside != Beside::Checks(who) {
            return vec![];
        }
        self.beside = Beside::HandsOver(who);
        vec![Order::HandOver(self.serves)]
    }

    /// It says that it has stopped, and that everything is written down.
    pub(crate) fn done(&mut self, who: Who) -> Vec<Order> {
        match self.beside {
            Beside::HandsOver(next) if who == self.serves => self.promote(next),
            _ => vec![],
        }
    }

    fn promote(&mut self, next: Who) -> Vec<Order> {
        self.beside = Beside::Nothing;
        let mut orders = self.serves(next);
        orders.push(Order::Say("handed over to a new worker"));
        if self.closing {
            orders.push(Order::End(next)); // It was closing time already: this one says goodbye.
        }
        orders
    }

    /// It has ended, however it did. What it had said before was heard before.
    pub(crate) fn ended(&mut self, who: Who) -> Vec<Order> {
        match self.beside {
            Beside::Checks(next) if who == next => {
                self.beside = Beside::Nothing;
                vec![Order::Say(
                    "the new worker cannot go on from here: nothing was changed",
                )]
            }
            Beside::HandsOver(next) if who == next => {
                // The old one may have stopped already: it is ended, and followed by one more.
                self.beside = Beside::Nothing;
                vec![
                    Order::Say("the new worker died while it was handed the server"),
                    Order::HangUp(self.serves),
                ]
            }
            // It died instead of handing over, which comes to the same.
            Beside::HandsOver(next) if who == self.serves => self.promote(next),
            _ if who != self.serves => vec![],
            _ if self.closing => vec![Order::Over],
            _ => vec![Order::Follow],
        }
    }

    /// Whoever is waited for has had its time.
    pub(crate) fn too_late(&mut self) -> Vec<Order> {
        match self.beside {
            // Its end is heard of, and says the rest.
            Beside::Checks(mute) => vec![
                Order::Say("the new worker is mute: it is not waited for any longer"),
                Order::HangUp(mute),
            ],
            Beside::HandsOver(_) => vec![
                Order::Say("the old worker does not stop: it is not waited for any longer"),
                Order::HangUp(self.serves),
            ],
            Beside::Nothing => vec![],
        }
    }

    /// Whether it is closing time.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing
    }

    /// It is closing time; said twice, it is over at once.
    pub(crate) fn close(&mut self) -> Vec<Order> {
        if self.closing {
            let mut orders = vec![Order::HangUp(self.serves)];
            if let Beside::Checks(next) | Beside::HandsOver(next) = self.beside {
                self.beside = Beside::Nothing;
                orders.push(Order::HangUp(next));
            }
            return orders;
        }
        self.closing = true;
        match self.beside {
            // The old one serves and says goodbye; nobody needs the next one any more.
            Beside::Checks(next) => {
                self.beside = Beside::Nothing;
                vec![Order::HangUp(next), Order::End(self.serves)]
            }
            // The old one may have stopped already, and could not say goodbye to anybody: the next
            // one does.
            Beside::HandsOver(_) => vec![],
            Beside::Nothing => vec![Order::End(self.serves)],
        }
    }

    /// The worker that serves has begun to close by itself.
    pub(crate) fn closes(&mut self) {
        self.closing = true;
    }
}
