use super::*;
use std::{
    io,
    sync::{Arc, mpsc},
};

/// A reader that takes a piece for each word that it gets, and is gone when there are no more.
struct Reader {
    takes: mpsc::Receiver<io::Result<()>>,
    /// It takes no more than this at once.
    most: usize,
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.takes.recv() {
            Ok(result) => result?,
            Err(_) => return Err(ErrorKind::BrokenPipe.into()),
        }
        let bytes = &bytes[..bytes.len().min(self.most)];
        lock(&self.taken).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A queue, the words of its reader, and what that one has taken.
struct Played {
    queue: Arc<Queue>,
    take: Option<mpsc::Sender<io::Result<()>>>,
    taken: Arc<Mutex<Vec<u8>>>,
}

const LONG: Duration = Duration::from_secs(60);
/// Longer than any test.
const NO_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

impl Played {
    fn new() -> Self {
        Self::taking(usize::MAX)
    }

    /// With a reader that takes no more than `most` bytes at once.
    fn taking(most: usize) -> Self {
        let queue = Arc::new(Queue::new());
        let (take, takes) = mpsc::channel();
        let taken = Arc::default();
        let reader = Reader {
            takes,
            most,
            taken: Arc::clone(&taken),
        };
        let its = Arc::clone(&queue);
        thread::spawn(move || its.write_to(reader));
        lock(&queue.state).has_writer = true;
        Self {
            queue,
            take: Some(take),
            taken,
        }
    }

    fn put(&self, line: &str) {
        self.queue.put(format!("{line}\n").into_bytes());
    }

    /// Waits until the writer has a piece in its hands, so that nothing more is taken.
    fn is_stuck(&self) {
        let until = Instant::now() + LONG;
        while !lock(&self.queue.state).is_writing {
            assert!(Instant::now() < until, "nothing is written");
            thread::yield_now();
        }
    }

    fn reads(&self, result: io::Result<()>) {
        let take = self.take.as_ref().expect("a reader");
        take.send(result).expect("it reads");
    }

