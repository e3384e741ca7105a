//! The screen of *break it first*: who can move, what each holds and waits for, and what has
//! happened.

use super::frame::{BAD, CHOSEN, FAINT, Frame, GOOD, Line, STRONG, Size, at_most, wrapped};
use super::terminal::Key;
use crate::attack::{Attack, Choice, Whose};
use judge::play::{Actor, Ask, End, Row};

/// What the caller has to do after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Ask the program.
    Ask(Ask),
    /// Play the other program: the original, or the learner's answer.
    Switch,
    /// Play another scenario of the same program.
    Choose(usize),
    /// Show it in a browser.
    Web,
    Leave,
    /// Leave, and do what the key does there.
    LeaveWith(Key),
    Quit,
}

/// Which actor is chosen, and how far the screen is scrolled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    pub(crate) chosen: usize,
    pub(crate) scroll: usize,
    promises: Option<Promises>,
}

/// The list of promises, while it is shown.
#[derive(Clone, Debug)]
struct Promises {
    /// The scenarios' numbers for [`Attack::choose`]. They stay as long as the list is shown: while
    /// it is computed which orders break them, some turn out to leave nothing to pick, and a key
    /// must not choose another row than the one that was read.
    rows: Vec<usize>,
    /// The row that is chosen.
    chosen: usize,
}

impl Promises {
    fn of(attack: &Attack) -> Promises {
        let choices = attack.choices();
        let chosen = choices.iter().position(|it| it.is_chosen);
        Promises {
            rows: choices.iter().map(|it| it.number).collect(),
            chosen: chosen.unwrap_or(0),
        }
    }

    /// Returns the rows, of every scenario.
    fn choices<'a>(&self, every: impl Iterator<Item = Choice<'a>>) -> Vec<Choice<'a>> {
        let is_row = |it: &Choice<'_>| self.rows.contains(&it.number);
        every.filter(is_row).collect()
    }
}

impl Board {
    /// Handles a key.
    pub(crate) fn apply(&mut self, key: Key, attack: &Attack) -> Option<Move> {
        if let Some(promises) = self.promises.take() {
            return self.in_the_promises(key, promises, attack);
        }
        let able: Vec<&Actor> = attack.able().collect();
        let is_over = attack.position.end.is_some();
        let pick = |index: usize| {
            let actor = able.get(index).filter(|_| !is_over)?;
            Some(Move::Ask(Ask::Pick(actor.name.clone())))
        };
        match key {
            Key::Char('q') | Key::Interrupt => return Some(Move::Quit),
            Key::Escape => return Some(Move::Leave),
            Key::Char('u') => return Some(Move::Ask(Ask::Undo)),
            Key::Char('r') => return Some(Move::Ask(Ask::Restart)),
            Key::Char('h') if !is_over => return Some(Move::Ask(Ask::Hint)),
            Key::Char('o') => return Some(Move::Switch),
            Key::Char('w') => return Some(Move::Web),
            Key::Char('p') => {
                (self.promises, self.scroll) = (Some(Promises::of(attack)), 0);
            }
            Key::Char(c @ '1'..='9') => return pick(c as usize - '1' as usize),
            Key::Enter if is_over => return Some(Move::Ask(Ask::Restart)),
            Key::Enter => return pick(self.chosen),
            Key::Up | Key::Char('k') if is_over => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') if is_over => self.scroll += 1,
            Key::Up | Key::Char('k') => self.chosen = self.chosen.saturating_sub(1),
            Key::Down | Key::Char('j') => {
                self.chosen = (self.chosen + 1).min(able.len().saturating_sub(1));
            }
            Key::PageUp => self.scroll = self.scroll.saturating_sub(5),
            Key::PageDown => self.scroll += 5,
            Key::Char('l' | 't' | 's' | 'a' | 'n') => return Some(Move::LeaveWith(key)),
            Key::Char(_) | Key::Home | Key::End | Key::Other => {}
        }
        None
    }

