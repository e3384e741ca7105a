//! The screen that keeps still, in a terminal of its own: keys go in, and a terminal emulator reads
//! what a learner would see.

use crate::workspace::{Workspace, one_line};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a screen may take to come, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const ONE: &str = "exercises/01_lock_order/exercise.rs";

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
    workspace.write(ONE, &solution);
    let two = "exercises/02_self_deadlock/exercise.rs";
    workspace.write(two, &format!("{}// too\n", workspace.read(two)));
    learner.sees(&["✓ 01_lock_order", "02_self_deadlock: a promise is broken"]);
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
    learner.sees(&["judging…", "x ends it"]);
    learner.presses("x");
    learner.sees(&["Stopped: there is no verdict.", "Enter judge"]);
    learner.presses("\x03");
    learner.sees(&["ended with 130"]);
    assert!(!learner.terminal.screen().alternate_screen(), "as before");
}

/// Returns the processes that this one has started, and those that they have.
#[cfg(target_os = "linux")]
fn below(process: u32) -> Vec<u32> {
    let parent = |stat: &str| {
        stat.rsplit(')')
            .next()?
            .split_whitespace()
            .nth(1)?
            .parse()
            .ok()
    };
    let all = std::fs::read_dir("/proc").expect("Linux");
    let all = all
        .flatten()
        .filter_map(|it| it.file_name().to_str()?.parse::<u32>().ok());
    let is_its = |&it: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{it}/stat"));
        stat.is_ok_and(|stat| parent(&stat) == Some(process))
    };
    let own: Vec<u32> = all.filter(is_its).collect();
    own.iter()
        .flat_map(|&it| [vec![it], below(it)].concat())
        .collect()
}

/// Whether this process is the program `learn` itself.
#[cfg(target_os = "linux")]
fn is_learn(process: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{process}/exe"));
    program.is_ok_and(|it| it.ends_with("learn"))
}

#[cfg(target_os = "linux")]
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
        learner.sees(&["judging…", "x ends it"]);
        let started = below(learner.child.id());
        let learn = *started.iter().find(|&&it| is_learn(it)).expect("learn");
        let judging = below(learn);
        assert!(judging.len() >= 2, "a verdict and its program: {judging:?}");
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &learn.to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
        learner.sees(&[&format!("ended with {status}")]);
        assert!(!learner.terminal.screen().alternate_screen(), "as before");
        assert!(!learner.terminal.screen().hide_cursor(), "as before");
        let began = Instant::now();
        let is_left = |it: &u32| below(*it).len() + usize::from(is_running(*it)) > 0;
        while judging.iter().any(is_left) {
            assert!(began.elapsed() < PATIENCE, "{signal}: {judging:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "they ended by themselves"
        );
    }
}

/// `script` is the window: it is killed, and the terminal is gone.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_window_ends_it() {
    let workspace = Workspace::with(&["01_lock_order"]);
    for state in [&["judging…"][..], &["✗ 01_lock_order", "Enter judge"]] {
        let Some(mut learner) = Learner::opens(&workspace, 80, 24, "") else {
            return;
        };
        learner.sees(state);
        let started = below(learner.child.id());
        let learn = *started.iter().find(|&&it| is_learn(it)).expect("learn");
        learner.child.kill().expect("it runs");
        let began = Instant::now();
        while is_running(learn) {
            if began.elapsed() > PATIENCE {
                let _so_that_nothing_is_left = Command::new("kill")
                    .args(["-KILL", &learn.to_string()])
                    .status();
                panic!("{state:?}: it runs on without a terminal");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Returns how often the threads of this process have gone to sleep.
#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
#[test]
fn a_screen_on_which_nothing_happens_sleeps() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let Some(mut learner) = Learner::opens(&workspace, 80, 24, "") else {
        return;
    };
    learner.sees(&["✗ 01_lock_order", "Enter judge"]);
    let started = below(learner.child.id());
    let learn = *started.iter().find(|&&it| is_learn(it)).expect("learn");
    let sleeps_in_a_second = || {
        let (before, began) = (sleeps(learn), Instant::now());
        std::thread::sleep(Duration::from_secs(3));
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let sleeps = (sleeps(learn) - before) as f64;
        sleeps / began.elapsed().as_secs_f64()
    };
    // The last save is a moment ago, and the size of the window has to settle.
    let began = Instant::now();
    loop {
        let sleeps = sleeps_in_a_second();
        if sleeps < 3.0 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{sleeps} wake-ups a second");
    }
    workspace.write(ONE, "// Saved while it sleeps.\n");
    learner.sees(&["does not compile"]);
    learner.presses("t");
    learner.sees(&["Two locks in two orders"]);
}

#[cfg(target_os = "linux")]
fn is_running(process: u32) -> bool {
    std::fs::read_link(format!("/proc/{process}/exe")).is_ok()
}
