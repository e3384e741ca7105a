//! For every failure of a model the reader sees a verdict in plain words, and nothing else. Each
//! case runs in a process of its own, which must survive and keep its standard error empty.

use lanes::sync::atomic::{AtomicBool, Ordering::SeqCst};
use lanes::sync::{Arc, Condvar, Mutex, RwLock};
use lanes::{Bounds, Verdict, explore, net, task, thread};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the ignored test `case` of this file in a process with this environment.
#[track_caller]
fn alone(case: &str, environment: &[(&str, &str)]) -> Output {
    let tests = std::env::current_exe().expect("a test knows its program");
    let mut command = Command::new(tests);
    command.args([
        &format!("noise::{case}"),
        "--exact",
        "--ignored",
        "--nocapture",
        "--test-threads",
        "1",
    ]);
    command
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("a test can run itself");
    let begun = Instant::now();
    while child.try_wait().expect("a child can be asked").is_none() {
        if begun.elapsed() > Duration::from_secs(300) {
            drop(child.kill());
            panic!("{case} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child
        .wait_with_output()
        .expect("a child that has ended has said what it had to say")
}

/// Asserts that the case passes and prints nothing on standard error.
#[track_caller]
fn quietly(case: &str) {
    let output = alone(case, &[]);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && out.contains("1 passed"),
        "{case}: {}\n{out}\n{err}",
        output.status
    );
    assert_eq!(err, "", "{case} is noisy:\n{out}");
}

macro_rules! quiet {
    ($($case:ident as $promise:ident $body:block)*) => {
        $(
            #[test]
            fn $promise() {
                quietly(stringify!($case));
            }

            #[test]
            #[ignore = "runs in a process of its own"]
            fn $case() $body
        )*
    };
}

fn everything(model: impl Fn() + Send + Sync + 'static) -> Verdict {
    explore("noise", Bounds::exhaustive(), model)
}

/// Asserts that the verdict's text has these words, is short, and has no path of this machine.
#[track_caller]
fn says(verdict: &Verdict, words: &str) {
    let text = verdict.to_string();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(words), "“{words}” is missing:\n{text}");
    assert!(text.lines().count() < 60, "{text}");
    let home = env!("CARGO_MANIFEST_DIR");
    assert!(
        !text.contains(home) && !text.contains("thread '") && !text.contains("stack backtrace"),
        "{text}"
    );
}

type Locks = Arc<(Mutex<u8>, Mutex<u8>)>;

fn two_locks() -> (Locks, thread::JoinHandle<()>) {
    let locks = Arc::new((Mutex::new("tray", 0), Mutex::new("seat", 0)));
    let shared = locks.clone();
    let ann = thread::spawn("ann", move || {
        let _tray = shared.0.lock();
        let _seat = shared.1.lock();
    });
    (locks, ann)
}

/// Locks when it is dropped, as a player who gives the seat back does.
struct LocksWhenDropped(Locks);

impl Drop for LocksWhenDropped {
    fn drop(&mut self) {
        *self.0.0.lock() += 1;
    }
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("a destructor that panics");
    }
}

