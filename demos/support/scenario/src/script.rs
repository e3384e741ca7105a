//! Scripts: what players do one after the other, or at once, in the room of any step. What happens
//! is compared with the [`Book`], line by line.

use crate::{
    act::Act,
    book::{Book, End, Page},
};
use lanes::thread;
use snack::Refusal;
use std::collections::BTreeSet;

/// The room of any step, as a script plays it. A clone leads to the same room.
pub trait AnyRoom: Clone + 'static {
    /// A seat, and the phone of its player.
    type Guest: 'static;

    /// An empty room.
    fn opens() -> Self;

    /// Makes the room ready for several threads. The thread, if it needs one, ends when every clone
    /// is dropped.
    fn starts(self) -> (Self, Option<thread::JoinHandle<()>>) {
        (self, None)
    }

    /// Takes a seat.
    ///
    /// # Errors
    /// The room refuses.
    fn join(&self, name: &'static str, places: usize) -> Result<Self::Guest, Refusal>;

    /// Takes a snack.
    ///
    /// # Errors
    /// The room refuses.
    fn grab(&self, guest: &Self::Guest) -> Result<(), Refusal>;

    /// Gives the seat up.
    fn leave(&self, guest: &Self::Guest);

    /// Refills the tray.
    fn refill(&self);

    /// Tells one player why a request failed.
    fn refuse(&self, guest: &Self::Guest, refusal: &Refusal);

    /// The player reads one line.
    fn read(guest: &mut Self::Guest);

    /// Every line that the room sent to the player so far, read or not.
    fn told(guest: &mut Self::Guest) -> Vec<String>;

    /// Asserts that a player without a seat receives nothing more, and why.
    fn has_ended(guest: Self::Guest, end: End);
}

/// A room that can show all that it keeps.
pub trait Holds: AnyRoom {
    /// What the room keeps, as `{:?}` shows it.
    fn holds(&self) -> String;
}

/// A room, and all who ever joined it, by the time when they did.
struct Party<R: AnyRoom> {
    room: R,
    guests: Vec<(&'static str, R::Guest)>,
}

impl<R: AnyRoom> Party<R> {
    fn act(&mut self, act: Act) -> Result<(), Refusal> {
        let room = &self.room;
        match act {
            Act::Join(name, places) => {
                let guest = room.join(name, places)?;
                self.guests.push((name, guest));
            }
            Act::Grab(name) => room.grab(self.last(name))?,
            Act::LateGrab(name) => room.grab(self.first(name))?,
            Act::Leave(name) => room.leave(self.last(name)),
            Act::LateLeave(name) => room.leave(self.first(name)),
            Act::Refill => room.refill(),
            Act::Refuse(name) => room.refuse(self.last(name), &Refusal::AlreadyIn),
            Act::Read(name, lines) => {
                let found = self.guests.iter_mut().rev().find(|(it, _)| *it == name);
                let (_, guest) = found.expect("it joined");
                for _ in 0..lines {
                    R::read(guest);
                }
            }
        }
        Ok(())
    }

    fn first(&self, name: &str) -> &R::Guest {
        let found = self.guests.iter().find(|(it, _)| *it == name);
        &found.expect("it joined").1
    }

    fn last(&self, name: &str) -> &R::Guest {
        let found = self.guests.iter().rev().find(|(it, _)| *it == name);
        &found.expect("it joined").1
    }

    /// A part of the party for a thread: the room, and the players that it plays.
    fn leads(&mut self, acts: &[Act]) -> Party<R> {
        let is_played = |name| acts.iter().any(|act| act.player() == Some(name));
        let all = std::mem::take(&mut self.guests).into_iter();
        let (guests, others) = all.partition(|(name, _)| is_played(*name));
        self.guests = others;
        let room = self.room.clone();
        Party { room, guests }
    }

