//! Judges each answer when it is saved.

use crate::commands::Context;
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
pub(crate) fn watch(context: &mut Context) -> Result<bool, String> {
    let Some(current) = Progress::read(&context.set).current(&context.set).cloned() else {
        context.screen.good("Every exercise is solved.");
        return Ok(true);
    };
    context.ask(&current)?;
    let mut is_right = context.judge(&current)?;
    if !context.screen.terminal {
        return Ok(is_right);
    }
    if is_right {
        go_on(context)?;
    }
    context.screen.words(KEYS);
    let keys = keys();
    let mut known: Vec<String> = texts(context);
    loop {
        match keys.recv_timeout(LOOK) {
            Ok(key) => {
                context.screen = Screen::stdout();
                if !press(context, &key)? {
                    return Ok(is_right);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            // No more keys; files are still saved.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
        }
        let now = texts(context);
        let changed =
            (0..now.len()).find(|&index| now[index] != known[index] && !now[index].is_empty());
        known = now;
        if let Some(index) = changed {
            let exercise: Exercise = context.set.exercises[index].clone();
            // The window may have another size now.
            context.screen = Screen::stdout();
            let began = Instant::now();
            context.screen.gap();
            // An editor may have removed the file for a moment: keep watching.
            is_right = context.judge(&exercise).unwrap_or_else(|why| {
                context.screen.words(&why);
                false
            });
            context
                .screen
                .words(&format!("({:.1} s)", began.elapsed().as_secs_f64()));
            if is_right {
                go_on(context)?;
            }
            context.screen.words(KEYS);
        }
    }
}

/// Prints the next exercise, if there is one.
fn go_on(context: &mut Context) -> Result<(), String> {
    context.screen.gap();
    match Progress::read(&context.set).current(&context.set).cloned() {
        Some(next) => context.ask(&next),
        None => {
            context.screen.good("Every exercise is solved.");
            Ok(())
        }
    }
}

/// Handles a key. Returns `false` to quit.
fn press(context: &mut Context, key: &str) -> Result<bool, String> {
    let result = match key {
        "h" => context
            .exercise(None)
            .and_then(|exercise| context.hint(&exercise)),
        "n" => context.next().and_then(|()| judge_current(context)),
        "" => judge_current(context),
        "l" => {
            context.list();
            Ok(())
        }
        "q" => return Ok(false),
        _ => {
            context.screen.words(KEYS);
            Ok(())
        }
    };
    if let Err(why) = result {
        context.screen.words(&why);
    }
    Ok(true)
}

/// Judges the current exercise as it is now.
fn judge_current(context: &mut Context) -> Result<(), String> {
    let exercise = context.exercise(None)?;
    context.judge(&exercise)?;
    context.screen.words(KEYS);
    Ok(())
}

/// Returns the contents of all answers. An empty text means that an editor is just writing the
/// file; the next poll reads it again.
fn texts(context: &Context) -> Vec<String> {
    let text = |exercise: &Exercise| context.set.read(&exercise.answer()).unwrap_or_default();
    context.set.exercises.iter().map(text).collect()
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