quiet! {
    deadlock as a_deadlock_is_a_verdict {
        let verdict = everything(|| {
            let (locks, _ann) = two_locks();
            let _seat = locks.1.lock();
            let _tray = locks.0.lock();
        });
        assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
    }

    deadlock_of_readers as a_deadlock_of_readers_and_writers_is_a_verdict {
        let verdict = everything(|| {
            let locks = Arc::new((RwLock::new("tray", 0), RwLock::new("seat", 0)));
            let shared = locks.clone();
            thread::spawn("ann", move || {
                let _tray = shared.0.read();
                *shared.1.write() += 1;
            });
            let _seat = locks.1.read();
            *locks.0.write() += 1;
        });
        assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
        says(&verdict, "takes tray to read");
    }

    nobody_notifies as a_notification_that_never_comes_is_a_verdict {
        let verdict = everything(|| {
            let (lock, changed) = (Mutex::new("tray", 0), Condvar::new("changed"));
            drop(changed.wait(lock.lock()));
        });
        verdict.deadlocks();
        says(&verdict, "main waits to be notified at `changed`, and no thread is left to do it.");
    }

    assertion as a_failed_assertion_is_a_verdict {
        let verdict = everything(|| {
            let (locks, ann) = two_locks();
            ann.join().unwrap();
            assert_eq!(*locks.0.lock(), 1, "the tray is full");
        });
        verdict.violates("the tray is full");
    }

    panic_in_a_thread as a_panic_in_a_thread_that_holds_a_lock_is_a_verdict {
        let verdict = everything(|| {
            let (locks, _ann) = two_locks();
            let shared = locks.clone();
            let bob = thread::spawn("bob", move || {
                let tray = shared.0.lock();
                assert!(*tray > 0, "bob wants a snack");
            });
            bob.join().unwrap();
        });
        verdict.violates("bob wants a snack");
    }

    panic_without_words as a_panic_without_words_is_a_verdict {
        let verdict = everything(|| std::panic::panic_any(7));
        verdict.violates("a panic without words");
    }

    caught as a_panic_that_the_model_catches_is_no_verdict {
        let verdict = everything(|| {
            let lock = Mutex::new("tray", 0);
            assert!(std::panic::catch_unwind(|| panic!("caught")).is_err());
            *lock.lock() += 1;
            assert_eq!(*lock.lock(), 2, "and then");
        });
        verdict.violates("and then");
    }

    leak as a_leak_of_looms_own_is_a_verdict {
        let verdict = everything(|| std::mem::forget(loom::sync::Arc::new(1)));
        verdict.violates("leak");
    }

    endless as a_loop_that_waits_by_spinning_is_a_verdict {
        let verdict = explore("noise", Bounds::exhaustive().steps(200), || {
            let flag = AtomicBool::new("flag", false);
            while !flag.load(SeqCst) {
                thread::yield_now();
            }
        });
        assert!(verdict.failure().is_some_and(|failure| !failure.is_deadlock() && failure.panic_message().is_none()));
        says(&verdict, "NO END");
        says(&verdict, "rows before");
    }

    crowd as too_many_threads_are_refused {
        let verdict = everything(|| {
            for name in ["ann", "bob", "eve", "joe", "zoe"] {
                thread::spawn(name, || ());
            }
        });
        says(&verdict, "a model has room for 4 threads beside its own, and `zoe` would be one more");
    }

    second_read as a_writer_between_two_reads_of_one_lane_is_a_verdict {
        let verdict = everything(|| {
            let lock = Arc::new(RwLock::new("tray", 0));
            let shared = lock.clone();
            thread::spawn("ann", move || *shared.write() += 1);
            let _first = lock.read();
            let _second = lock.read();
        });
        assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
        says(&verdict, "main holds `tray` and waits for `tray` to read, behind ann, who waits to write.");
        says(&verdict, "ann waits for `tray` to write, held by main (row 1).");
        assert_eq!(verdict.deadlocks().replay(), *verdict.deadlocks());
    }

    drop_locks_in_a_deadlock as a_destructor_that_locks_in_a_deadlock_is_no_abort {
        let verdict = everything(|| {
            let locks = Arc::new((Mutex::new("tray", 0), Mutex::new("seat", 0)));
            let _seat = LocksWhenDropped(locks.clone());
            let _once = locks.0.lock();
            let _twice = locks.0.lock();
        });
        assert_eq!(verdict.deadlocks().cycle(), ["main"]);
        assert_eq!(verdict.deadlocks().replay(), *verdict.deadlocks());
    }

    drop_locks_in_a_panic as a_destructor_that_locks_in_a_panic_is_no_abort {
        let verdict = everything(|| {
            let (locks, _ann) = two_locks();
            let _seat = LocksWhenDropped(locks);
            panic!("main has had enough");
        });
        verdict.violates("main has had enough");
    }

    tasks_in_a_deadlock as tasks_and_their_guards_in_a_deadlock_are_no_abort {
        let verdict = everything(|| {
            let locks = Arc::new((lanes::tokio::Mutex::new("tray", 0), lanes::tokio::Mutex::new("seat", 0)));
            let shared = locks.clone();
            thread::spawn("ann", move || task::block_on(async {
                let _tray = shared.0.lock().await;
                let _seat = shared.1.lock().await;
            }));
            task::block_on(async {
                let _seat = locks.1.lock().await;
                let _tray = locks.0.lock().await;
            });
        });
        assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
    }

    sockets_in_a_deadlock as sockets_and_phones_in_a_deadlock_are_no_abort {
        let verdict = everything(|| {
            let (mut socket, phone) = net::phone("bob", 0);
            let (outbox, queue) = net::outbox("bob");
            thread::spawn("bob", move || {
                queue.next();
                phone.read();
            });
            socket.tell("hello");
            outbox.tell("hello");
        });
        assert_eq!(verdict.deadlocks().cycle(), Vec::<String>::new());
        says(&verdict, "main waits for `bob's phone` to read, and no thread has ever read it.");
    }

    channels_in_a_deadlock as channels_in_a_deadlock_are_no_abort {
        let verdict = everything(|| {
            let (to_room, mut inbox) = lanes::tokio::mpsc::channel("inbox", 1);
            let (reply, seat) = lanes::tokio::oneshot::channel::<u8>("ann's seat");
            thread::spawn("ann", move || task::block_on(async move {
                to_room.send(reply).await.expect("the room is there");
                seat.await.expect("a seat");
            }));
            task::block_on(async {
                let question = inbox.recv().await;
                inbox.recv().await;
                drop(question);
            });
        });
        assert_eq!(verdict.deadlocks().cycle(), Vec::<String>::new());
        says(&verdict, "ann waits for `ann's seat`, and no thread has ever answered.");
    }

    bare_channel as a_task_that_waits_for_a_bare_channel_is_refused {
        let verdict = everything(|| {
            let (_sender, mut receiver) = tokio::sync::mpsc::channel::<u8>(1);
            task::block_on(async move { receiver.recv().await });
        });
        says(&verdict, "`main` waits for something that lanes does not watch");
    }

    bare_waker as a_task_that_a_bare_channel_wakes_is_refused {
        let verdict = everything(|| {
            let (sender, mut receiver) = tokio::sync::mpsc::channel::<u8>(1);
            let lock = Arc::new(lanes::tokio::Mutex::new("tray", 0));
            let shared = lock.clone();
            let ann = thread::spawn("ann", move || task::block_on(async move {
                // Waits for the lock, which lanes can see, and for the channel, which it cannot.
                let (mut lock, mut receive) = (Box::pin(shared.lock()), Box::pin(receiver.recv()));
                std::future::poll_fn(|cx| {
                    let received = receive.as_mut().poll(cx).map(drop);
                    if received.is_ready() { received } else { lock.as_mut().poll(cx).map(drop) }
                })
                .await;
            }));
            let held = lock.try_lock();
            thread::yield_now();
            sender.try_send(7).expect("there is room for one");
            drop(held);
            ann.join().unwrap();
        });
        says(&verdict, "`ann` was woken by `main` through something that lanes does not watch");
    }

    chance as a_model_that_depends_on_chance_is_refused {
        let turn = std::sync::atomic::AtomicUsize::new(0);
        let verdict = everything(move || {
            let (locks, ann) = two_locks();
            if turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(2) {
                *locks.0.lock() += 1;
                *locks.1.lock() += 1;
            } else {
                thread::spawn("bob", || ()).join().unwrap();
            }
            ann.join().unwrap();
        });
        says(&verdict, "the model took another way than the last time it was run under the same schedule");
    }

    clockwork as a_model_that_changes_after_its_first_run_is_refused {
        let is_first = std::sync::atomic::AtomicBool::new(true);
        let verdict = everything(move || {
            let lock = Mutex::new("tray", 0);
            if is_first.swap(false, std::sync::atomic::Ordering::Relaxed) {
                *lock.lock() += 1;
            }
        });
        says(&verdict, "the model took another way than the last time it was run under the same schedule");
    }

    memory as an_object_of_an_earlier_schedule_is_refused {
        let kept = std::sync::OnceLock::new();
        let verdict = everything(move || {
            let (locks, _ann) = two_locks();
            let lock = kept.get_or_init(|| Mutex::new("kept", 0));
            *lock.lock() += 1;
            *locks.0.lock() += 1;
        });
        says(&verdict, "an object from an earlier schedule is used");
    }

    nested as a_model_inside_of_a_model_is_refused {
        let verdict = everything(|| {
            explore("inner", Bounds::exhaustive(), || ()).holds();
        });
        verdict.violates("`inner` is explored inside of another model");
    }
}

