//! What the ends of bounded and unbounded channels have in common.

/// Defines a sender and a receiver around tokio's own.
macro_rules! ends {
    ($sender:ident, $receiver:ident, $kind:literal) => {
        #[doc = concat!("The sender of ", $kind, " channel.")]
        pub struct $sender<T> {
            door: Door,
            inner: Option<real::$sender<T>>,
        }

        #[doc = concat!("The receiver of ", $kind, " channel.")]
        pub struct $receiver<T> {
            door: Door,
            inner: Option<real::$receiver<T>>,
        }

        fn ends<T>(
            door: Door,
            sender: real::$sender<T>,
            receiver: real::$receiver<T>,
        ) -> ($sender<T>, $receiver<T>) {
            let sender = $sender {
                door: door.clone(),
                inner: Some(sender),
            };
            let inner = Some(receiver);
            (sender, $receiver { door, inner })
        }

        impl<T> $sender<T> {
            pub(super) fn inner(&self) -> &real::$sender<T> {
                self.inner.as_ref().expect(OPEN)
            }

            /// Waits until the receiver is gone or closed.
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                let why = self.door.why(How::Reader, Location::caller());
                Gated::new(&self.door, self.inner().closed(), why, |()| ())
            }

            /// Whether the receiver is gone or closed.
            #[track_caller]
            pub fn is_closed(&self) -> bool {
                self.door.step(|| self.inner().is_closed())
            }
        }

        impl<T> std::fmt::Debug for $sender<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($sender)).finish_non_exhaustive()
            }
        }

        impl<T> $sender<T> {
            /// Whether both send to the same channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                self.inner().same_channel(other.inner())
            }
        }

        impl<T> Clone for $sender<T> {
            fn clone(&self) -> Self {
                self.door.quietly(|| $sender {
                    door: self.door.clone(),
                    inner: self.inner.clone(),
                })
            }
        }

        impl<T> Drop for $sender<T> {
            fn drop(&mut self) {
                drop_sender(&self.door, self.inner.take(), |sender| {
                    sender.strong_count() == 1
                });
            }
        }

        impl<T> $receiver<T> {
            fn inner(&self) -> &real::$receiver<T> {
                self.inner.as_ref().expect(OPEN)
            }

            fn inner_mut(&mut self) -> &mut real::$receiver<T> {
                self.inner.as_mut().expect(OPEN)
            }

            /// Receives the next message; the task waits for one. `None` once the channel is empty
            /// and every sender is gone.
            #[track_caller]
            pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
                let at = Location::caller();
                let (door, inner) = (&self.door, self.inner.as_mut().expect(OPEN));
                let why = door.why(How::Empty, at);
                Gated::new(door, inner.recv(), why, move |result: &Option<T>| {
                    received(door, at, result.is_some())
                })
            }

            /// Receives the messages that are there, at most `limit`, into `buffer`; the task waits
            /// for the first. Returns their number: 0 once the channel is empty and every sender is
            /// gone.
            #[track_caller]
            pub fn recv_many(
                &mut self,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> impl Future<Output = usize> {
                let at = Location::caller();
                let (door, inner) = (&self.door, self.inner.as_mut().expect(OPEN));
                let why = door.why(How::Empty, at);
                let many = inner.recv_many(buffer, limit);
                Gated::new(door, many, why, move |&number: &usize| {
                    let rows = if limit == 0 { 0 } else { number.max(1) };
                    (0..rows).for_each(|_| received(door, at, number > 0))
                })
            }

            /// Receives the next message, if there is one.
            ///
            /// # Errors
            /// If the channel is empty, or closed and empty.
            #[track_caller]
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                let (at, door) = (Location::caller(), self.door.clone());
                door.step(|| {
                    let result = self.inner_mut().try_recv();
                    match result {
                        Err(TryRecvError::Empty) => record::step(Act::FindEmpty, door.id, Some(at)),
                        _ => received(&door, at, result.is_ok()),
                    }
                    result
                })
            }

            /// Closes the channel: no message is accepted any more, but those in it can be
            /// received.
            #[track_caller]
            pub fn close(&mut self) {
                let (at, door) = (Location::caller(), self.door.clone());
                door.step(|| {
                    record::step(Act::Close, door.id, Some(at));
                    self.inner_mut().close();
                });
            }

            /// Whether the channel is empty.
            #[track_caller]
            pub fn is_empty(&self) -> bool {
                self.door.step(|| self.inner().is_empty())
            }

            /// The number of messages in the channel.
            #[track_caller]
            pub fn len(&self) -> usize {
                self.door.step(|| self.inner().len())
            }
        }

        impl<T> Drop for $receiver<T> {
            fn drop(&mut self) {
                drop_receiver(&self.door, self.inner.take());
            }
        }
    };
}

pub(super) use ends;
