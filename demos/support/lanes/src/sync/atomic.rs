//! Atomic values that lanes share without a lock.

pub use std::sync::atomic::Ordering;

use crate::memory;
use crate::record::{self, Act, Kind, ObjectId, Value};
use crate::spurious;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// The value of an atomic that is not shared. What is written to it is in the atomic when it is
/// dropped.
pub struct ValueMut<'a, T: Copy> {
    value: T,
    atomic: &'a mut dyn Put<T>,
}

/// An atomic whose value can be set without a step, because it is not shared.
trait Put<T> {
    fn put(&mut self, value: T);
}

impl<T: Copy> Deref for ValueMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Copy> DerefMut for ValueMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Copy> Drop for ValueMut<'_, T> {
    fn drop(&mut self) {
        // While a failed model is taken down, there is no atomic to set.
        if !std::thread::panicking() {
            self.atomic.put(self.value);
        }
    }
}

macro_rules! atomic {
    ($name:ident $(<$of:ident>)?, $type:ty, $value:expr, $of_bits:expr, $any:expr, $doc:literal) => {
        #[doc = $doc]
        pub struct $name$(<$of>)? {
            id: ObjectId,
            inner: loom::sync::atomic::$name$(<$of>)?,
        }

        impl$(<$of>)? $name$(<$of>)? {
            /// Creates an atomic. The name appears in drawings.
            #[track_caller]
            pub fn new(name: impl Into<String>, value: $type) -> Self {
                let id = record::object(Kind::Atomic, name.into());
                let value = record::next_beginning().map_or(value, $of_bits);
                record::begins_as(id, ($value)(value));
                Self {
                    id,
                    inner: loom::sync::atomic::$name::new(value),
                }
            }

            /// Loads the value. With a weak `order` this may be an earlier value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $type {
                let at = Location::caller();
                let me = record::me();
                let can_choose = || record::earlier(me, self.id, order).is_some();
                let (lane, was_picked) = crate::director::load_turn(can_choose);
                memory::uses(order);
                let latest = self.load_quietly(order);
                record::resume_as(lane);
                let earlier = record::earlier(lane, self.id, order);
                let earlier = earlier.filter(|_| was_picked && crate::director::reads_earlier());
                record::has_read(lane, self.id, order, earlier.is_some());
                let value = earlier.map_or(latest, $of_bits);
                record::loads(self.id, ($value)(value), order, at);
                value
            }

            /// Replaces the value.
            #[track_caller]
            pub fn store(&self, value: $type, order: Ordering) {
                let (lane, at) = (crate::director::me_in_turn(), Location::caller());
                memory::uses(order);
                if memory::stores_in_order(order) {
                    self.latest(Ordering::Relaxed);
                    // Loom must not let another lane run between the two.
                    loom::stop_exploring();
                    self.inner.store(value, order);
                    loom::explore();
                } else {
                    self.inner.store(value, order);
                }
                record::resume_as(lane);
                record::has_stored(lane, self.id, ($value)(value), order);
                record::stores(self.id, ($value)(value), true);
                record::step(Act::Store(($value)(value)), self.id, Some(at));
            }

            /// Replaces the value and returns the previous one.
            #[track_caller]
            pub fn swap(&self, value: $type, order: Ordering) -> $type {
                let (lane, at) = (crate::director::me_in_turn(), Location::caller());
                memory::uses(order);
                let old = self.inner.swap(value, order);
                self.changed(lane, at, old, value, order);
                old
            }

            /// Replaces the value if it is `expected`, and returns the previous one.
            ///
            /// # Errors
            /// The value, if it is not `expected`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                expected: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                let (lane, at) = (crate::director::me_in_turn(), Location::caller());
                let result = self.inner.compare_exchange(expected, new, success, failure);
                memory::uses(if result.is_ok() { success } else { failure });
                match result {
                    Ok(old) => self.changed(lane, at, old, new, success),
                    Err(found) => {
                        record::resume_as(lane);
                        record::has_read(lane, self.id, failure, false);
                        record::finds(self.id, ($value)(found));
                        let act = Act::Differs(($value)(found), ($value)(expected));
                        record::step(act, self.id, Some(at));
                    }
                }
                result
            }

            /// Replaces the value if it is `expected`, and returns the previous one. May fail
            /// although the value is `expected`: a spurious failure.
            ///
            /// # Errors
            /// The value that was found.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                expected: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                if !spurious::happens() {
                    return self.compare_exchange(expected, new, success, failure);
                }
                let (lane, at) = (crate::director::me_in_turn(), Location::caller());
                memory::uses(failure);
                let found = self.load_quietly(failure);
                record::resume_as(lane);
                let act = if record::is_old(self.id, ($value)(found), failure) {
                    Act::DiffersInThePast(($value)(found))
                } else if found == expected {
                    Act::FailUnasked(($value)(found))
                } else {
                    Act::Differs(($value)(found), ($value)(expected))
                };
                record::step(act, self.id, Some(at));
                Err(found)
            }

            /// Replaces the value with the result of `change`, unless that is `None`. Returns the
            /// previous value.
            ///
            /// # Errors
            /// The value, if `change` returned `None`.
            #[track_caller]
            pub fn fetch_update(
                &self,
                success: Ordering,
                failure: Ordering,
                mut change: impl FnMut($type) -> Option<$type>,
            ) -> Result<$type, $type> {
                let mut old = self.load(failure);
                while let Some(new) = change(old) {
                    match self.compare_exchange(old, new, success, failure) {
                        Ok(old) => return Ok(old),
                        Err(found) => old = found,
                    }
                }
                Err(old)
            }

            /// The same as [`fetch_update`](Self::fetch_update), under its new name.
            ///
            /// # Errors
            /// The value, if `change` returned `None`.
            #[track_caller]
            pub fn try_update(
                &self,
                success: Ordering,
                failure: Ordering,
                change: impl FnMut($type) -> Option<$type>,
            ) -> Result<$type, $type> {
                self.fetch_update(success, failure, change)
            }

            /// Replaces the value with the result of `change`. Returns the previous value.
            #[track_caller]
            pub fn update(
                &self,
                success: Ordering,
                failure: Ordering,
                mut change: impl FnMut($type) -> $type,
            ) -> $type {
                let (Ok(old) | Err(old)) =
                    self.fetch_update(success, failure, |value| Some(change(value)));
                old
            }

            /// The value, to be read and changed: the atomic is not shared while this is there.
            /// Here it is a guard, which derefs to the value, and not a reference.
            pub fn get_mut(&mut self) -> ValueMut<'_, $type> {
                // Loom's `AtomicBool` has no access to its value but this one.
                let empty = loom::sync::atomic::$name::new($any);
                let value = std::mem::replace(&mut self.inner, empty).into_inner();
                self.inner = loom::sync::atomic::$name::new(value);
                ValueMut {
                    value,
                    atomic: self,
                }
            }

            /// Returns the value. The caller owns the atomic, so it is not shared.
            pub fn into_inner(self) -> $type {
                self.inner.into_inner()
            }

            fn load_quietly(&self, order: Ordering) -> $type {
                if memory::reads_latest(order) {
                    self.latest(match order {
                        Ordering::Relaxed => Ordering::Relaxed,
                        _ => Ordering::Acquire,
                    })
                } else {
                    self.inner.load(order)
                }
            }

            /// The value of the latest store: an exchange reads that one, whether it succeeds or
            /// not, and here it changes nothing.
            fn latest(&self, order: Ordering) -> $type {
                let any = $any;
                let (Ok(value) | Err(value)) = self.inner.compare_exchange(any, any, order, order);
                value
            }

            fn changed(
                &self,
                lane: usize,
                at: record::Place,
                old: $type,
                new: $type,
                order: Ordering,
            ) {
                record::resume_as(lane);
                record::has_changed(lane, self.id, ($value)(new), order);
                record::finds(self.id, ($value)(old));
                record::stores(self.id, ($value)(new), false);
                record::step(Act::Change(($value)(old), ($value)(new)), self.id, Some(at));
            }
        }

        impl$(<$of>)? Put<$type> for $name$(<$of>)? {
            fn put(&mut self, value: $type) {
                self.inner = loom::sync::atomic::$name::new(value);
                record::begins_as(self.id, ($value)(value));
            }
        }

        impl$(<$of>)? fmt::Debug for $name$(<$of>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

macro_rules! arithmetic {
    ($name:ident, $type:ty, $($method:ident $new:expr, $doc:literal;)*) => {
        impl $name {
            $(
                #[doc = $doc]
                #[track_caller]
                pub fn $method(&self, operand: $type, order: Ordering) -> $type {
                    let (lane, at) = (crate::director::me_in_turn(), Location::caller());
                    memory::uses(order);
                    let old = self.inner.$method(operand, order);
                    self.changed(lane, at, old, ($new)(old, operand), order);
                    old
                }
            )*
        }
    };
}

macro_rules! number {
    ($name:ident, $type:ty, $value:expr) => {
        atomic!($name, $type, $value, |bits| bits as $type, 0, "A named number.");
        arithmetic!($name, $type,
            fetch_add <$type>::wrapping_add, "Adds, wrapping around; tells the old value.";
            fetch_sub <$type>::wrapping_sub, "Subtracts, wrapping around; tells the old value.";
            fetch_max |old: $type, new: $type| old.max(new), "Keeps the larger one; tells the old value.";
            fetch_min |old: $type, new: $type| old.min(new), "Keeps the smaller one; tells the old value.";
            fetch_and |old, mask| old & mask, "Keeps the bits of `operand`; tells the old value.";
            fetch_nand |old: $type, mask: $type| !(old & mask), "Keeps the bits of `operand` and flips all; tells the old value.";
            fetch_or |old, mask| old | mask, "Adds the bits of `operand`; tells the old value.";
            fetch_xor |old, mask| old ^ mask, "Flips the bits of `operand`; tells the old value.";
        );
    };
}

atomic!(
    AtomicBool,
    bool,
    Value::Truth,
    |bits| bits != 0,
    false,
    "A named truth value."
);
arithmetic!(AtomicBool, bool,
    fetch_and |old, mask| old & mask, "True if both are; tells the old value.";
    fetch_nand |old: bool, mask: bool| !(old & mask), "False if both are true; tells the old value.";
    fetch_or |old, mask| old | mask, "True if one is; tells the old value.";
    fetch_xor |old, mask| old ^ mask, "True if one of them is, not both; tells the old value.";
);
number!(AtomicUsize, usize, |value| Value::Unsigned(value as u64));
number!(AtomicU64, u64, Value::Unsigned);
number!(AtomicU32, u32, |value| Value::Unsigned(u64::from(value)));
number!(AtomicU16, u16, |value| Value::Unsigned(u64::from(value)));
number!(AtomicU8, u8, |value| Value::Unsigned(u64::from(value)));
number!(AtomicIsize, isize, |value| Value::Signed(value as i64));
number!(AtomicI64, i64, Value::Signed);
number!(AtomicI32, i32, |value| Value::Signed(i64::from(value)));
number!(AtomicI16, i16, |value| Value::Signed(i64::from(value)));
number!(AtomicI8, i8, |value| Value::Signed(i64::from(value)));
atomic!(
    AtomicPtr<T>,
    *mut T,
    |pointer: *mut T| record::pointer(pointer.addr()),
    |_| std::ptr::null_mut(),
    std::ptr::null_mut(),
    "A named pointer. In drawings the pointers of a schedule have numbers."
);

impl AtomicBool {
    /// Flips the value and returns the previous one.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

/// A fence: a lane that reads after it sees what was written before it.
#[track_caller]
pub fn fence(order: Ordering) {
    let lane = record::me();
    loom::sync::atomic::fence(order);
    record::has_fenced(lane, order);
}

/// Returns the latest value of every atomic of the model, as bits, in the order in which they were
/// created. For a model that looks at the numbers of a program that it does not know.
pub fn latest_values() -> Vec<u64> {
    record::me();
    record::latest_values()
}

/// Lets the next atomics begin with these values instead of their own, in the order in which they
/// are created. So a model begins after a million changes that only count. An `AtomicPtr` begins as
/// null.
pub fn begin_next_with(values: &[u64]) {
    record::me();
    record::begin_next_with(values);
}
