//! The steps that lanes make on objects.

use super::tape::{Atomic, Doubt, LaneId, Level, Object, ObjectId, Place, Role, Wait, tape};
use super::{Act, How, Kind, Value, exploring, me, outside, refuse};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;

/// Registers an object under its name.
#[track_caller]
pub(crate) fn object(kind: Kind, name: String) -> ObjectId {
    if !exploring() {
        outside(&format!("`{name}` was made"));
    }
    me();
    tape(|tape| {
        let (holders, queue, readers, writers) = (vec![], vec![], vec![], vec![]);
        tape.objects.push(Object {
            kind,
            name,
            holders,
            queue,
            readers,
            writers,
            atomic: Atomic::default(),
            level: Level::default(),
        });
        ObjectId {
            epoch: tape.epoch,
            index: tape.objects.len() - 1,
        }
    })
}

/// Bounds a pipe: writing to it waits while it holds this many messages. For a semaphore: the
/// number of its permits.
pub(crate) fn holds_at_most(id: ObjectId, capacity: usize) {
    tape(|tape| {
        if let Some(object) = tape.own(id) {
            tape.objects[object].level.capacity = Some(capacity);
        }
    });
}

/// Adds permits to a semaphore.
pub(crate) fn holds_more(id: ObjectId, permits: usize) {
    tape(|tape| {
        if let Some(object) = tape.own(id) {
            let capacity = &mut tape.objects[object].level.capacity;
            *capacity = capacity.map(|capacity| capacity + permits);
        }
    });
}

/// Records that the running lane forgets permits of a semaphore, which `lane` has taken: no lane
/// holds them any more, and the semaphore has that many fewer.
pub(crate) fn forgets(lane: LaneId, id: ObjectId, permits: usize, at: Place) {
    tape(|tape| {
        let Some(object) = tape.own(id) else { return };
        let Object { holders, level, .. } = &mut tape.objects[object];
        if let Some(index) = holders.iter().position(|&(holder, _)| holder == lane) {
            holders.remove(index);
        }
        level.reserved = level.reserved.saturating_sub(permits);
        level.capacity = level.capacity.map(|all| all.saturating_sub(permits));
        let act = Act::ForgetPermits(permits);
        tape.push(tape.current, act, Some(object), Some(at));
    });
}

/// A place in a pipe, or a permit of a semaphore, is reserved, or free again.
pub(crate) fn reserves(id: ObjectId, is_reserved: bool) {
    tape(|tape| {
        if let Some(object) = tape.own(id) {
            let reserved = &mut tape.objects[object].level.reserved;
            *reserved = reserved.saturating_add_signed(if is_reserved { 1 } else { -1 });
        }
    });
}

/// Whether an operation that waits in this way would not have to wait now.
pub(crate) fn is_possible(id: ObjectId, how: How) -> bool {
    tape(|tape| {
        let Some(object) = tape.own(id) else {
            return true;
        };
        let object = &tape.objects[object];
        let level = &object.level;
        match how {
            How::Lock if object.kind == Kind::Semaphore => {
                let is_free = |capacity| level.reserved < capacity;
                level.is_closed || level.capacity.is_some_and(is_free)
            }
            How::Lock => object.holders.is_empty(),
            How::ReadLock => {
                let reads = |&(_, step): &(LaneId, usize)| tape.steps[step].act == Act::TakeToRead;
                object.queue.is_empty() && object.holders.iter().all(reads)
            }
            How::Full => {
                let is_free = |capacity| level.messages + level.reserved < capacity;
                level.is_closed || level.capacity.is_none_or(is_free)
            }
            How::Empty => level.is_closed || level.messages > 0,
            How::Reader => level.is_closed,
            How::Notification | How::End(_) | How::Turn(_) => false,
        }
    })
}

/// Whether no other lane waits in this way already, in front of the running one.
pub(crate) fn is_fair_turn(id: ObjectId, how: How) -> bool {
    tape(|tape| {
        let object = tape.own(id);
        let waits = |wait: &Wait| wait.object == object && wait.how == how && wait.step.is_some();
        !tape.lanes.iter().any(|lane| lane.waits.iter().any(waits))
    })
}

/// Refuses an object of an earlier schedule: it would make this schedule depend on that one.
#[track_caller]
fn own(id: ObjectId) -> usize {
    tape(|tape| tape.own(id)).unwrap_or_else(|| {
        refuse("an object from an earlier schedule is used: make everything inside the model, nothing in statics".into())
    })
}

/// Records a step that no lane waits for.
#[track_caller]
pub(crate) fn step(act: Act, id: ObjectId, at: Option<Place>) {
    let (lane, object) = (me(), own(id));
    tape(|tape| {
        tape.push(lane, act, Some(object), at);
    });
}