    /// Asserts that every player received what the book says, and nothing else.
    fn agrees(mut self, book: &Book) {
        let seen = told::<R>(&mut self.guests);
        assert_eq!(seen, expected(book), "every player receives what happened");
        ends::<R>(self.guests, book);
    }
}

/// A player's name, and the lines that it received.
pub type Told = (&'static str, Vec<String>);

/// What every player received. Sorts the players by it.
fn told<R: AnyRoom>(guests: &mut Vec<(&'static str, R::Guest)>) -> Vec<Told> {
    let mut all: Vec<_> = std::mem::take(guests)
        .into_iter()
        .map(|(name, mut guest)| ((name, R::told(&mut guest)), guest))
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut lines = Vec::new();
    for (told, guest) in all {
        guests.push((told.0, guest));
        lines.push(told);
    }
    lines
}

/// Asserts that a player without a seat receives nothing more. The players are sorted as in
/// [`told`].
fn ends<R: AnyRoom>(guests: Vec<(&'static str, R::Guest)>, book: &Book) {
    for ((_, guest), page) in guests.into_iter().zip(sorted(book)) {
        if let Some(end) = page.end {
            R::has_ended(guest, end);
        }
    }
}

fn sorted(book: &Book) -> Vec<&Page> {
    let mut pages: Vec<&Page> = book.pages.iter().collect();
    pages.sort_by_key(|page| (page.name, page.told.clone()));
    pages
}

fn expected(book: &Book) -> Vec<Told> {
    let pages = sorted(book).into_iter();
    pages.map(|page| (page.name, page.told.clone())).collect()
}

/// Plays one act after the other in a new room. Returns the room with its guests, and the book.
fn play<R: AnyRoom>(script: &[Act]) -> (Party<R>, Book) {
    let (mut party, mut book) = (
        Party {
            room: R::opens(),
            guests: Vec::new(),
        },
        Book::default(),
    );
    play_on(&mut party, &mut book, script);
    (party, book)
}

fn play_on<R: AnyRoom>(party: &mut Party<R>, book: &mut Book, script: &[Act]) {
    for &act in script {
        let answer = party.act(act);
        assert_eq!(answer, book.act(act), "{act:?}");
    }
}

/// Plays one act after the other in a new room. Each must be answered, and told to every player, as
/// the book says.
///
/// # Panics
/// The room does something else.
pub fn one_by_one<R: AnyRoom>(script: &[Act]) {
    let (party, book) = play::<R>(script);
    party.agrees(&book);
}

/// Plays a long script like [`one_by_one`]. Its second half is played by another thread, because
/// loom counts the steps of a thread in 16 bits.
///
/// # Panics
/// The room does something else.
pub fn one_by_one_in_two_threads<R: AnyRoom>(script: &[Act]) {
    // A later act tells more players.
    let (first, second) = script.split_at(script.len() * 2 / 3);
    let (mut party, mut book) = play::<R>(first);
    let second = second.to_vec();
    let second = thread::spawn("second", move || {
        play_on(&mut party, &mut book, &second);
        (party, book)
    });
    let (party, book) = second.join().expect("a panic ends the model");
    party.agrees(&book);
}

/// Plays some acts, then two lists of acts at once, each on a thread, and then some more. What is
/// answered and told must be what one order of the acts would do.
///
/// # Panics
/// No order of the acts explains what happened.
pub fn at_once<R: AnyRoom>(
    before: &[Act],
    threads: [&'static [Act]; 2],
    after: &[Act],
    explains: Explains,
) {
    let (party, book) = play::<R>(before);
    let Party { room, guests } = party;
    let (room, open) = room.starts();
    let mut party = Party { room, guests };
    let running = threads.map(|acts| {
        let mut part = party.leads(acts);
        let name = acts.iter().find_map(|act| act.player()).unwrap_or("ticker");
        thread::spawn(name, move || {
            let answers: Vec<_> = acts.iter().map(|&act| part.act(act)).collect();
            (part.guests, answers)
        })
    });
    let answers = running.map(|thread| {
        let (back, answers) = thread.join().expect("a panic ends the model");
        party.guests.extend(back);
        answers
    });
    for &act in after {
        party.act(act).expect("it is not refused");
    }
    let Party { room, mut guests } = party;
    drop(room);
    if let Some(open) = open {
        open.join().expect("a panic ends the model");
    }
    let seen = told::<R>(&mut guests);
    let order = orders(&book, threads)
        .into_iter()
        .find_map(|(mut book, due)| {
            let all_agreed = after.iter().all(|&act| book.act(act).is_ok());
            let is_it = all_agreed && due == answers && explains(&book, &seen);
            is_it.then_some(book)
        });
    let Some(book) = order else {
        panic!("no order of {threads:?} explains the answers {answers:?} and the lines {seen:#?}");
    };
    ends::<R>(guests, &book);
}

/// Whether a book explains what every player received.
pub type Explains = fn(&Book, &[Told]) -> bool;

/// Every line, in its order.
pub(crate) fn explains(book: &Book, seen: &[Told]) -> bool {
    expected(book) == seen
}

/// Every line once, in any order, and without the numbers of events and snacks. A player that comes
/// or leaves at the same time may be told more, and one that leaves may also be told less.
pub(crate) fn explains_in_any_order(book: &Book, seen: &[Told]) -> bool {
    let pages = sorted(book);
    let agrees = |(page, (name, told)): (&&Page, &Told)| {
        let is_event = |line: &&String| line.starts_with('#');
        let events = told.iter().filter(is_event);
        let numbers: BTreeSet<_> = events.clone().map(|line| line.split(' ').next()).collect();
        let words = words(told);
        let is_told = match page.end {
            None => self::words(&page.told)
                .iter()
                .all(|line| words.contains(line)),
            Some(_) => words
                .iter()
                .any(|line| line.contains(&format!("{name} left"))),
        };
        page.name == *name && is_told && numbers.len() == events.count()
    };
    pages.len() == seen.len() && pages.iter().zip(seen).all(agrees)
}

fn words(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| without_digits(line)).collect()
}

pub(crate) fn without_digits(text: &str) -> String {
    text.replace(|letter: char| letter.is_ascii_digit(), "")
}

type Answers = [Vec<Result<(), Refusal>>; 2];

/// What every order of two lists of acts would do.
fn orders(book: &Book, acts: [&[Act]; 2]) -> Vec<(Book, Answers)> {
    if acts.iter().all(|acts| acts.is_empty()) {
        return vec![(book.clone(), Answers::default())];
    }
    let mut all = Vec::new();
    for first in 0..2 {
        let [act, later @ ..] = acts[first] else {
            continue;
        };
        let mut book = book.clone();
        let answer = book.act(*act);
        let mut rest = acts;
        rest[first] = later;
        for (book, mut answers) in orders(&book, rest) {
            answers[first].insert(0, answer.clone());
            all.push((book, answers));
        }
    }
    all
}
