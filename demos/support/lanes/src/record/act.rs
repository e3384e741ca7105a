//! The verbs of a drawing.

use std::fmt;
use std::time::Duration;
pub(crate) use wait_graph::{How, Kind};

/// One step of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    Take,
    TakeToRead,
    TakeToWrite,
    TakePermit,
    AddPermits(usize),
    ForgetPermits(usize),
    LetGo,
    FindTaken,
    Wait(How),
    GiveUp,
    NotifyOne,
    NotifyAll,
    /// A wait begins that ends with a notification or with time.
    WaitAWhile,
    /// Its time is over.
    TimeOut,
    /// A thread that is parked, or will be, continues.
    Unpark,
    /// A wait ends although it was not notified.
    WakeUnasked,
    Load {
        value: Value,
        old: bool,
    },
    Store(Value),
    Change(Value, Value),
    Differs(Value, Value),
    /// A weak exchange fails although it found the expected value.
    FailUnasked(Value),
    /// A weak exchange that failed, and read an earlier value as a load may.
    DiffersInThePast(Value),
    Start(usize),
    Joined(usize),
    Write,
    Unheard,
    Read,
    FindEmpty,
    FindFull,
    FindClosed,
    HangUp,
    Close,
    Sleep(Duration),
}

/// The value of an atomic, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Unsigned(u64),
    Signed(i64),
    Truth(bool),
    /// The number of a pointer in its schedule; 0 is null.
    Pointer(usize),
}

impl Value {
    pub(super) fn bits(self) -> u64 {
        match self {
            Value::Unsigned(value) => value,
            Value::Signed(value) => value.cast_unsigned(),
            Value::Truth(value) => u64::from(value),
            Value::Pointer(number) => number as u64,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unsigned(value) => value.fmt(f),
            Value::Signed(value) => value.fmt(f),
            Value::Truth(value) => value.fmt(f),
            Value::Pointer(0) => f.write_str("null"),
            Value::Pointer(number) => write!(f, "pointer {number}"),
        }
    }
}

impl Act {
    /// Whether this step is bookkeeping (a thread starts or is joined), which is shown only if a
    /// lane waits for it.
    pub(crate) fn is_bookkeeping(self) -> bool {
        matches!(
            self,
            Act::Start(_) | Act::Joined(_) | Act::Wait(How::End(_))
        )
    }

    /// Whether the lane holds something from this step on.
    pub(crate) fn takes(self) -> bool {
        matches!(
            self,
            Act::Take | Act::TakeToRead | Act::TakeToWrite | Act::TakePermit
        )
    }

    /// The step in words: `takes room`, `waits for bob's phone to read`. Without a name the lane is
    /// its own object.
    pub(crate) fn words(
        self,
        kind: Option<Kind>,
        name: &str,
        lane_name: impl Fn(usize) -> String,
    ) -> String {
        match self {
            Act::Take => format!("takes {name}"),
            Act::TakeToRead => format!("takes {name} to read"),
            Act::TakeToWrite => format!("takes {name} to write"),
            Act::TakePermit => format!("takes a permit of {name}"),
            Act::AddPermits(1) => format!("adds a permit to {name}"),
            Act::AddPermits(permits) => format!("adds {permits} permits to {name}"),
            Act::ForgetPermits(1) => format!("forgets a permit of {name}"),
            Act::ForgetPermits(permits) => format!("forgets {permits} permits of {name}"),
            Act::LetGo => format!("lets go of {name}"),
            Act::FindTaken => format!("finds {name} taken"),
            Act::GiveUp => format!("gives up waiting for {name}"),
            Act::NotifyOne => format!("notifies one at {name}"),
            Act::NotifyAll => format!("notifies all at {name}"),
            Act::WaitAWhile => format!("waits a while to be notified at {name}"),
            Act::TimeOut => format!("gives up waiting for {name}: the time is over"),
            Act::Unpark => format!("unparks {name}"),
            Act::WakeUnasked => "wakes although it was not notified (a spurious wake-up)".into(),
            Act::Load { value, old: false } => format!("reads {name}: {value}"),
            Act::Load { value, old: true } => format!("reads {name}: {value}, an old value"),
            Act::Store(value) => format!("sets {name} to {value}"),
            Act::Change(old, new) => format!("changes {name}: {old} → {new}"),
            Act::Differs(found, wanted) => format!("finds {name} at {found}, not {wanted}"),
            Act::DiffersInThePast(found) => {
                format!("finds {name} at {found}, an old value")
            }
            Act::FailUnasked(found) => {
                format!("finds {name} at {found}, but does not change it (a spurious failure)")
            }
            Act::Start(lane) => format!("starts {}", lane_name(lane)),
            Act::Joined(lane) => format!("sees {} end", lane_name(lane)),
            Act::Wait(how) => format!("waits {}", how.words(kind, name, lane_name)),
            Act::Write | Act::Unheard | Act::Read => self.words_on_a_pipe(kind, name),
            Act::FindEmpty if name.is_empty() => "finds no line".into(),
            Act::FindClosed if name.is_empty() => "finds the line closed".into(),
            Act::FindEmpty => format!("finds {name} empty"),
            Act::FindFull => format!("finds {name} full"),
            Act::FindClosed => format!("finds {name} closed"),
            Act::HangUp if name.is_empty() => "hangs up".into(),
            Act::HangUp if kind == Some(Kind::Phone) => format!("hangs up {name}"),
            Act::HangUp => format!("stops reading {name}"),
            Act::Close => format!("closes {name}"),
            Act::Sleep(duration) => format!("sleeps {duration:?}"),
        }
    }

    fn words_on_a_pipe(self, kind: Option<Kind>, name: &str) -> String {
        match (self, kind) {
            (Act::Unheard, _) => format!("writes to {name}, which hung up"),
            (Act::Write, Some(Kind::Channel)) => format!("sends to {name}"),
            (Act::Write, Some(Kind::Outbox)) => format!("puts into {name}"),
            (Act::Write, Some(Kind::Oneshot)) => format!("answers {name}"),
            (Act::Write, _) => format!("writes to {name}"),
            (_, Some(Kind::Channel)) => format!("receives from {name}"),
            (_, Some(Kind::Oneshot)) => format!("hears {name}"),
            (_, Some(Kind::Outbox)) => format!("takes from {name}"),
            _ if name.is_empty() => "reads a line".into(),
            _ => format!("reads {name}"),
        }
    }
}
