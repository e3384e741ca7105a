//! Judges each answer when it is saved, on a terminal that cannot keep a screen still.

use crate::commands::Context;
use crate::places::{Places, Saved};
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
    if !context.screen.terminal {
        return Ok(context.judge(&current)?);
    }
    // What is saved while the first one is judged, and the judge is built, is judged after it.
    let mut places = Places::of(&context.set);
    let mut judged: Vec<Saved> = places.look();
    let mut before = judged.clone();
    let mut is_right = judge(context, &current);
    if is_right {
        go_on(context)?;
    }
    context.screen.words(KEYS);
    let keys = keys();
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
        if context.screen.is_closed() {
            return Ok(is_right);
        }
        let now = places.look();
        // A file that is no text may be one that an editor is just writing: look twice.
        let is_new = |index: &usize| {
            let (now, before) = (&now[*index], &before[*index]);
            *now != judged[*index] && (now.is_ok() || now == before)
        };
        let changed: Vec<usize> = (0..now.len()).filter(is_new).collect();
        before.clone_from(&now);
        for &index in &changed {
            judged[index] = now[index].clone();
            let exercise: Exercise = context.set.exercises[index].clone();
            // The window may have another size now.
            context.screen = Screen::stdout();
            let began = Instant::now();
            context.screen.gap();
            is_right = judge(context, &exercise);
            context
                .screen
                .words(&format!("({:.1} s)", began.elapsed().as_secs_f64()));
        }
        if !changed.is_empty() {
            if is_right {
                go_on(context)?;
            }
            context.screen.words(KEYS);
        }
    }
}

/// Judges an answer. If there is no verdict, says why: the next save may have one.
fn judge(context: &mut Context, exercise: &Exercise) -> bool {
    context.judge(exercise).unwrap_or_else(|why| {
        why.to_string().lines().for_each(|line| match line {
            "" => context.screen.gap(),
            line => context.screen.words(line),
        });
        false
    })
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
    judge(context, &exercise);
    context.screen.words(KEYS);
    Ok(())
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
