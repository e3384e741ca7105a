//! What threads and tasks wait for, in words.

/// The kind of thing that threads and tasks use together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A lock for one at a time.
    Mutex,
    /// A lock for one writer or many readers.
    RwLock,
    /// A condition variable.
    Condvar,
    /// An atomic.
    Atomic,
    /// A phone, which has to read before the kernel can take another line.
    Phone,
    /// A queue of lines for a phone.
    Outbox,
    /// A queue of messages.
    Channel,
    /// A channel for one message.
    Oneshot,
    /// A number of permits.
    Semaphore,
    /// A point where several wait until all are there.
    Barrier,
    /// A thread, which can be parked.
    Thread,
}

/// What has to happen before a wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// The lock is free.
    Lock,
    /// The lock has no writer.
    ReadLock,
    /// A condition variable is notified.
    Notification,
    /// This other actor ends.
    End(usize),
    /// This other task stops blocking the thread.
    Turn(usize),
    /// There is a free place: a reader must read.
    Full,
    /// There is something to read: a writer must write.
    Empty,
    /// All readers end.
    Reader,
}

impl How {
    /// Whether the wait is for a thing that another actor holds.
    pub fn is_lock(self) -> bool {
        matches!(self, How::Lock | How::ReadLock)
    }

    /// What has to happen, to follow "waits": `for room`, `for a line in bob's outbox`.
    ///
    /// `name` is the thing's; `actor` names an actor by its number.
    pub fn words(self, kind: Option<Kind>, name: &str, actor: impl Fn(usize) -> String) -> String {
        match (self, kind) {
            (How::Lock, Some(Kind::RwLock)) => format!("for {name} to write"),
            (How::Lock, Some(Kind::Semaphore)) => format!("for a permit of {name}"),
            (How::ReadLock, _) => format!("for {name} to read"),
            (How::Lock, _) => format!("for {name}"),
            (How::Notification, Some(Kind::Thread)) => "to be unparked".into(),
            (How::Notification, Some(Kind::Barrier)) => format!("for the others at {name}"),
            (How::Notification, _) => format!("to be notified at {name}"),
            (How::End(other), _) => format!("for {} to end", actor(other)),
            (How::Turn(task), _) => {
                format!("for its turn on the thread that {} blocks", actor(task))
            }
            (How::Full, Some(Kind::Channel)) => format!("for a place in {name}"),
            (How::Full, _) => format!("for {name} to read"),
            (How::Empty, Some(Kind::Oneshot)) => format!("for {name}"),
            (How::Empty, Some(Kind::Channel)) => format!("for a message in {name}"),
            (How::Empty, _) if name.is_empty() => "for a line".into(),
            (How::Empty, _) => format!("for a line in {name}"),
            (How::Reader, _) => format!("for the reader of {name} to go"),
        }
    }
}
