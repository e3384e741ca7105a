//! The keeper: it starts workers, holds what they must not lose, and hands it to the next one. It
//! knows nothing of what they do.

mod ears;
mod holds;

use crate::{
    note::{Note, Way, What},
    plan::{Order, Plan, Who},
};
use ears::{Heard, listen};
use holds::Holds;
use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
    process::{Command, ExitStatus},
    thread,
    time::Duration,
};
use tokio::{
    runtime::Builder,
    select,
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    time::{Instant, sleep_until},
};

/// A new worker that is not ready by then is not waited for; nor is an old one that does not hand
/// over.
const PATIENCE: Duration = Duration::from_secs(10);

/// As many workers may die in a row before they had lived for a while. Then it is not chance.
const DEATHS: u32 = 5;

#[derive(Debug)]
struct Worker {
    way: Way,
    /// Its program has served for a while, now or before.
    is_proven: bool,
}

struct Keeper<F> {
    command: F,
    say: fn(&str),
    /// The program of a worker that has served for a while: it goes on after a crash. What is on
    /// the disk is not known to live.
    proven: Option<OwnedFd>,
    heard: mpsc::UnboundedSender<Heard>,
    holds: Holds,
    workers: BTreeMap<u64, Worker>,
    started: Who,
    plan: Plan,
    until: Instant,
    deaths: u32,
    /// It was told more than once to end: whoever serves is not let finish.
    is_hurried: bool,
}

/// Keeps a server until it ends in order; its exit status. `command` starts a worker, whose
/// standard input will be its way to here: the program at that path, which has served already, or,
/// where none is given, the one that is on the disk now. `say` is for whoever reads the log.
///
/// # Errors
/// A sentence: there can be no worker.
pub fn keep(
    listener: OwnedFd,
    command: impl FnMut(Option<&Path>) -> Command,
    say: fn(&str),
) -> Result<i32, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot keep a server: {error}"))?;
    runtime.block_on(async {
        let (way, mut heard) = mpsc::unbounded_channel();
        let mut keeper = Keeper {
            command,
            say,
            proven: None,
            heard: way,
            holds: Holds::only(listener),
            workers: BTreeMap::new(),
            started: 0,
            plan: Plan::new(),
            until: Instant::now(),
            deaths: 0,
            is_hurried: false,
        };
        let hears = |kind| signal(kind).map_err(|error| format!("cannot hear signals: {error}"));
        let mut anew = hears(SignalKind::user_defined2())?;
        let (mut end, mut interrupt) = (
            hears(SignalKind::terminate())?,
            hears(SignalKind::interrupt())?,
        );
        keeper.begin()?;
        loop {
            let waits = keeper.plan.waits();
            select! {
                biased;
                heard = heard.recv() => match heard {
                    Some(Heard::Note(from, note, fd)) => keeper.hear(from, note, fd),
                    Some(Heard::Ended(who, status)) => {
                        if let Some(status) = keeper.ended(who, status)? {
                            return Ok(status);
                        }
                    }
                    None => return Err("the keeper has lost its ears".to_owned()),
                },
                _ = anew.recv() => keeper.another(),
                _ = end.recv() => keeper.close(),
                _ = interrupt.recv() => keeper.close(),
                () = sleep_until(keeper.until), if waits => keeper.too_late(),
            }
        }
    })
}

impl<F: FnMut(Option<&Path>) -> Command> Keeper<F> {
    /// A worker that serves as soon as it can.
    fn begin(&mut self) -> Result<(), String> {
        // The child has a copy of the descriptor until it is that program.
        let proven = self.proven.as_ref().map(AsRawFd::as_raw_fd);
        let proven = proven.map(|fd| format!("/proc/self/fd/{fd}"));
        let number = self.start(proven.as_deref().map(Path::new));
        let number = number.map_err(|error| format!("cannot start a worker: {error}"))?;
        let orders = self.plan.serves(number);
        self.obey(orders);
        Ok(())
    }