    fn reads_everything(&self) -> String {
        (0..100_000).for_each(|_| self.reads(Ok(())));
        self.queue.flush(LONG, LONG);
        String::from_utf8(lock(&self.taken).clone()).expect("text")
    }
}

#[test]
fn lines_are_written_in_order() {
    let played = Played::new();
    (0..1_000).for_each(|number| played.put(&number.to_string()));
    let all: String = (0..1_000).map(|number| format!("{number}\n")).collect();
    assert_eq!(played.reads_everything(), all);
    assert_eq!(played.queue.dropped_ever(), 0);
}

#[test]
fn the_newest_lines_are_kept_for_a_reader_that_does_not_read_and_the_others_are_counted() {
    let played = Played::new();
    played.put("first");
    played.is_stuck();
    let many = LINES_WAITING + 4_132;
    (0..many).for_each(|number| played.put(&number.to_string()));
    assert_eq!(played.queue.dropped_ever(), 4_132);
    let said = played.reads_everything();
    let lines: Vec<&str> = said.lines().collect();
    let notice = "… 4,132 lines were dropped: the log was not read";
    assert_eq!(lines[..3], ["first", notice, "4132"]);
    assert_eq!(lines.len(), 2 + LINES_WAITING);
    assert_eq!(lines.last().copied(), Some(&*(many - 1).to_string()));
}

#[test]
fn long_lines_are_bounded_too_and_the_longest_is_written_whole() {
    let played = Played::new();
    played.put("first");
    played.is_stuck();
    let line = "x".repeat(BYTES_WAITING / 4);
    (0..9).for_each(|_| played.put(&line));
    assert!(lock(&played.queue.state).bytes <= BYTES_WAITING);
    assert_eq!(played.queue.dropped_ever(), 6);
    let longest = "y".repeat(BYTES_WAITING + 1);
    played.put(&longest);
    let said = played.reads_everything();
    let notice = "… 9 lines were dropped: the log was not read";
    assert_eq!(said, format!("first\n{notice}\n{longest}\n"));
}

#[test]
fn a_reader_that_is_gone_is_remembered_and_what_comes_then_is_counted() {
    let mut played = Played::new();
    assert!(!played.queue.is_closed());
    played.put("lost");
    played.take = None;
    played.queue.flush(LONG, LONG);
    assert!(played.queue.is_closed());
    (0..10).for_each(|_| played.put("lost"));
    assert_eq!(played.queue.dropped_ever(), 11);
    assert!(lock(&played.queue.state).waiting.is_empty());
}

#[test]
fn a_full_disk_loses_lines_and_not_the_log() {
    let played = Played::new();
    played.put("lost");
    played.reads(Err(ErrorKind::StorageFull.into()));
    played.queue.flush(LONG, LONG);
    played.put("kept");
    played.reads(Err(ErrorKind::WouldBlock.into()));
    let notice = "… 1 line was dropped: the log was not read";
    assert_eq!(played.reads_everything(), format!("{notice}\nkept\n"));
}

/// It is full for a while, so the line that says how much was lost does not fit either.
#[test]
fn what_is_lost_while_the_disk_is_full_is_counted_until_it_is_said() {
    let played = Played::new();
    for line in ["lost", "lost, too", "and this"] {
        played.put(line);
        played.reads(Err(ErrorKind::StorageFull.into()));
        played.queue.flush(LONG, LONG);
    }
    played.put("kept");
    let notice = "… 3 lines were dropped: the log was not read";
    assert_eq!(played.reads_everything(), format!("{notice}\nkept\n"));
    assert_eq!(played.queue.dropped_ever(), 3);
}

#[test]
fn a_line_of_which_the_disk_took_a_part_does_not_run_into_the_next() {
    let played = Played::taking(4);
    played.put("{\"torn\": 1}");
    played.reads(Ok(()));
    for _ in 0..2 {
        played.reads(Err(ErrorKind::StorageFull.into()));
        played.queue.flush(LONG, LONG);
        played.put("kept");
    }
    let said = played.reads_everything();
    let notice = "… 2 lines were dropped: the log was not read";
    assert_eq!(said, format!("{{\"to\n{notice}\nkept\n"));
}

#[test]
fn the_end_does_not_wait_for_a_reader_that_does_not_read() {
    let played = Played::new();
    played.put("first");
    let start = Instant::now();
    let patience = Duration::from_millis(50);
    // Nothing takes the line: a flush that waits for the reader returns when it may wait no longer.
    played.queue.flush(patience, LONG);
    assert!(start.elapsed() >= patience && start.elapsed() < LONG);
}

/// It reads slowly, but it reads: a piece in a quarter of the patience. If a thread stands still
/// for all of that time, the end rightly waits no longer, so a longer patience is tried.
#[test]
fn the_end_waits_for_a_reader_that_reads() {
    let pieces = "x".repeat(4 * PIECE);
    for millis in [400, 4_000, 40_000] {
        let played = Played::new();
        let patience = Duration::from_millis(millis);
        played.put("first");
        played.put(&pieces);
        let begun = Instant::now();
        let (waited, said) = thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..6 {
                    thread::sleep(patience / 4);
                    played.reads(Ok(()));
                }
            });
            played.queue.flush(patience, NO_LIMIT);
            // Now, and not when the other thread has ended too.
            (begun.elapsed(), lock(&played.taken).clone())
        });
        if said == format!("first\n{pieces}\n").as_bytes() {
            return assert!(waited > patience, "{waited:?}");
        }
    }
    panic!("the end did not wait for its reader");
}

/// A busy machine lets a program end before the thread that writes has begun.
#[test]
fn the_end_waits_for_a_writer_that_has_not_begun() {
    let queue = Arc::new(Queue::new());
    assert!(queue.put(b"goodbye\n".to_vec()), "it needs a writer");
    let patience = Duration::from_millis(50);
    let its = Arc::clone(&queue);
    thread::spawn(move || {
        thread::sleep(4 * patience);
        its.write_to(io::sink());
    });
    queue.flush(patience, NO_LIMIT);
    let state = lock(&queue.state);
    assert!(!state.is_writing && state.waiting.is_empty());
}
