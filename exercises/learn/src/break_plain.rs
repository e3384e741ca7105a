//! *Break it first* without a terminal: each line of the input is a pick or a command.

use crate::attack::{Attack, Whose};
use crate::commands::Context;
use crate::set::Exercise;
use judge::play::{Ask, End, Row};
use std::io::{self, BufRead};

const COMMANDS: &str = "A number or a name picks; u undo, r restart, h hint, p another promise, o \
                        the original or your answer, q quit.";

/// Plays until the input ends, or the player quits.
pub(crate) fn play(context: &mut Context, exercise: &Exercise) -> Result<bool, String> {
    let mut attack = context.attack(exercise, Whose::Original, None)?;
    let mut seen = 0;
    opens(context, &attack);
    shows(context, &mut attack, &mut seen);
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let ask = match line.trim() {
            "" => continue,
            "q" => break,
            "u" => Ask::Undo,
            "r" => Ask::Restart,
            "h" => Ask::Hint,
            "o" => {
                let whose = attack.whose.other();
                let scene = attack.scene().clone();
                attack = context.attack(exercise, whose, Some(&scene))?;
                opens(context, &attack);
                shows(context, &mut attack, &mut seen);
                continue;
            }
            "p" => {
                promises(context, &mut attack);
                continue;
            }
            said if said.starts_with("p ") => {
                let Some(number) = promise(&mut attack, &said[2..]) else {
                    let line = format!("There is no promise {}: p shows them all.", &said[2..]);
                    context.screen.words(&line);
                    continue;
                };
                attack.choose(number)?;
                attack.wait(&context.set)?;
                opens(context, &attack);
                shows(context, &mut attack, &mut seen);
                continue;
            }
            _ if attack.position.end.is_some() => {
                let line = "It has ended: u undoes, r begins again.";
                context.screen.words(line);
                continue;
            }
            said => match named(&attack, said) {
                Some(actor) => Ask::Pick(actor),
                None => {
                    let line = format!("No pick has the number {said}.");
                    context.screen.words(&line);
                    continue;
                }
            },
        };
        attack.ask(&ask)?;
        attack.wait(&context.set)?;
        shows(context, &mut attack, &mut seen);
    }
    Ok(attack.is_broken())
}

/// Returns the actor that this number or name means; `None` if it is a number that no actor has.
fn named(attack: &Attack, said: &str) -> Option<String> {
    let Ok(number) = said.parse::<usize>() else {
        return Some(said.to_owned());
    };
    let actor = attack.able().nth(number.checked_sub(1)?)?;
    Some(actor.name.clone())
}

/// Prints what can be attacked.
fn promises(context: &mut Context, attack: &mut Attack) {
    attack.wait_for_odds(true);
    let screen = &mut context.screen;
    screen.gap();
    for (number, choice) in (1..).zip(attack.choices()) {
        screen.words(&format!("p {number}  {}", choice.said()));
        screen.item(&choice.scene.promise);
    }
    for said in attack.of_before() {
        screen.words(&said);
    }
}

/// Returns the scenario of this number in that list.
fn promise(attack: &mut Attack, said: &str) -> Option<usize> {
    attack.wait_for_odds(true);
    let number = said.trim().parse::<usize>().ok()?.checked_sub(1)?;
    attack.choices().get(number).map(|choice| choice.number)
}

fn opens(context: &mut Context, attack: &Attack) {
    let screen = &mut context.screen;
    screen.strong(&attack.title());
    screen.words(&format!("The promise: {}", attack.scene().promise));
    let task = match attack.scene().has_events {
        true => "You pick which event comes next. Break the promise.",
        false => "You are the scheduler: you pick which thread moves. Break the promise.",
    };
    screen.words(task);
    screen.words(COMMANDS);
}

/// Prints how the game stands. `seen`: how many rows were there when it was last printed.
fn shows(context: &mut Context, attack: &mut Attack, seen: &mut usize) {
    if attack.is_broken() {
        attack.wait_for_odds(false);
    }
    attack.look();
    let screen = &mut context.screen;
    screen.gap();
    if !attack.notice.is_empty() {
        screen.words(&attack.notice);
        return;
    }
    let position = &attack.position;
    let row = |row: &Row| {
        let line = attack.sources.line(&row.at);
        format!("{} {}   {} {line}", row.who, row.what, row.at)
    };
    if position.picks.is_empty() {
        for it in attack.rows().0 {
            screen.as_it_is(&format!("Before the first pick: {}", row(it)));
        }
    }
    // A pick can lead to several rows, or to none. After an undo, where it stands now is shown.
    let rows = attack.rows().1;
    let new = match rows.len() < *seen {
        true => rows.len().saturating_sub(1),
        false => *seen,
    };
    for it in &rows[new..] {
        screen.as_it_is(&format!("> {}", row(it)));
    }
    *seen = rows.len();
    let mut number = 0;
    for actor in &position.actors {
        let key = match actor.can_move {
            true => {
                number += 1;
                number.to_string()
            }
            false => "-".into(),
        };
        let next = match (actor.next.as_str(), attack.scene().has_events) {
            ("", false) => "has ended",
            (next, _) => next,
        };
        let holds = match actor.holds.is_empty() {
            true => String::new(),
            false => format!("   holds {}", actor.holds.join(", ")),
        };
        let line = attack.sources.line(&actor.at);
        screen.as_it_is(&format!(
            "  {key} {:<12} {next}{holds}   {} {line}",
            actor.name, actor.at
        ));
    }
    let picks = position.picks.len();
    match &position.end {
        None => {}
        Some(End::Kept) => screen.words("The end, and the promise is kept. Undo, or begin again."),
        Some(End::Refused(why)) => screen.words(&format!("This cannot be played: {why}")),
        Some(End::Broken(_)) => {
            let s = if picks == 1 { "" } else { "s" };
            screen.good(&format!("You broke it in {picks} pick{s}."));
            for sentence in attack.why() {
                screen.words(&sentence);
            }
            if let Some(best) = attack.best() {
                screen.words(&format!("Your best: {best}."));
            }
            if attack.whose == Whose::Original {
                screen.words(&format!(
                    "The picks are kept. Now mend {}, and save. Each time you save it, your attack \
                     is played again.",
                    attack.exercise.answer()
                ));
            }
        }
    }
}