    /// Does what was decided, but for what only [`ended`](Self::ended) can do: it starts workers,
    /// and ends with a status.
    fn obey(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Check(who) => self.hand(who, What::Check),
                Order::Go(who) => self.hand(who, What::Go),
                Order::HandOver(who) => {
                    self.until = Instant::now() + PATIENCE;
                    self.tell(who, What::HandOver);
                }
                Order::End(who) => self.tell(who, What::End),
                Order::HangUp(who) => self.hang_up(who),
                Order::Say(sentence) => (self.say)(sentence),
                Order::Follow | Order::Over => {}
            }
        }
    }

    fn start(&mut self, proven: Option<&Path>) -> io::Result<u64> {
        let (way, theirs) = Way::pair()?;
        let mut command = (self.command)(proven);
        let child = command.stdin(theirs).spawn()?;
        drop(command); // And with it the copy of its end: when it dies there is none.
        self.started += 1;
        let number = self.started;
        let (ears, heard) = (way.another()?, self.heard.clone());
        thread::spawn(move || listen(number, &ears, child, &heard));
        let is_proven = proven.is_some();
        self.workers.insert(number, Worker { way, is_proven });
        Ok(number)
    }

    /// Gives a worker all that there is, and says what to do with it.
    fn hand(&mut self, number: u64, then: What) {
        let Some(worker) = self.workers.get(&number) else {
            return;
        };
        if let Err(error) = self.holds.give(&worker.way, then, number - 1) {
            (self.say)(&format!("a worker takes nothing: {error}"));
            worker.way.hang_up();
        }
    }

    fn hear(&mut self, from: Who, note: Note, fd: Option<OwnedFd>) {
        if note.what == What::Ready {
            let orders = self.plan.ready(from);
            return self.obey(orders);
        }
        // Whoever has handed over has nothing to say any more.
        if !self.plan.is_served_by(from) {
            return;
        }
        match (note.what, fd) {
            (What::Alive, program) => {
                (self.deaths, self.proven) = (0, program);
                if let Some(worker) = self.workers.get_mut(&from) {
                    worker.is_proven = true;
                }
            }
            (What::Done, _) => {
                let orders = self.plan.done(from);
                self.obey(orders);
            }
            (What::End, _) => self.plan.closes(),
            (_, fd) => self.holds.hear(note, fd),
        }
    }

    /// A worker is over. Some: and with it the server, with this status.
    fn ended(&mut self, who: Who, status: Option<ExitStatus>) -> Result<Option<i32>, String> {
        let worker = self.workers.remove(&who);
        let orders = self.plan.ended(who);
        let code = status.and_then(|status| status.code());
        if orders.contains(&Order::Over) {
            return Ok(Some(code.unwrap_or(i32::from(!self.is_hurried))));
        }
        let how = status.map_or_else(|| "somehow".to_owned(), |status| status.to_string());
        if !orders.contains(&Order::Follow) {
            if orders.iter().any(|it| matches!(it, Order::Say(_))) {
                (self.say)(&format!("a worker ended ({how})"));
            }
            self.obey(orders);
            return Ok(None);
        }
        if who == 1 && code == Some(1) && self.holds.has_no_room() {
            return Ok(Some(1)); // It could not even begin, and has said why.
        }
        self.deaths += 1;
        if self.deaths >= DEATHS {
            return Err(format!(
                "{DEATHS} workers died in a row, the last one by {how}: there is no point in one more"
            ));
        }
        let is_proven = worker.is_none_or(|it| it.is_proven);
        let next = match !is_proven && self.proven.is_some() {
            true => " before it had served for a second; the program before it goes on",
            false => "; the next one goes on",
        };
        (self.say)(&format!("the worker died ({how}){next}"));
        self.begin()?;
        Ok(None)
    }

    /// Somebody wants the program that is on the disk now.
    fn another(&mut self) {
        if self.plan.is_closing() {
            return (self.say)("it is closing time: nothing was changed");
        }
        if !self.plan.may_change() {
            return (self.say)("one change at a time");
        }
        match self.start(None) {
            Ok(next) => {
                self.until = Instant::now() + PATIENCE;
                let orders = self.plan.another(next);
                self.obey(orders);
            }
            Err(error) => (self.say)(&format!(
                "there is no new worker ({error}): nothing was changed"
            )),
        }
    }

    fn too_late(&mut self) {
        self.until = Instant::now() + PATIENCE;
        let orders = self.plan.too_late();
        self.obey(orders);
    }

    fn close(&mut self) {
        if self.plan.is_closing() {
            self.is_hurried = true;
            (self.say)("told once more to end: it ends at once");
        }
        let orders = self.plan.close();
        self.obey(orders);
    }

    fn tell(&self, who: u64, what: What) {
        if let Some(worker) = self.workers.get(&who)
            && worker.way.send(&what.into(), None).is_err()
        {
            worker.way.hang_up();
        }
    }

    fn hang_up(&self, who: u64) {
        if let Some(worker) = self.workers.get(&who) {
            worker.way.hang_up();
        }
    }
}