/// Records a step without an object.
#[track_caller]
pub(crate) fn alone(act: Act, at: Place) {
    let lane = me();
    tape(|tape| {
        tape.push(lane, act, None, Some(at));
    });
}

/// Sets the words of the latest step.
pub(crate) fn said(words: &str) {
    tape(|tape| {
        if let Some(step) = tape.steps.last_mut() {
            step.said = Some(words.into());
        }
    });
}

/// Records that an atomic is loaded: its latest value, or an earlier one.
#[track_caller]
pub(crate) fn loads(id: ObjectId, value: Value, order: Ordering, at: Place) {
    let old = is_old(id, value, order);
    step(Act::Load { value, old }, id, Some(at));
}

/// Whether a load has read an earlier value than the latest. Records whether that may be
/// impossible.
pub(crate) fn is_old(id: ObjectId, value: Value, order: Ordering) -> bool {
    let object = own(id);
    tape(|tape| {
        let atomic = &tape.objects[object].atomic;
        let old = atomic.latest.is_some_and(|latest| latest != value);
        let doubt = match old {
            true if order == Ordering::SeqCst => Doubt::SeqCst,
            true if atomic.is_stored && atomic.is_changed => Doubt::Mixed,
            _ => Doubt::None,
        };
        tape.doubt_of_reads = tape.doubt_of_reads.max(doubt);
        old
    })
}

/// Records that a read-modify-write has read this value of an atomic. It reads the latest in truth.
pub(crate) fn finds(id: ObjectId, value: Value) {
    tape(|tape| {
        let Some(object) = tape.own(id) else { return };
        let latest = tape.objects[object].atomic.latest;
        if latest.is_some_and(|latest| latest != value) {
            tape.doubt_of_reads = tape.doubt_of_reads.max(Doubt::Mixed);
        }
    });
}

/// A pointer with this address, by its number in this schedule: addresses differ from run to run.
pub(crate) fn pointer(address: usize) -> Value {
    if address == 0 {
        return Value::Pointer(0);
    }
    tape(|tape| {
        let known = tape.addresses.iter().position(|&other| other == address);
        let number = known.unwrap_or_else(|| {
            tape.addresses.push(address);
            tape.addresses.len() - 1
        });
        Value::Pointer(number + 1)
    })
}

/// Sets the first value of an atomic.
pub(crate) fn begins_as(id: ObjectId, value: Value) {
    tape(|tape| {
        if let Some(object) = tape.own(id) {
            tape.objects[object].atomic.latest = Some(value);
            tape.views.begins(object, value);
        }
    });
}

/// The bits of every atomic's latest value, in the order in which they were created.
pub(crate) fn latest_values() -> Vec<u64> {
    tape(|tape| {
        let latest = tape
            .objects
            .iter()
            .filter_map(|object| object.atomic.latest);
        latest.map(Value::bits).collect()
    })
}

/// Sets the values with which the next atomics begin.
pub(crate) fn begin_next_with(values: &[u64]) {
    tape(|tape| tape.beginnings = values.iter().copied().collect());
}

/// The value with which the next atomic begins, if it is not its own.
pub(crate) fn next_beginning() -> Option<u64> {
    tape(|tape| tape.beginnings.pop_front())
}

/// Sets the latest value of an atomic, by a plain store or by a read-modify-write.
pub(crate) fn stores(id: ObjectId, value: Value, is_plain: bool) {
    tape(|tape| {
        if let Some(object) = tape.own(id) {
            let atomic = &mut tape.objects[object].atomic;
            atomic.latest = Some(value);
            *match is_plain {
                true => &mut atomic.is_stored,
                false => &mut atomic.is_changed,
            } = true;
        }
    });
}

/// Whether a read of this schedule may be impossible.
pub(crate) fn doubt_of_reads() -> Doubt {
    tape(|tape| tape.doubt_of_reads)
}

/// Records that the running lane is about to lock. Shown only if another lane holds the lock.
#[track_caller]
pub(crate) fn wants(id: ObjectId, how: How, at: Place) -> LaneId {
    let (lane, object) = (me(), own(id));
    tape(|tape| {
        tape.tickets += 1;
        let wait = Wait {
            ticket: tape.tickets,
            object: Some(object),
            how,
            at: Some(at),
            step: None,
            stops_thread: true,
        };
        tape.lanes[lane].waits.push(wait);
        tape.show_waits(object);
    });
    lane
}