    /// Handles a key while the promises are shown. They stay, unless the key chooses or leaves.
    fn in_the_promises(
        &mut self,
        key: Key,
        mut promises: Promises,
        attack: &Attack,
    ) -> Option<Move> {
        let choices = promises.choices(attack.every_choice());
        let last = choices.len().saturating_sub(1);
        let mut choose = |index: usize| {
            let choice = choices.get(index)?;
            *self = Board::default();
            (!choice.is_chosen).then_some(Move::Choose(choice.number))
        };
        match key {
            Key::Char('q') | Key::Interrupt => return Some(Move::Quit),
            Key::Escape | Key::Char('p') => return None,
            Key::Enter => return choose(promises.chosen),
            Key::Char(c @ '1'..='9') if c as usize - '1' as usize <= last => {
                return choose(c as usize - '1' as usize);
            }
            Key::Up | Key::Char('k') => promises.chosen = promises.chosen.saturating_sub(1),
            Key::Down | Key::Char('j') => promises.chosen = (promises.chosen + 1).min(last),
            _ => {}
        }
        self.promises = Some(promises);
        None
    }

    /// Draws the promises that can be attacked.
    fn promises(promises: &Promises, attack: &Attack, size: Size) -> Frame {
        let columns = size.columns;
        let name = &attack.exercise.name;
        let mut head = wrapped(STRONG, &format!("Break {name}: which promise?"), columns);
        head.push(Line::styled(FAINT, "─".repeat(columns)));
        let (mut body, mut cursor) = (vec![], None);
        for (index, choice) in promises.choices(attack.every_choice()).iter().enumerate() {
            let mut style = STRONG;
            if index == promises.chosen {
                (style, cursor) = (CHOSEN, Some(body.len()));
            }
            let said = format!("{} {}", index + 1, choice.said());
            body.extend(wrapped(style, &said, columns));
            let promise = wrapped("", &choice.scene.promise, columns.saturating_sub(4));
            for line in promise {
                body.push(Line::plain(format!("    {}", line.text)));
            }
        }
        for said in attack.of_before() {
            body.extend(wrapped(FAINT, &said, columns));
        }
        let keys = ["1–9 attack it", "↑↓ Enter", "Esc back", "q quit"];
        Frame {
            head,
            body,
            cursor,
            keys: keys.map(str::to_owned).into(),
        }
    }

