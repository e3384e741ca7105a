//! Judges each answer when it is saved.

use crate::desk::Desk;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::set::Exercise;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Polling interval for the files: too short to notice, and cheap.
const LOOK: Duration = Duration::from_millis(150);

const KEYS: &str = "Each saved answer is judged. Enter: again · h hint · n next · l list · q quit";

/// Watches the answers until the learner quits; without a terminal, judges once. Returns whether
/// the last answer is right.
pub(crate) fn watch(desk: &mut Desk) -> Result<bool, String> {
    let Some(current) = Progress::read(&desk.set).current(&desk.set).cloned() else {
        desk.screen.good("Every exercise is solved.");
        return Ok(true);
    };
    desk.ask(&current)?;
    let mut is_right = desk.judge(&current)?;
    if !desk.screen.terminal {
        return Ok(is_right);
    }
    if is_right {
        go_on(desk)?;
    }
    desk.screen.words(KEYS);
    let keys = keys();
    let mut known: Vec<String> = texts(desk);
    loop {
        match keys.recv_timeout(LOOK) {
            Ok(key) => {
                desk.screen = Screen::stdout();
                if !press(desk, &key)? {
                    return Ok(is_right);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            // No more keys; files are still saved.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
        }
        let now = texts(desk);
        let changed =
            (0..now.len()).find(|&index| now[index] != known[index] && !now[index].is_empty());
        known = now;
        if let Some(index) = changed {
            let exercise: Exercise = desk.set.exercises[index].clone();
            // The window may have another size now.
            desk.screen = Screen::stdout();
            let began = Instant::now();
            desk.screen.gap();
            // An editor may have removed the file for a moment: keep watching.
            is_right = desk.judge(&exercise).unwrap_or_else(|why| {
                desk.screen.words(&why);
                false
            });
            desk.screen
                .words(&format!("({:.1} s)", began.elapsed().as_secs_f64()));
            if is_right {
                go_on(desk)?;
            }
            desk.screen.words(KEYS);
        }
    }
}

/// Prints the next exercise, if there is one.
fn go_on(desk: &mut Desk) -> Result<(), String> {
    desk.screen.gap();
    match Progress::read(&desk.set).current(&desk.set).cloned() {
        Some(next) => desk.ask(&next),
        None => {
            desk.screen.good("Every exercise is solved.");
            Ok(())
        }
    }
}

/// Handles a key. Returns `false` to quit.
fn press(desk: &mut Desk, key: &str) -> Result<bool, String> {
    let told = match key {
        "h" => desk
            .exercise(None)
            .and_then(|exercise| desk.hint(&exercise)),
        "n" => desk.next().and_then(|()| judge_current(desk)),
        "" => judge_current(desk),
        "l" => {
            desk.list();
            Ok(())
        }
        "q" => return Ok(false),
        _ => {
            desk.screen.words(KEYS);
            Ok(())
        }
    };
    if let Err(why) = told {
        desk.screen.words(&why);
    }
    Ok(true)
}

/// Judges the current exercise as it is now.
fn judge_current(desk: &mut Desk) -> Result<(), String> {
    let exercise = desk.exercise(None)?;
    desk.judge(&exercise)?;
    desk.screen.words(KEYS);
    Ok(())
}

/// Returns the contents of all answers. An empty text means that an editor is just writing the
/// file; the next poll reads it again.
fn texts(desk: &Desk) -> Vec<String> {
    let text = |exercise: &Exercise| desk.set.read(&exercise.answer()).unwrap_or_default();
    desk.set.exercises.iter().map(text).collect()
}

/// Reads lines from the keyboard.
fn keys() -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { break };
            if sender.send(line.trim().to_lowercase()).is_err() {
                break;
            }
        }
    });
    receiver
}
