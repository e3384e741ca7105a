//! Kept picks, played again: against an answer that was changed, and against a solution.

use crate::attack::{Attack, NoGame, Whose, began};
use crate::compile::Look;
use crate::error::{PlayError, TrialError};
use crate::picks::Picks;
use crate::runner::{Built, Program, Runner};
use crate::saved;
use crate::session::Session;
use crate::set::{Exercise, Set};
use crate::workbench::Trial;
use judge::play::{Ask, End, Told};
use std::sync::Arc;

/// Plays all kept picks against a changed answer that was just built, and says how they end, one
/// line for each. `None` if there is nothing to say.
pub(crate) fn after_a_change(set: &Set, trial: &Trial<'_>, program: Program) -> Option<String> {
    let unsolved = set.read(&trial.exercise.file("unsolved.rs")).ok()?;
    if saved::is_same(&trial.text, &unsolved) {
        return None;
    }
    let picks = Picks::read(set, trial.exercise, &[]);
    if picks.all().is_empty() {
        return None;
    }
    // If it cannot be played, the verdict has said why.
    let lines = replay(set, trial, &Arc::new(program)).unwrap_or_default();
    Some(lines.join("\n")).filter(|lines| !lines.is_empty())
}

/// Builds the answer as it is now, and plays all kept picks against it.
pub(crate) fn after_a_save(
    set: &Set,
    runner: &Runner,
    exercise: &Exercise,
) -> Result<Option<String>, NoGame> {
    let trial = Trial::read(set, exercise, exercise.answer()).map_err(TrialError::from)?;
    let look = Look {
        columns: 100,
        colour: false,
    };
    match runner.build(set, &trial, look)? {
        Built::Program(program) => Ok(after_a_change(set, &trial, program)),
        Built::Refused(_) => Err(NoGame::NoProgram),
    }
}

fn replay(set: &Set, trial: &Trial<'_>, program: &Arc<Program>) -> Result<Vec<String>, NoGame> {
    let (mut session, scenes) = began(trial, program)?;
    let picks = Picks::read(set, trial.exercise, &scenes);
    let is_alone = picks.all().len() == 1;
    let mut lines = vec![];
    for kept in picks.all() {
        let Some(number) = scenes.iter().position(|it| kept.is_of(it)) else {
            continue;
        };
        let (misfit, end) = against(&mut session, number, &kept.picks)?;
        let said = ended(&kept.picks, misfit.as_ref(), end.as_ref());
        lines.push(match is_alone {
            true => said,
            false => format!("{}: {said}", kept.scenario),
        });
    }
    Ok(lines)
}

/// For teachers: finds the fewest picks that break the original exercise, and plays them against
/// its solution. Returns their number, and which orders break it.
pub(crate) fn prove(
    set: &Set,
    runner: &Runner,
    exercise: &Exercise,
) -> Result<(usize, &'static str), String> {
    let mut attack = Attack::begin(set, runner, exercise, Whose::Original, None)?;
    let name = &exercise.name;
    let Some(picks) = attack.fewest_picks()? else {
        return Err(format!("{name}: no picks are found that break it"));
    };
    attack.wait_for_odds(false);
    let trial = Trial::read(set, exercise, exercise.solution())?;
    let look = Look {
        columns: 100,
        colour: false,
    };
    let Built::Program(program) = runner.build(set, &trial, look)? else {
        return Err(format!("{name}: its solution has no program"));
    };
    let (mut session, scenes) = began(&trial, &Arc::new(program))?;
    let Some(number) = scenes.iter().position(|it| it == attack.scene()) else {
        return Err(format!(
            "{name}: its judge has no scenario for its solution"
        ));
    };
    match against(&mut session, number, &picks)? {
        (_, Some(End::Kept)) => Ok((picks.len(), attack.odds_in_words())),
        _ => Err(format!("{name}: these picks break its solution: {picks:?}")),
    }
}

/// How a replay ended: the first pick that did not fit, and the end.
type Replayed = (Option<(usize, String)>, Option<End>);

/// Plays picks against a program's scenario.
fn against(session: &mut Session, number: usize, picks: &[String]) -> Result<Replayed, NoGame> {
    session.wait(&Ask::Open(number))?;
    match session.wait(&Ask::Replay(picks.to_vec()))? {
        Told::Replayed { misfit, position } => Ok((misfit, position.end)),
        _ => Err(PlayError::Ended.into()),
    }
}

/// Says how a kept attack ended.
fn ended(picks: &[String], misfit: Option<&(usize, String)>, end: Option<&End>) -> String {
    let attack = format!("Your attack ({})", picks.join(", "));
    let misfit = misfit.map(|(number, why)| {
        let who = &picks[number - 1];
        let why = why.trim_end_matches('.');
        match why.ends_with("has ended") {
            true => format!("{who} has nothing to do at pick {number}"),
            false => format!("at pick {number} {why}"),
        }
    });
    match (end, misfit) {
        (Some(End::Broken(_)), None) => format!("{attack} still breaks it."),
        (Some(End::Broken(_)), Some(misfit)) => {
            format!(
                "{attack} no longer fits your answer ({misfit}), but what is left of it still breaks the \
                 promise."
            )
        }
        (Some(End::Kept), None) => {
            format!("{attack} fails now: with the same picks, your answer keeps the promise.")
        }
        (Some(End::Kept), Some(misfit)) => {
            format!("{attack} fails now: {misfit}, so these picks no longer fit your answer.")
        }
        _ => format!("{attack} came to no end."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_kept_attack_is_told_in_words() {
        let picks: Vec<String> = ["ann", "bob", "ann"].map(str::to_owned).into();
        let broken = End::Broken(vec![]);
        let said = |misfit: Option<(usize, &str)>, end: &End| {
            let misfit = misfit.map(|(number, why)| (number, why.to_owned()));
            ended(&picks, misfit.as_ref(), Some(end))
        };
        assert_eq!(
            said(None, &broken),
            "Your attack (ann, bob, ann) still breaks it."
        );
        assert_eq!(
            said(None, &End::Kept),
            "Your attack (ann, bob, ann) fails now: with the same picks, your answer keeps \
             the promise."
        );
        assert_eq!(
            said(Some((2, "bob waits for tray, held by ann.")), &End::Kept),
            "Your attack (ann, bob, ann) fails now: at pick 2 bob waits for tray, held by ann, so \
             these picks no longer fit your answer."
        );
        assert_eq!(
            said(Some((3, "ann has ended.")), &End::Kept),
            "Your attack (ann, bob, ann) fails now: ann has nothing to do at pick 3, so these \
             picks no longer fit your answer."
        );
        assert!(said(Some((3, "ann has ended.")), &broken).contains("still breaks"));
    }
}