#[test]
fn a_type_of_this_crate_outside_of_a_model_says_so() {
    let words = |made: std::thread::Result<()>| {
        *made.unwrap_err().downcast::<String>().expect("a sentence")
    };
    let made = words(std::panic::catch_unwind(|| {
        *Mutex::new("room", ()).get_mut()
    }));
    assert!(
        made.contains("`room` was made outside of a model"),
        "{made}"
    );
    let made = words(std::panic::catch_unwind(|| {
        drop(thread::spawn("ann", || ()))
    }));
    assert!(made.contains("outside of a model"), "{made}");
}

#[test]
fn a_stack_that_overflows_is_a_verdict() {
    let output = alone("overflow", &[]);
    assert!(
        output.status.success(),
        "{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Loom's coroutines print one line on standard error themselves.
#[test]
#[ignore = "runs in a process of its own"]
fn overflow() {
    fn deeper(depth: usize) -> usize {
        let frame = std::hint::black_box([depth; 100]);
        if depth == 0 {
            frame[0]
        } else {
            deeper(depth - 1) + frame[1]
        }
    }
    let verdict = everything(|| {
        std::hint::black_box(deeper(1000));
    });
    says(&verdict, "a thread of the model overflowed its stack");
}

#[test]
fn a_destructor_that_panics_in_a_panic_ends_the_process_with_the_story() {
    for case in ["drop_panics", "looms_own_in_a_panic"] {
        let output = alone(case, &[]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(101), "{case}: {err}");
        assert!(
            err.contains("The process ends here") && !err.contains("abort"),
            "{case}: {err}"
        );
        assert!(err.lines().count() < 20, "{case}: {err}");
    }
}

#[test]
#[ignore = "runs in a process of its own"]
fn drop_panics() {
    let verdict = everything(|| {
        let _seat = PanicsWhenDropped;
        panic!("main has had enough");
    });
    verdict.violates("main has had enough");
}

#[test]
#[ignore = "runs in a process of its own"]
fn looms_own_in_a_panic() {
    let verdict = everything(|| {
        let _counted = loom::sync::Arc::new(1);
        let tray = Mutex::new("tray", 0);
        let _once = tray.lock();
        let _twice = tray.lock();
    });
    verdict.deadlocks();
}

#[test]
fn panics_outside_of_models_are_printed_as_usual() {
    let output = alone("a_failing_test", &[]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && err.contains("this is no model"),
        "{err}"
    );
}

#[test]
#[ignore = "runs in a process of its own"]
fn a_failing_test() {
    everything(|| ()).holds();
    panic!("this is no model");
}

#[test]
fn environment_variables_for_loom_change_nothing() {
    let bounds = [
        ("LOOM_MAX_PREEMPTIONS", "0"),
        ("LOOM_MAX_PERMUTATIONS", "1"),
        ("LOOM_CHECKPOINT_INTERVAL", "1"),
    ];
    assert!(alone("deadlock", &bounds).status.success());
    assert!(alone("many_schedules", &bounds).status.success());
    let file = [
        ("LOOM_CHECKPOINT_FILE", "/no/such/folder/file.json"),
        ("LOOM_LOG", "trace"),
        ("LOOM_MAX_BRANCHES", "1"),
    ];
    let output = alone("deadlock", &file);
    assert!(output.status.success() && output.stderr.is_empty());
    let nonsense = alone("environment", &[("LOOM_MAX_BRANCHES", "many")]);
    assert!(
        nonsense.status.success(),
        "{}",
        String::from_utf8_lossy(&nonsense.stdout)
    );
}

#[test]
#[ignore = "runs in a process of its own"]
fn many_schedules() {
    let verdict = everything(|| {
        let count = Arc::new(Mutex::new("count", 0));
        for name in ["ann", "bob"] {
            let count = count.clone();
            thread::spawn(name, move || (0..3).for_each(|_| *count.lock() += 1));
        }
        (0..2).for_each(|_| *count.lock() += 1);
    });
    assert!(verdict.holds() > 500, "{verdict}");
}

#[test]
#[ignore = "runs in a process of its own"]
fn environment() {
    says(&everything(|| ()), "invalid value for `LOOM_MAX_BRANCHES`");
}
