//! What a step at an atomic does to the views of the running thread.

use super::tape::tape;
use super::views::Views;
use super::{LaneId, ObjectId, Value};
use std::sync::atomic::Ordering;

/// Calls `look` with the views, the running thread and the object, while a schedule is picked.
fn views<R>(
    lane: LaneId,
    id: ObjectId,
    look: impl FnOnce(&mut Views, LaneId, usize) -> R,
) -> Option<R> {
    if !crate::directed::is_directed() {
        return None;
    }
    tape(|tape| {
        let object = tape.own(id)?;
        let thread = tape.lanes[lane].host.unwrap_or(lane);
        Some(look(&mut tape.views, thread, object))
    })
}

/// The bits of the oldest value that a load may read, if it is not the latest one.
pub(crate) fn earlier(lane: LaneId, id: ObjectId, order: Ordering) -> Option<u64> {
    let found = views(lane, id, |views, thread, object| {
        views.earlier(thread, object, order)
    });
    found.flatten().map(|(_, value)| value.bits())
}

/// A load has read the latest value, or the oldest one that it may read.
pub(crate) fn has_read(lane: LaneId, id: ObjectId, order: Ordering, is_earlier: bool) {
    views(lane, id, |views, thread, object| {
        let earlier = views.earlier(thread, object, order).filter(|_| is_earlier);
        let index = earlier.map_or(views.latest(object), |(index, _)| index);
        views.reads(thread, object, index, order);
    });
}

/// A plain store.
pub(crate) fn has_stored(lane: LaneId, id: ObjectId, value: Value, order: Ordering) {
    views(lane, id, |views, thread, object| {
        views.stores(thread, object, value, order, false);
    });
}

/// A read-modify-write.
pub(crate) fn has_changed(lane: LaneId, id: ObjectId, value: Value, order: Ordering) {
    views(lane, id, |views, thread, object| {
        let latest = views.latest(object);
        views.reads(thread, object, latest, order);
        views.stores(thread, object, value, order, true);
    });
}

/// A fence.
pub(crate) fn has_fenced(lane: LaneId, order: Ordering) {
    tape(|tape| {
        let thread = tape.lanes[lane].host.unwrap_or(lane);
        tape.views.fence(thread, order);
    });
}