    /// Draws the game. `beat` moves a sign while the program is asked.
    pub(crate) fn draw(&self, attack: &Attack, size: Size, asked: Option<usize>) -> Frame {
        if let Some(promises) = &self.promises {
            return Board::promises(promises, attack, size);
        }
        let columns = size.columns;
        let is_small = size.rows < 20;
        let mut head = wrapped(STRONG, &attack.title(), columns);
        if head.len() > 1 {
            head = wrapped(STRONG, &attack.short_title(), columns);
        }
        let promise = format!("The promise: {}", attack.scene().promise);
        let rows = if is_small { 2 } else { 3 };
        head.extend(at_most(wrapped("", &promise, columns), rows, columns));
        // Four rows also where there are few: the address of the page, and the name of the file to
        // mend, must be whole.
        head.extend(at_most(self.status(attack, columns, asked), 4, columns));
        head.push(Line::styled(FAINT, "─".repeat(columns)));
        let (mut body, mut cursor) = (vec![], None);
        let position = &attack.position;
        for sentence in attack.why() {
            body.extend(wrapped("", &sentence, columns));
        }
        let mut able = 0;
        for actor in &position.actors {
            let mut key = "-".to_owned();
            let mut style = FAINT;
            if actor.can_move {
                able += 1;
                key = able.to_string();
                style = "";
                if able == self.chosen + 1 && position.end.is_none() {
                    (style, cursor) = (CHOSEN, Some(body.len()));
                }
            }
            let is_advised = attack.advised.as_ref() == Some(&actor.name);
            let advice = if is_advised { "  ← the hint" } else { "" };
            let next = match actor.next.as_str() {
                "" if attack.scene().has_events => String::new(),
                "" => ": has ended".into(),
                next => format!(": {next}"),
            };
            body.push(Line::styled(
                style,
                format!("{key} {}{next}{advice}", actor.name),
            ));
            let source = source(attack, &actor.at);
            if !source.is_empty() {
                body.push(Line::styled(FAINT, cut(&format!("    {source}"), columns)));
            }
            if !actor.holds.is_empty() {
                body.push(Line::plain(format!("    holds {}", actor.holds.join(", "))));
            }
        }
        let (before, since) = attack.rows();
        let since = since.iter().enumerate().rev();
        let since = since
            .map(|(index, row)| ((index + 1).to_string(), row))
            .collect();
        let before = before.iter().map(|row| (String::new(), row)).collect();
        let parts: [(_, Vec<(String, &Row)>); 2] = [
            ("So far, the latest step first:", since),
            ("Before the first pick:", before),
        ];
        for (head, rows) in parts.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            body.push(Line::default());
            body.push(Line::styled(STRONG, head));
            for (number, row) in rows {
                body.push(Line::plain(format!("{number:>2} {} {}", row.who, row.what)));
                let source = source(attack, &row.at);
                if !source.is_empty() {
                    body.push(Line::styled(FAINT, cut(&format!("    {source}"), columns)));
                }
            }
        }
        Frame {
            head,
            body,
            // What was scrolled by hand stays.
            cursor: cursor.filter(|_| self.scroll == 0),
            keys: self.keys(attack),
        }
    }

    fn status(&self, attack: &Attack, columns: usize, asked: Option<usize>) -> Vec<Line> {
        if let Some(beat) = asked {
            let sign = ['|', '/', '-', '\\'][beat % 4];
            return wrapped(STRONG, &format!("{sign} one moment…"), columns);
        }
        let style = match &attack.position.end {
            _ if !attack.notice.is_empty() => STRONG,
            Some(End::Broken(_)) => GOOD,
            Some(End::Refused(_)) => BAD,
            Some(End::Kept) | None => "",
        };
        wrapped(style, &attack.status(), columns)
    }

    fn keys(&self, attack: &Attack) -> Vec<String> {
        let other = match attack.whose {
            Whose::Original => "o your answer",
            Whose::Own => "o the original",
        };
        let mut keys = match attack.position.end {
            None => vec!["1–9 pick", "↑↓ Enter", "h hint"],
            // The key r does the same.
            Some(_) => vec!["Enter restart", "↑↓ scroll"],
        };
        if !attack.position.picks.is_empty() {
            keys.push("u undo");
        }
        if attack.position.end.is_none() {
            keys.push("r restart");
        }
        if attack.choices().len() > 1 {
            keys.push("p promise");
        }
        keys.extend([other, "w browser", "Esc back", "q quit"]);
        keys.into_iter().map(str::to_owned).collect()
    }
}

/// Returns a place and its source line.
fn source(attack: &Attack, at: &str) -> String {
    format!("{at}  {}", attack.sources.line(at))
        .trim()
        .to_owned()
}

/// Returns the beginning of a line that fits, with a sign if there is more.
fn cut(text: &str, columns: usize) -> String {
    at_most(super::frame::pieces(text, columns), 1, columns)
        .pop()
        .map_or_else(String::new, |line| line.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::play::Scene;

    #[test]
    fn a_row_of_the_promises_stays_when_there_turns_out_to_be_nothing_to_pick() {
        let scene = Scene {
            id: String::new(),
            name: String::new(),
            promise: String::new(),
            has_events: false,
        };
        let every = |odds: [&'static str; 3]| {
            let scene = &scene;
            odds.into_iter()
                .enumerate()
                .map(move |(number, odds)| Choice {
                    number,
                    scene,
                    odds,
                    best: None,
                    is_chosen: number == 1,
                })
        };
        let shown = Promises {
            rows: vec![0, 1],
            chosen: 1,
        };
        for odds in ["", "nothing to pick"] {
            let rows = shown.choices(every([odds, "", odds]));
            let numbers: Vec<usize> = rows.iter().map(|it| it.number).collect();
            assert_eq!(numbers, [0, 1]);
            assert!(rows[shown.chosen].is_chosen);
        }
    }
}
