//! What each thread of a model did, in the order in which it happened.
//!
//! All threads of a model share one operating system thread, so the record is thread-local and
//! needs no lock.

mod act;
mod hook;
mod lanes;
mod orders;
mod steps;
mod tape;
mod views;

pub(crate) use act::{Act, How, Kind, Value};
pub(crate) use hook::{
    LastPanic, Outlet, Refused, Stop, abandon, attempts, exploring, goes_on, install, last_panic,
    refuse, watch_attempts, watched, watches_attempts,
};
pub(crate) use lanes::{
    begin, child, ended, epoch, has_ended, host, joined, joiners, lane_name, me, next_chance,
    outside, rename, resume_as, task_lane, task_turn, thread_starts,
};
pub(crate) use orders::{earlier, has_changed, has_fenced, has_read, has_stored};
pub(crate) use steps::{
    alone, begin_next_with, begins_as, doubt_of_reads, enter_gate, finds, fingerprint,
    finish_waiting, forgets, holds_at_most, holds_more, is_fair_turn, is_old, is_possible,
    is_waiting, latest_values, leave_gate, lets_go, loads, next_beginning, object, pointer,
    reserves, said, step, stores, take_doubt, takes, uses, waits, wants, was_woken, would_wait,
};
pub(crate) use tape::{Doubt, LaneId, Object, ObjectId, Place, Role, Step, Tape, Wait, tape};