/// Records that the lane holds the object.
pub(crate) fn takes(lane: LaneId, id: ObjectId, act: Act, at: Place) {
    tape(|tape| {
        tape.current = lane;
        let Some(object) = tape.own(id) else { return };
        tape.lanes[lane]
            .waits
            .retain(|wait| wait.object != Some(object));
        tape.objects[object].queue.retain(|&other| other != lane);
        let step = tape.push(lane, act, Some(object), Some(at));
        tape.objects[object].holders.push((lane, step));
        tape.show_waits(object);
    });
}

/// Releases what `lane` took. Another lane may be running now.
pub(crate) fn lets_go(lane: LaneId, id: ObjectId) {
    tape(|tape| {
        let Some(object) = tape.own(id) else { return };
        let holders = &mut tape.objects[object].holders;
        if let Some(index) = holders.iter().position(|&(holder, _)| holder == lane) {
            holders.remove(index);
        }
        tape.push(tape.current, Act::LetGo, Some(object), None);
    });
}

/// Records a visible wait of the lane. The ticket ends it.
#[track_caller]
pub(crate) fn waits(
    lane: LaneId,
    id: Option<ObjectId>,
    how: How,
    at: Place,
    stops_thread: bool,
) -> u64 {
    let object = id.map(own);
    tape(|tape| {
        tape.tickets += 1;
        let step = Some(tape.push(lane, Act::Wait(how), object, Some(at)));
        let wait = Wait {
            ticket: tape.tickets,
            object,
            how,
            at: Some(at),
            step,
            stops_thread,
        };
        tape.lanes[lane].waits.push(wait);
        if let (Some(object), How::Lock) = (object, how) {
            tape.objects[object].queue.push(lane);
        }
        tape.tickets
    })
}

/// Records a wait that the lane would begin now, for a record that ends here.
pub(crate) fn would_wait(lane: LaneId, id: ObjectId, how: How, at: Place, stops_thread: bool) {
    let is_known = tape(|tape| {
        let object = tape.own(id);
        let mut waits = tape.lanes[lane].waits.iter();
        waits.any(|wait| wait.object == object)
    });
    if !is_known {
        waits(lane, Some(id), how, at, stops_thread);
    }
}

/// Ends the wait: it succeeded, or was given up.
pub(crate) fn finish_waiting(lane: LaneId, ticket: u64) {
    tape(|tape| {
        let Some(record) = tape.lanes.get_mut(lane) else {
            return;
        };
        let Some(index) = record.waits.iter().position(|wait| wait.ticket == ticket) else {
            return;
        };
        if let Some(object) = record.waits.remove(index).object {
            tape.objects[object].queue.retain(|&other| other != lane);
        }
    });
}

/// Whether the lane waits for something in this record.
pub(crate) fn is_waiting(lane: LaneId) -> bool {
    tape(|tape| !tape.lanes[lane].waits.is_empty())
}

/// Records that the running lane uses this end of a pipe, and so can end a wait at the other end.
#[track_caller]
pub(crate) fn uses(id: ObjectId, role: Role) {
    let (lane, object) = (me(), own(id));
    tape(|tape| {
        let object = &mut tape.objects[object];
        let users = match role {
            Role::Reader => &mut object.readers,
            Role::Writer => &mut object.writers,
        };
        if !users.contains(&lane) {
            users.push(lane);
        }
    });
}

/// Begins an operation on a gated object.
pub(crate) fn enter_gate() {
    tape(|tape| tape.gates += 1);
}

/// Ends an operation on a gated object.
pub(crate) fn leave_gate() {
    tape(|tape| tape.gates = tape.gates.saturating_sub(1));
}

/// Records that a task of `lane` is woken: by the task itself, from within a gate, or by something
/// outside of this record.
pub(crate) fn was_woken(lane: LaneId) {
    tape(|tape| {
        tape.lanes[lane].woken = true;
        if tape.gates == 0 && tape.current != lane && tape.doubt.is_none() {
            let (lane, by) = (&tape.lanes[lane].name, &tape.lanes[tape.current].name);
            tape.doubt = Some(format!(
                "`{lane}` was woken by `{by}` through something that lanes does not watch (a bare tokio channel?): \
                 its schedules are not explored, and a proof would be empty. Use the types of `lanes::tokio` in models"
            ));
        }
    });
}

/// A fingerprint of all steps so far: the same steps give the same number.
pub(crate) fn fingerprint() -> u64 {
    tape(|tape| {
        let mut hasher = DefaultHasher::new();
        for step in &tape.steps {
            (
                step.lane,
                step.act,
                step.object,
                step.at.map(|at| (at.file(), at.line())),
                &step.said,
            )
                .hash(&mut hasher);
        }
        hasher.finish()
    })
}

/// The first reason to distrust this record.
pub(crate) fn take_doubt() -> Option<String> {
    tape(|tape| tape.doubt.take())
}
