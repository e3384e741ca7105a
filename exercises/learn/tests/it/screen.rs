//! The screen that keeps still, in a terminal of its own: keys go in, and a terminal emulator reads
//! what a learner would see.

use crate::machine::{compiler, rustc};
use crate::workspace::{PATIENCE, Workspace, one_line};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const ONE: &str = "exercises/01_lock_order/exercise.rs";

/// How long processes that were ended may take to go, and a screen to come to rest.
const AT_LAST: Duration = Duration::from_secs(120);
/// The verdict on an answer that never ends.
const HANGS: &str = "it hangs";

/// A learner at a terminal.
pub(crate) struct Learner {
    child: Child,
    keys: ChildStdin,
    bytes: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
}

impl Learner {
    /// Opens `learn` in a terminal of this size. `None` if `script`, which makes a terminal, is
    /// missing.
    fn opens(workspace: &Workspace, columns: u16, rows: u16, words: &str) -> Option<Learner> {
        Learner::opens_by(workspace, columns, rows, "", words)
    }

    /// Does the same by means of another command, such as `env A=b`.
    pub(crate) fn opens_by(
        workspace: &Workspace,
        columns: u16,
        rows: u16,
        by: &str,
        words: &str,
    ) -> Option<Learner> {
        if Command::new("script").arg("--version").output().is_err() {
            skipped::skip("no `script` here: install util-linux");
            return None;
        }
        let of = |size| NonZero::new(size).expect("a window has a size");
        let learn = env!("CARGO_BIN_EXE_learn");
        let folder = workspace.path("");
        let line = format!(
            "stty cols {columns} rows {rows}; {by} '{learn}' --in '{}' {words}; echo ended with $?",
            folder.display()
        );
        let mut child = Command::new("script")
            .args(["-qfc", &line, "/dev/null"])
            .current_dir(crate::workspace::root())
            .env("TERM", "xterm-256color")
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script");
        let (send, bytes) = channel();
        let mut stdout = child.stdout.take().expect("piped");
        std::thread::spawn(move || {
            let mut read = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut read) {
                if send.send(read[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Some(Learner {
            keys: child.stdin.take().expect("piped"),
            child,
            bytes,
            terminal: vt100::Parser::new(of(rows), of(columns), 0),
        })
    }

    pub(crate) fn presses(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("a terminal");
    }

    /// Waits until the screen shows all of these words.
    #[track_caller]
    fn sees(&mut self, words: &[&str]) {
        self.waits_for(words, |screen| words.iter().all(|it| screen.contains(it)));
    }

    /// Waits until the screen shows all of these words, wherever its lines end. Returns all that it
    /// shows then, in one line.
    #[track_caller]
    pub(crate) fn reads(&mut self, words: &[&str]) -> String {
        self.waits_for(words, |screen| {
            let screen = one_line(screen);
            words.iter().all(|it| screen.contains(it))
        });
        one_line(&self.terminal.screen().contents())
    }

    /// Waits until the screen shows one of these, wherever its lines end. Returns which.
    #[track_caller]
    fn reads_one_of(&mut self, all: &[&str]) -> usize {
        let place = |screen: &str| all.iter().position(|it| one_line(screen).contains(it));
        self.waits_for(all, |screen| place(screen).is_some());
        place(&self.terminal.screen().contents()).expect("it is there")
    }

    /// Waits until an answer that never ends is judged for so long that the screen says which key
    /// ends it. The judge ends it too, when it has worked for ten seconds: if it was sooner than
    /// this test, the answer is judged again.
    #[track_caller]
    fn sees_it_hang(&mut self) {
        while self.reads_one_of(&["x ends it)", HANGS]) == 1 {
            self.presses("\r");
            self.reads(&["judging…"]);
        }
    }

    /// Waits until this is true of the screen, which is about these words.
    #[track_caller]
    pub(crate) fn waits_for(&mut self, words: &[&str], is_it: impl Fn(&str) -> bool) {
        let began = Instant::now();
        loop {
            let screen = self.terminal.screen().contents();
            if is_it(&screen) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{words:?} in\n{screen}");
            match self.bytes.recv_timeout(Duration::from_millis(200)) {
                Ok(bytes) => self.terminal.process(&bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("{words:?}: it ended in\n{screen}"),
            }
        }
    }
}

impl Drop for Learner {
    fn drop(&mut self) {
        let _unless_it_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn a_learner_breaks_an_exercise_mends_it_and_goes_on_with_single_keys() {
    let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock"]);
    let Some(mut learner) = Learner::opens(&workspace, 80, 24, "") else {
        return;
    };
    learner.sees(&[
        "0 of 2 solved",
        "✗ 01_lock_order",
        "No thread waits",
        "Enter judge",
    ]);
    assert!(learner.terminal.screen().alternate_screen());
    // Ctrl-D ends nothing.
    learner.presses("\x04h");
    learner.sees(&["hint 1 of 3", "✗ 01_lock_order"]);
    learner.presses("b");
    learner.sees(&["1 ann: takes tray", "2 bob: takes ann's plate", "p promise"]);
    // Another promise, which no order breaks, and back.
    learner.presses("p");
    learner.sees(&[
        "Break 01_lock_order: which promise?",
        "a grab meets a leave: some orders of picks break it (now)",
        "two leave: no order of picks breaks it",
    ]);
    learner.presses("j\r");
    learner.sees(&[
        "Two players who leave",
        "No order of picks breaks",
        "1 ann: takes ann's plate",
    ]);
    learner.presses("pk\r");
    learner.sees(&["1 ann: takes tray", "2 bob: takes ann's plate"]);
    learner.presses("1");
    learner.sees(&["1 ann: takes ann's plate", "holds tray", "1 pick so far"]);
    // Keys work while the page is built, and its address stays.
    learner.presses("wu");
    learner.sees(&["1 ann: takes tray", "Open http://127.0.0.1:"]);
    learner.presses("1");
    learner.sees(&["1 pick so far"]);
    learner.presses("w");
    learner.sees(&["open already", "http://127.0.0.1:"]);
    learner.presses("2");
    learner.sees(&[
        "You broke it in 2 picks",
        "The cycle: ann → bob → ann.",
        "Your best: 2.",
        "Enter restart",
    ]);
    // To undo is not to restart: one of two picks stays.
    learner.presses("u");
    learner.sees(&["1 pick so far", "1 ann: takes ann's plate"]);
    learner.presses("2");
    learner.sees(&["You broke it in 2 picks", "Enter restart"]);
    let solution = workspace.read("solutions/01_lock_order/solution.rs");
    workspace.write(ONE, &solution);
    // What was won is in sight without a key.
    learner.sees(&[
        "✓ 01_lock_order",
        "1 of 2 solved",
        "Enter next",
        "fails now",
        "What you have learned",
    ]);
    workspace.write(ONE, "");
    learner.sees(&["is empty", "Press r to restore", "0 of 2 solved"]);
    let screen = learner.terminal.screen().contents();
    assert!(!screen.contains("Judged in"), "{screen}");
    assert_eq!(screen.matches("is empty").count(), 1, "{screen}");
    // Another text, so that it counts as solved when it is judged, and not before. Which of two
    // exercises the screen is about then depends on whether it sees both saves in one look.
    workspace.write(ONE, &format!("{solution}// again\n"));
    let two = "exercises/02_self_deadlock/exercise.rs";
    workspace.write(two, &format!("{}// too\n", workspace.read(two)));
    learner.sees(&["1 of 2 solved", "02_self_deadlock: a promise is broken"]);
    learner.presses("\r");
    learner.sees(&["✗ 02_self_deadlock"]);
    learner.presses("l");
    learner.sees(&["✓ 01_lock_order", "Esc back"]);
    learner.presses("q");
    learner.sees(&["ended with 1"]);
    assert!(!learner.terminal.screen().alternate_screen(), "as before");
    assert!(!learner.terminal.screen().hide_cursor(), "as before");
}

#[test]
fn a_key_ends_a_verdict_that_hangs_and_ctrl_c_gives_the_terminal_back() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    let two = "exercises/02_self_deadlock/exercise.rs";
    let unsolved = workspace.read(two);
    let hangs = unsolved.replace("let missing = SIZE - self.left();", "loop {}");
    workspace.write(
        two,
        &hangs.replace("*tray += missing;\n        missing", ""),
    );
    let Some(mut learner) = Learner::opens(&workspace, 40, 15, "") else {
        return;
    };
    let stopped = "Stopped: there is no verdict.";
    loop {
        learner.sees_it_hang();
        learner.presses("x");
        if learner.reads_one_of(&[stopped, HANGS]) == 0 {
            break;
        }
    }
    learner.sees(&[stopped, "Enter judge"]);
    learner.presses("\x03");
    learner.sees(&["ended with 130"]);
    assert!(!learner.terminal.screen().alternate_screen(), "as before");
}

/// A process, which is not another one that gets its number later.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Process {
    id: u32,
    /// When it began, in ticks since the system did.
    began: u64,
}

impl Process {
    /// `None` if there is none, or it has ended.
    fn of(id: u32) -> Option<Process> {
        let began = field(id, 22)?.parse().ok()?;
        let has_ended = ["Z", "X"].contains(&&*field(id, 3)?);
        (!has_ended).then_some(Process { id, began })
    }

    fn is_running(&self) -> bool {
        Process::of(self.id).as_ref() == Some(self)
    }

    /// Whether it is the program `learn` itself.
    fn is_learn(&self) -> bool {
        let program = std::fs::read_link(format!("/proc/{}/exe", self.id));
        program.is_ok_and(|it| it.ends_with("learn"))
    }

    /// How long it has worked, in hundredths of a second, without what the kernel did for it. 0 if
    /// it has ended.
    fn worked(&self) -> u64 {
        let worked = field(self.id, 14).and_then(|it| it.parse().ok());
        worked.filter(|_| self.is_running()).unwrap_or(0)
    }
}

/// Returns a field of `/proc/ID/stat`, counted from 1 as in proc(5): one behind the program's name.
fn field(process: u32, number: usize) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let behind = stat.rsplit(')').next()?;
    Some(behind.split_whitespace().nth(number - 3)?.to_owned())
}

/// Returns the processes that this one has started, and those that they have.
fn below(process: u32) -> Vec<Process> {
    let all = std::fs::read_dir("/proc").expect("Linux");
    let all = all
        .flatten()
        .filter_map(|it| it.file_name().to_str()?.parse::<u32>().ok());
    let is_its = |&it: &u32| field(it, 4).is_some_and(|it| it == process.to_string());
    let own: Vec<Process> = all.filter(is_its).filter_map(Process::of).collect();
    own.into_iter()
        .flat_map(|it| {
            let its = below(it.id);
            [vec![it], its].concat()
        })
        .collect()
}

/// Returns the program `learn` that this learner sees.
fn learn_of(learner: &Learner) -> Process {
    let mut started = below(learner.child.id()).into_iter();
    started.find(Process::is_learn).expect("learn")
}

/// Waits until none of these runs. If they never end, ends them, so that none is left.
#[track_caller]
fn all_end(processes: &[Process], words: &str) {
    let began = Instant::now();
    let left = || processes.iter().filter(|it| it.is_running());
    while left().next().is_some() {
        if began.elapsed() > AT_LAST {
            let ids = left().map(|it| it.id.to_string());
            let _so_that_none_is_left = Command::new("kill").arg("-KILL").args(ids).status();
            panic!("{words}: {processes:?} run on");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_signal_gives_the_terminal_back_and_leaves_nothing_running() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    let two = "exercises/02_self_deadlock/exercise.rs";
    let hangs = workspace
        .read(two)
        .replace("let missing = SIZE - self.left();", "loop {}");
    workspace.write(
        two,
        &hangs.replace("*tray += missing;\n        missing", ""),
    );
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let Some(mut learner) = Learner::opens(&workspace, 80, 24, "") else {
            return;
        };
        let judging = loop {
            learner.sees_it_hang();
            let judging = below(learn_of(&learner).id);
            // A verdict and its program, unless the judge has just ended it.
            if judging.len() >= 2 {
                break judging;
            }
        };
        let learn = learn_of(&learner);
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &learn.id.to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
        learner.sees(&[&format!("ended with {status}")]);
        assert!(!learner.terminal.screen().alternate_screen(), "as before");
        assert!(!learner.terminal.screen().hide_cursor(), "as before");
        // They are ended, and do not work until the judge's own limit.
        let worked: Vec<u64> = judging.iter().map(Process::worked).collect();
        while judging.iter().any(Process::is_running) {
            for (process, before) in judging.iter().zip(&worked) {
                let more = process.worked().saturating_sub(*before);
                assert!(more < 100, "{signal}: {process:?} works on");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// `script` is the window: it is killed, and the terminal is gone. Nothing of `learn` is left,
/// whatever it did: while a verdict is awaited, or a game, the compiler waits for a file to go.
#[test]
fn a_closed_window_ends_it_in_every_state() {
    let workspace = crate::machine::ready();
    let holds = workspace.path("hold");
    let script = format!(
        "[ \"$1\" = --edition ] && while [ -e '{}' ]; do sleep 0.1; done\nexec '{}' \"$@\"",
        holds.display(),
        rustc().display()
    );
    let by = format!("env RUSTC='{}'", compiler(&workspace, &script).display());
    let read = &["✗ 01_lock_order", "Enter judge"][..];
    for (keys, state) in [
        ("", read),
        ("\r", &["judging…"][..]),
        ("b", &["Building the program to play…"][..]),
        ("t", &["Two locks in two orders"][..]),
    ] {
        let Some(mut learner) = Learner::opens_by(&workspace, 80, 24, &by, "") else {
            return;
        };
        learner.sees(read);
        workspace.write("hold", "");
        learner.presses(keys);
        learner.sees(state);
        let learn = learn_of(&learner);
        // Also the compiler, which does not end by itself.
        let mut all = below(learn.id);
        let verdicts = all.iter().filter(|it| it.is_learn()).count();
        let is_judging = state[0].starts_with("judging");
        assert_eq!(verdicts, usize::from(is_judging), "{state:?}: {all:?}");
        all.push(learn);
        learner.child.kill().expect("it runs");
        all_end(&all, &format!("{state:?}"));
        std::fs::remove_file(&holds).expect("ours");
    }
}

/// Returns how often the threads of this process have gone to sleep.
fn sleeps(process: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let sleeps = |thread: std::fs::DirEntry| -> Option<u64> {
        let status = std::fs::read_to_string(thread.path().join("status")).ok()?;
        let mut lines = status.lines();
        let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        count.trim().parse().ok()
    };
    threads.flatten().filter_map(sleeps).sum()
}

/// Wake-ups are counted against the time that has really gone by, however busy the machine is.
#[test]
fn a_screen_on_which_nothing_happens_sleeps() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let Some(mut learner) = Learner::opens(&workspace, 80, 24, "") else {
        return;
    };
    learner.sees(&["✗ 01_lock_order", "Enter judge"]);
    let learn = learn_of(&learner).id;
    let sleeps_in_a_second = || {
        let (before, began) = (sleeps(learn), Instant::now());
        std::thread::sleep(Duration::from_secs(3));
        // Fewer: a thread that was counted has ended meanwhile.
        let Some(sleeps) = sleeps(learn).checked_sub(before) else {
            return f64::INFINITY;
        };
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let sleeps = sleeps as f64;
        sleeps / began.elapsed().as_secs_f64()
    };
    // The last save is a moment ago, and the size of the window has to settle.
    let began = Instant::now();
    loop {
        let sleeps = sleeps_in_a_second();
        if sleeps < 3.0 {
            break;
        }
        assert!(began.elapsed() < AT_LAST, "{sleeps} wake-ups a second");
    }
    workspace.write(ONE, "// Saved while it sleeps.\n");
    learner.sees(&["does not compile"]);
    learner.presses("t");
    learner.sees(&["Two locks in two orders"]);
}
