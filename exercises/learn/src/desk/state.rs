//! The state of the screen: what a key does, and how it is drawn. It knows no terminal, no file and
//! no process.

use super::frame::{BAD, CHOSEN, FAINT, Frame, GOOD, Line, STRONG, Size, at_most, fitted, wrapped};
use super::terminal::Key;
use crate::commands::NOT_SAVED;
use crate::progress::State;
use crate::saved::Restore;
use crate::screen::without_links;
use std::time::Duration;

/// What the screen shows below its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// The verdict, or nothing yet.
    Verdict,
    /// The whole question.
    Task,
    /// What a command has printed.
    Page(Vec<Line>),
    /// All exercises; one is chosen.
    List(usize),
    /// Asks whether to restore the original.
    Reset,
}

/// What the caller has to do after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Judge this exercise.
    Judge(usize),
    /// Judge all of them, one after the other.
    JudgeAll,
    /// End the judging that runs.
    Stop,
    /// End the building of the program to play.
    StopBuilding,
    /// Show what this command prints for the exercise.
    Run(&'static str, usize),
    /// Restore the original of the exercise.
    Reset(usize),
    /// Play it.
    Break(usize),
    /// Another exercise is the current one.
    Go(usize),
    Quit,
}

/// An exercise in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Its question in one sentence.
    pub(crate) asks: String,
    pub(crate) state: State,
}

/// What a verdict says, as it was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) is_green: bool,
    /// Its first line, with ✓ or ✗.
    pub(crate) headline: String,
    pub(crate) promise: String,
    pub(crate) rest: Vec<Line>,
    /// Whether the answer was judged at all: a file that is not there is not.
    pub(crate) is_judged: bool,
    /// How long that took.
    pub(crate) took: Option<Duration>,
}

/// The line of an exercise's README that asks its question begins with this.
const QUESTION: &str = "Question: ";

/// What is told while the program to play is built.
const BUILDS_GAME: &str = "Building the program to play…";

/// A window with fewer rows shows less of the head, and one row of keys.
const SMALL: usize = 20;

/// What a command says about itself, and not about an answer, begins with this.
pub(crate) const ERROR: &str = "learn: ";

impl Said {
    /// Reads what `learn run` has printed.
    pub(crate) fn read(printed: &str, is_green: bool) -> Said {
        let mut said = Said {
            is_green,
            is_judged: !printed.starts_with(ERROR),
            ..Said::default()
        };
        let mut lines = printed.lines().map(Line::printed).peekable();
        let mut takes = |text: &mut String, ends: fn(&str) -> bool| {
            while let Some(line) = lines.next_if(|line| !ends(&line.text)) {
                *text += if text.is_empty() { "" } else { " " };
                *text += line.text.trim();
            }
        };
        takes(&mut said.headline, |line| {
            line.trim().is_empty() || line.starts_with("The promise: ") || line.starts_with("  ")
        });
        takes(&mut said.promise, |line| {
            line.trim().is_empty() || line.starts_with("  ")
        });
        said.rest = lines.skip_while(|line| line.text.is_empty()).collect();
        if let Some(why) = said.headline.strip_prefix(ERROR) {
            said.headline = format!("✗ {}", Restore::with_the_key(why));
        }
        said
    }

    /// Takes out that progress is not saved, if that was said: below a long verdict it would be out
    /// of sight.
    pub(crate) fn take_not_saved(&mut self) -> Option<String> {
        let is_it = |line: &Line| line.text.starts_with(NOT_SAVED);
        let at = self.rest.iter().position(is_it)?;
        let lines = self.rest.split_off(at);
        let words: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        Some(words.join(" "))
    }
}

/// The screen.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) exercises: Vec<Entry>,
    pub(crate) current: usize,
    /// The question of the current exercise in Markdown.
    pub(crate) question: String,
    pub(crate) said: Option<Said>,
    /// What the verdict on the answer before said. It stays in sight, faint, until the next one
    /// comes: most take a second, in which the screen would change twice.
    pub(crate) before: Vec<Line>,
    /// The exercise that is being judged, and since when.
    pub(crate) judging: Option<(usize, Duration)>,
    /// Whether the program to play is being built: the game comes in a moment.
    pub(crate) builds_a_game: bool,
    /// Exercises that wait to be judged.
    pub(crate) waiting: Vec<usize>,
    pub(crate) view: View,
    pub(crate) scroll: usize,
    /// A sentence about what has just happened.
    pub(crate) notice: String,
}

impl Desk {
    pub(crate) fn new(exercises: Vec<Entry>, current: usize) -> Desk {
        Desk {
            exercises,
            current,
            question: String::new(),
            said: None,
            before: vec![],
            judging: None,
            builds_a_game: false,
            waiting: vec![],
            view: View::Verdict,
            scroll: 0,
            notice: String::new(),
        }
    }

    fn is_solved(&self, index: usize) -> bool {
        self.exercises[index].state == State::Solved
    }

    /// The next exercise that is not solved, after the current one.
    fn next(&self) -> Option<usize> {
        let count = self.exercises.len();
        let others = (1..=count).map(|step| (self.current + step) % count);
        others.into_iter().find(|&index| !self.is_solved(index))
    }

    fn is_green(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.is_green)
    }

    fn show(&mut self, view: View) {
        self.view = view;
        self.scroll = 0;
    }

    /// Handles a key.
    pub(crate) fn apply(&mut self, key: Key, size: Size) -> Vec<Action> {
        if self.builds_a_game {
            return self.while_it_builds(key);
        }
        let page = size.rows.saturating_sub(10).max(1);
        self.notice.clear();
        if let View::List(chosen) = self.view
            && let Some(actions) = self.in_the_list(key, chosen, page)
        {
            return actions;
        }
        if self.view == View::Reset {
            self.show(View::Verdict);
            return match key {
                Key::Char('y') => vec![Action::Reset(self.current)],
                Key::Interrupt => vec![Action::Quit],
                _ => {
                    self.notice = "Nothing was changed.".into();
                    vec![]
                }
            };
        }
        let here = self.current;
        match key {
            Key::Char('q') | Key::Interrupt => return vec![Action::Quit],
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => self.scroll += 1,
            Key::PageUp => self.scroll = self.scroll.saturating_sub(page),
            Key::PageDown => self.scroll += page,
            Key::Home | Key::Char('g') => self.scroll = 0,
            Key::End | Key::Char('G') => self.scroll = usize::MAX / 2,
            // Not Esc: a save ends a game too, and an Esc that was meant for it comes too late.
            Key::Char('x') if self.judging.is_some() => return vec![Action::Stop],
            Key::Escape => self.show(View::Verdict),
            Key::Char('t') => self.show(match self.view {
                View::Task => View::Verdict,
                _ => View::Task,
            }),
            Key::Char('l') => self.show(View::List(here)),
            Key::Char('?') => self.show(View::Page(self.all_keys())),
            Key::Char('r') => self.show(View::Reset),
            Key::Char('h') => return vec![Action::Run("hint", here)],
            Key::Char('s') => return vec![Action::Run("solution", here)],
            Key::Char('b') => return vec![Action::Break(here)],
            Key::Char('a') => {
                self.show(View::List(here));
                return vec![Action::JudgeAll];
            }
            Key::Enter if self.view != View::Verdict => self.show(View::Verdict),
            Key::Enter if !self.is_green() => return vec![Action::Judge(here)],
            Key::Enter | Key::Char('n') => {
                self.show(View::Verdict);
                match self.next().filter(|&next| next != here) {
                    Some(next) => return vec![Action::Go(next)],
                    None => self.notice = "There is no other exercise to solve.".into(),
                }
            }
            Key::Char(_) | Key::Other => {}
        }
        vec![]
    }

    /// Handles a key while the program to play is built. The other keys are meant for the game,
    /// which is not there yet, or for this screen, which is about to go: they do nothing.
    fn while_it_builds(&self, key: Key) -> Vec<Action> {
        match key {
            Key::Char('q') | Key::Interrupt => vec![Action::Quit],
            Key::Escape => vec![Action::StopBuilding],
            Key::Char('x') if self.judging.is_some() => vec![Action::Stop],
            _ => vec![],
        }
    }

    /// Handles a key that the list has its own use for.
    fn in_the_list(&mut self, key: Key, chosen: usize, page: usize) -> Option<Vec<Action>> {
        let last = self.exercises.len() - 1;
        let to = |desk: &mut Desk, index: usize| {
            desk.view = View::List(index);
            vec![]
        };
        Some(match key {
            Key::Up | Key::Char('k') => to(self, chosen.saturating_sub(1)),
            Key::Down | Key::Char('j') => to(self, (chosen + 1).min(last)),
            Key::PageUp => to(self, chosen.saturating_sub(page)),
            Key::PageDown => to(self, (chosen + page).min(last)),
            Key::Home | Key::Char('g') => to(self, 0),
            Key::End | Key::Char('G') => to(self, last),
            Key::Enter => {
                self.show(View::Verdict);
                vec![Action::Go(chosen)]
            }
            Key::Escape | Key::Char('l') => {
                self.show(View::Verdict);
                vec![]
            }
            // These are about the chosen exercise: it becomes the current one.
            Key::Char('b' | 'h' | 'r' | 's') if chosen != self.current => {
                self.show(View::Verdict);
                let mut actions = vec![Action::Go(chosen)];
                match key {
                    Key::Char('b') => actions.push(Action::Break(chosen)),
                    Key::Char('h') => actions.push(Action::Run("hint", chosen)),
                    Key::Char('s') => actions.push(Action::Run("solution", chosen)),
                    _ => self.show(View::Reset),
                }
                actions
            }
            _ => return None,
        })
    }

    /// Draws the screen. `beat` moves the sign while something is judged.
    pub(crate) fn draw(&self, size: Size, beat: usize) -> Frame {
        let columns = size.columns;
        let is_small = size.rows < SMALL;
        let mut head = vec![self.bar(columns)];
        let asks = match self.view {
            View::List(chosen) => self.exercises[chosen].asks.clone(),
            _ => essence(&self.question),
        };
        head.extend(at_most(wrapped("", &asks, columns), 2, columns));
        let headline = self.headline(columns, beat, is_small);
        let rows = if is_small { 1 } else { 2 };
        head.extend(at_most(headline, rows, columns));
        let is_list = matches!(self.view, View::List(_));
        let said = self.said.as_ref().filter(|_| !is_list);
        if let Some(said) = said.filter(|said| !said.promise.is_empty()) {
            let promise = wrapped("", &said.promise, columns);
            let rows = if is_small { 1 } else { 3 };
            head.extend(at_most(promise, rows, columns));
        }
        let notice = match self.builds_a_game {
            true => BUILDS_GAME,
            false => &self.notice,
        };
        head.extend(at_most(wrapped(STRONG, notice, columns), 3, columns));
        head.push(Line::styled(FAINT, "─".repeat(columns)));
        let (body, cursor) = self.body(columns);
        Frame {
            head,
            body,
            cursor,
            keys: match is_small {
                true => self.few_keys(),
                false => self.keys(),
            },
        }
    }

    /// The progress over all exercises, and the current one.
    fn bar(&self, columns: usize) -> Line {
        let count = self.exercises.len();
        let solved = (0..count).filter(|&it| self.is_solved(it)).count();
        let name = match self.view {
            View::List(_) => "all exercises",
            _ => &self.exercises[self.current].name,
        };
        let sign = |index: usize| match (index == self.current, self.exercises[index].state) {
            (true, _) => '▶',
            (_, State::Solved) => '■',
            (_, State::Begun) => '▪',
            (_, State::Untouched) => '·',
        };
        let bar: String = (0..count).map(sign).collect();
        let full = format!("{bar} {solved} of {count} solved   {name}");
        match full.chars().count() <= columns {
            true => Line::styled(STRONG, full),
            false => Line::styled(STRONG, format!("{solved}/{count} solved  {name}")),
        }
    }

    fn headline(&self, columns: usize, beat: usize, is_small: bool) -> Vec<Line> {
        if let Some((index, since)) = self.judging {
            let sign = ['|', '/', '-', '\\'][beat % 4];
            let name = match index == self.current {
                true => String::new(),
                false => format!(" {}", self.exercises[index].name),
            };
            let seconds = since.as_secs();
            let long = match seconds {
                0..3 => String::new(),
                _ => format!(" ({seconds} s; x ends it)"),
            };
            return wrapped(STRONG, &format!("{sign} judging{name}…{long}"), columns);
        }
        // The list is about all of them.
        if matches!(self.view, View::List(_)) {
            return vec![];
        }
        let Some(said) = &self.said else {
            return wrapped(FAINT, "not judged yet", columns);
        };
        let style = if said.is_green { GOOD } else { BAD };
        let took = said
            .took
            .map(|took| format!(" ({:.1} s)", took.as_secs_f64()));
        let long = said.headline.clone() + &took.unwrap_or_default();
        // The bar has the name too.
        let name = format!(" {}:", self.exercises[self.current].name);
        let short = said.headline.replacen(&name, "", 1);
        let texts = [long, said.headline.clone(), short];
        let mut lines = texts.iter().map(|text| wrapped(style, text, columns));
        let last = lines.next_back().unwrap_or_default();
        let longest = lines.find(|lines| lines.len() == 1);
        match is_small || last.len() == 1 {
            true => longest.unwrap_or(last),
            false => wrapped(style, &said.headline, columns),
        }
    }

    fn body(&self, columns: usize) -> (Vec<Line>, Option<usize>) {
        match &self.view {
            View::Verdict => match &self.said {
                Some(said) => (said.rest.clone(), None),
                None if self.before.is_empty() => (markdown(&self.question, columns), None),
                None => {
                    let faint = |line: &Line| Line::styled(FAINT, &line.text);
                    (self.before.iter().map(faint).collect(), None)
                }
            },
            View::Task => (markdown(&self.question, columns), None),
            View::Page(lines) => (lines.clone(), None),
            View::List(chosen) => {
                let legend = "> here   ✓ solved   … begun";
                let lines = self.exercises.iter().enumerate().map(|(index, entry)| {
                    let (sign, word) = match entry.state {
                        State::Solved => ("✓", "solved"),
                        State::Begun => ("…", "begun"),
                        State::Untouched => (" ", ""),
                    };
                    let here = if index == self.current { ">" } else { " " };
                    let text = format!("{here} {sign} {:<24} {word}", entry.name);
                    let style = if index == *chosen { CHOSEN } else { "" };
                    Line::styled(style, text.trim_end())
                });
                let mut lines: Vec<Line> = lines.collect();
                lines.push(Line::styled(FAINT, legend));
                (lines, Some(*chosen))
            }
            View::Reset => {
                let name = &self.exercises[self.current].name;
                let asks = format!(
                    "Restore the original of {name}? A copy of your answer is kept in .learn/. \
                     Press y to restore; any other key changes nothing."
                );
                (wrapped(STRONG, &asks, columns), None)
            }
        }
    }

    /// The keys for a small window: one row, and `?` tells the others.
    fn few_keys(&self) -> Vec<String> {
        let keys = self.keys();
        if self.builds_a_game {
            return keys;
        }
        let wanted = match self.view {
            View::List(_) | View::Reset => {
                let count = 3 + usize::from(self.judging.is_some());
                return keys.into_iter().take(count).collect();
            }
            _ => ["b break", "h hint"],
        };
        let first = keys.first().cloned();
        let others = keys
            .iter()
            .filter(|key| wanted.contains(&&key[..]))
            .cloned();
        let more = ["? keys".to_owned()];
        first.into_iter().chain(others).chain(more).collect()
    }

    /// All keys, and what each does.
    fn all_keys(&self) -> Vec<Line> {
        let enter = match self.is_green() {
            true => "Enter    go to the next exercise",
            false => "Enter    judge your answer again",
        };
        let keys = [
            enter,
            "b        break it: you pick who moves",
            "h        the next hint",
            "t        the whole task",
            "l        the list of all exercises",
            "n        the next exercise",
            "r        restore the original",
            "s        a solution, once you have one",
            "a        judge all exercises",
            "x        stop judging",
            "↑ ↓ j k  scroll; g and G: begin, end",
            "Esc      back to the verdict",
            "q        quit",
        ];
        let title = [Line::styled(STRONG, "Keys")];
        title.into_iter().chain(keys.map(Line::plain)).collect()
    }

    /// The keys that have a meaning now.
    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<&str> = vec![];
        if self.builds_a_game {
            keys.extend(self.judging.is_some().then_some("x stop judging"));
            keys.extend(["Esc stop building", "q quit"]);
            return keys.into_iter().map(str::to_owned).collect();
        }
        match self.view {
            View::List(_) => {
                keys.extend(["↑↓ choose", "Enter go", "Esc back"]);
                if self.judging.is_some() {
                    keys.push("x stop");
                }
                keys.extend(["b break", "h hint", "r reset", "s solution", "q quit"]);
            }
            View::Reset => keys.extend(["y restore", "any other key: no"]),
            View::Verdict | View::Task | View::Page(_) => {
                match (&self.view, self.judging.is_some(), self.is_green()) {
                    (_, true, _) => keys.push("x stop"),
                    (View::Verdict, _, true) => keys.push("Enter next"),
                    (View::Verdict, _, false) => keys.push("Enter judge"),
                    _ => keys.push("Enter back"),
                }
                keys.extend(["b break", "h hint", "t task", "l list", "n next"]);
                keys.extend([
                    "r reset",
                    "s solution",
                    "a all",
                    "↑↓ scroll",
                    "? keys",
                    "q quit",
                ]);
            }
        }
        // While it judges or is solved, `n` and Enter go on; else Enter judges again.
        if matches!(self.view, View::Verdict) && self.judging.is_none() && self.is_green() {
            keys.retain(|key| *key != "n next");
        }
        keys.into_iter().map(str::to_owned).collect()
    }
}

/// The question in one sentence that stands alone; without one, the title.
pub(crate) fn essence(task: &str) -> String {
    let question = task.lines().find_map(|line| line.strip_prefix(QUESTION));
    let title = || task.lines().find_map(|line| line.strip_prefix("# "));
    question.or_else(title).unwrap_or_default().to_owned()
}

/// Wraps Markdown: paragraphs and items of a list are wrapped again, other lines stay as they are.
fn markdown(text: &str, columns: usize) -> Vec<Line> {
    let (mut lines, mut paragraph) = (vec![], String::new());
    // The head shows the question already.
    let is_below = |line: &&str| !line.starts_with(QUESTION);
    let mut is_behind_gap = false;
    for line in text.lines().filter(is_below).chain([""]) {
        if line.is_empty() && is_behind_gap {
            continue;
        }
        is_behind_gap = line.is_empty();
        if !line.trim().is_empty() && !line.starts_with(['#', '|', '-']) {
            paragraph += " ";
            paragraph += line.trim();
            continue;
        }
        let text = without_links(&std::mem::take(&mut paragraph));
        lines.extend(match text.starts_with("- ") {
            true => fitted(&Line::plain(text), columns),
            false => wrapped("", &text, columns),
        });
        if line.starts_with("- ") {
            // The rest of it may stand in the next lines.
            line.clone_into(&mut paragraph);
            continue;
        }
        match line.strip_prefix('#') {
            Some(head) => {
                let head = head.trim_start_matches('#').trim();
                lines.extend(wrapped(STRONG, head, columns));
            }
            None => lines.extend(match line.trim() {
                "" => vec![Line::default()],
                line => fitted(&Line::plain(without_links(line)), columns),
            }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    use unicode_width::UnicodeWidthStr;

    const SIZES: [Size; 2] = [
        Size {
            columns: 80,
            rows: 24,
        },
        Size {
            columns: 40,
            rows: 15,
        },
    ];
    const TASK: &str = "# 1. Two locks\n\nQuestion: Which two lines wait for each other?\n\n\
                        Belongs to [step 1](../a.md).\n\nSnacks move. Open `exercise.rs`. Keep \
                        both locks.\n";

    fn desk() -> Desk {
        let entry = |number: usize| Entry {
            name: format!("{number:02}_lock_order"),
            asks: format!("What is number {number}?"),
            state: State::Untouched,
        };
        let mut desk = Desk::new((1..=18).map(entry).collect(), 0);
        desk.question = TASK.into();
        desk
    }

    fn judged(is_green: bool) -> Desk {
        let drawing: String = (0..60).map(|row| format!("{row} takes tray\n")).collect();
        let sign = if is_green { "✓" } else { "✗" };
        let printed = format!(
            "{sign} 01_lock_order: a promise is\nbroken\nThe promise: No thread waits\nforever.\n\n{drawing}"
        );
        let mut desk = desk();
        desk.said = Some(Said::read(&printed, is_green));
        desk.exercises[0].state = if is_green {
            State::Solved
        } else {
            State::Begun
        };
        desk
    }

    fn drawn(desk: &Desk, size: Size) -> Vec<String> {
        let (lines, _) = desk.draw(size, 0).lay_out(size, desk.scroll);
        lines.into_iter().map(|line| line.text).collect()
    }

    /// Checks the sizes, and that these words are in sight. `keys` only where there is room.
    #[track_caller]
    fn shows(desk: &Desk, words: &[&str], keys: &[&str]) {
        for size in SIZES {
            let lines = drawn(desk, size);
            assert_eq!(lines.len(), size.rows, "{lines:#?}");
            for line in &lines {
                assert!(line.width() <= size.columns, "too wide: {line:?}");
            }
            let all = lines.join(" ");
            let keys = keys.iter().filter(|_| size.rows >= SMALL);
            for words in words.iter().chain(keys) {
                assert!(
                    all.contains(words),
                    "{words:?} is not in sight:\n{lines:#?}"
                );
            }
        }
    }

    #[test]
    fn that_progress_is_not_saved_is_no_part_of_a_long_verdict() {
        let printed = format!("✗ a: broken\n\nThe drawing\n{NOT_SAVED}: b\ncannot be written\n");
        let mut said = Said::read(&printed, false);
        let told = said.take_not_saved();
        assert_eq!(told, Some(format!("{NOT_SAVED}: b cannot be written")));
        assert_eq!(said.rest, [Line::printed("The drawing")]);
        assert_eq!(said.take_not_saved(), None);
    }

    #[test]
    fn an_item_of_the_task_hangs_also_where_its_file_breaks_it() {
        let task =
            "# One\n\n- What: a mutex lets one\n  thread in.\n- Why: it\n  matters.\n\nEnd.\n";
        let lines = markdown(task, 20).into_iter().map(|line| line.text);
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                "One",
                "",
                "- What: a mutex lets",
                "  one thread in.",
                "- Why: it matters.",
                "",
                "End.",
                ""
            ]
        );
    }

    #[test]
    fn while_the_program_to_play_is_built_only_the_keys_that_stop_or_quit_work() {
        let mut desk = judged(false);
        desk.builds_a_game = true;
        let before = (desk.view.clone(), desk.scroll);
        let others = "bhtlnrsakjgGx?y123".chars().map(Key::Char);
        let others = others.chain([Key::Enter, Key::Down, Key::PageDown, Key::End]);
        for key in others {
            assert_eq!(desk.apply(key, SIZES[0]), [], "{key:?}");
            assert_eq!((desk.view.clone(), desk.scroll), before, "{key:?}");
        }
        shows(
            &desk,
            &[BUILDS_GAME, "Esc stop building", "q quit"],
            &["No thread waits forever."],
        );
        assert!(!drawn(&desk, SIZES[0]).join(" ").contains("h hint"));
        assert_eq!(desk.apply(Key::Char('q'), SIZES[0]), [Action::Quit]);
        assert_eq!(desk.apply(Key::Escape, SIZES[0]), [Action::StopBuilding]);
        desk.judging = Some((0, Duration::from_secs(5)));
        assert_eq!(desk.apply(Key::Char('x'), SIZES[0]), [Action::Stop]);
        shows(&desk, &["x stop judging"], &[]);
    }

    #[test]
    fn every_state_shows_the_question_and_the_keys_that_work() {
        let question = "Which two lines";
        let seen = [question, "not judged yet", "Enter judge", "? keys"];
        shows(&desk(), &seen, &["q quit"]);
        let mut judging = desk();
        judging.judging = Some((0, Duration::from_secs(5)));
        shows(
            &judging,
            &[question, "| judging…", "x ends it", "x stop"],
            &[],
        );
        for scroll in [0, 7, 9_999] {
            let mut red = judged(false);
            red.scroll = scroll;
            let seen = ["✗ 01_lock_order: a promise is broken", "No thread waits"];
            shows(&red, &seen, &["No thread waits forever."]);
            let seen = [question, "lines ", "b break", "h hint", "Enter judge"];
            shows(&red, &seen, &["q quit"]);
        }
        shows(
            &judged(true),
            &[question, "✓ 01_lock_order", "Enter next"],
            &[],
        );
        let mut page = judged(false);
        page.view = View::Page(vec![Line::plain("a hint")]);
        shows(&page, &[question, "a hint", "Enter back", "✗"], &[]);
        page.view = View::Reset;
        shows(&page, &["Restore the original", "y restore"], &[]);
        page.view = View::List(17);
        shows(
            &page,
            &["18_lock_order", "Enter go", "Esc back"],
            &["q quit"],
        );
        page.view = View::Task;
        shows(&page, &["Belongs to step 1"], &[]);
        page.view = View::Verdict;
        page.apply(Key::Char('?'), SIZES[1]);
        shows(
            &page,
            &["Keys", "judge your answer again"],
            &["q        quit"],
        );
    }

    #[test]
    fn no_window_is_too_small() {
        let mut red = judged(false);
        red.notice = "Nothing was changed.".into();
        let views = [
            View::Verdict,
            View::Task,
            View::Page(vec![Line::plain("    // a comment that is long enough")]),
            View::List(9),
            View::Reset,
        ];
        for view in views {
            red.view = view;
            for (columns, rows) in (1..45).flat_map(|it| [(it, 1), (it, 3), (it, 6), (20, it)]) {
                let lines = drawn(&red, Size { columns, rows });
                assert_eq!(lines.len(), rows, "{columns}x{rows}");
                let is_wide = |line: &&String| line.width() > columns;
                let wide: Vec<_> = lines.iter().filter(is_wide).collect();
                assert!(columns == 1 || wide.is_empty(), "{columns}: {wide:?}");
            }
        }
    }

    #[test]
    fn the_head_of_the_list_is_about_the_list() {
        let mut list = judged(false);
        list.view = View::List(4);
        shows(&list, &["What is number 5?"], &["all exercises"]);
        for size in SIZES {
            let lines = drawn(&list, size).join(" ");
            for other in ["✗", "Which two lines", "The promise"] {
                assert!(
                    !lines.contains(other),
                    "{other} is about the one before: {lines}"
                );
            }
        }
        list.judging = Some((6, Duration::ZERO));
        shows(&list, &["judging 07_lock_order", "x stop"], &[]);
    }

    #[test]
    fn a_small_window_has_half_of_its_rows_for_the_verdict() {
        let size = SIZES[1];
        let mut red = judged(false);
        red.said.as_mut().expect("red").took = Some(Duration::from_millis(400));
        let lines = drawn(&red, size);
        let rows = lines
            .iter()
            .filter(|line| line.contains("takes tray"))
            .count();
        assert!(rows >= 7, "{lines:#?}");
        red.exercises[0].name = "10_lock_while_receiving".into();
        let said = red.said.as_mut().expect("red");
        said.headline = "✗ 10_lock_while_receiving: a promise is broken".into();
        let lines = drawn(&red, size);
        assert!(
            lines.contains(&"✗ a promise is broken".to_owned()),
            "{lines:#?}"
        );
        let lines = drawn(&red, SIZES[0]);
        let whole = "✗ 10_lock_while_receiving: a promise is broken (0.4 s)";
        assert!(lines.contains(&whole.to_owned()), "{lines:#?}");
    }

    #[test]
    fn a_file_that_is_not_there_names_the_key_that_restores_it() {
        let why = "exercises/01_lock_order/exercise.rs is not there.";
        let error = format!("{ERROR}{why} {}", Restore("01_lock_order"));
        let said = Said::read(&format!("{error}\n"), false);
        let told = format!("✗ {why} Press r to restore the original exercise.");
        assert_eq!((said.headline.as_str(), said.is_judged), (&*told, false));
        assert!(said.rest.is_empty(), "once: {said:?}");
        assert!(judged(false).said.is_some_and(|said| said.is_judged));
        let real = crate::error::FileError::Answer {
            exercise: "01_lock_order".into(),
            file: "exercises/01_lock_order/exercise.rs".into(),
            why: crate::saved::Unusable::Missing,
        };
        assert_eq!(format!("{ERROR}{real}"), error, "the sentence that is read");
    }

    #[test]
    fn every_key_does_what_the_line_of_keys_says() {
        let size = SIZES[0];
        let does = |desk: &mut Desk, key: char| desk.apply(Key::Char(key), size);
        let mut red = judged(false);
        assert_eq!(red.apply(Key::Enter, size), [Action::Judge(0)]);
        assert_eq!(does(&mut red, 'h'), [Action::Run("hint", 0)]);
        assert_eq!(does(&mut red, 's'), [Action::Run("solution", 0)]);
        assert_eq!(does(&mut red, 'b'), [Action::Break(0)]);
        assert_eq!(does(&mut red, 'n'), [Action::Go(1)]);
        assert_eq!(does(&mut red, 'q'), [Action::Quit]);
        assert_eq!(red.apply(Key::Interrupt, size), [Action::Quit]);
        assert_eq!(does(&mut red, 'r'), []);
        assert_eq!(red.view, View::Reset, "it asks");
        assert_eq!(does(&mut red, 'n'), [], "and takes no for an answer");
        does(&mut red, 'r');
        assert_eq!(does(&mut red, 'y'), [Action::Reset(0)]);
        does(&mut red, 'j');
        does(&mut red, 'j');
        does(&mut red, 'k');
        assert_eq!(red.scroll, 1);
        does(&mut red, 'l');
        red.apply(Key::Down, size);
        red.apply(Key::End, size);
        red.apply(Key::Up, size);
        let mut list = red.clone();
        assert_eq!(
            does(&mut list, 'h'),
            [Action::Go(16), Action::Run("hint", 16)],
            "the keys of the list are about the exercise that is chosen"
        );
        let mut list = red.clone();
        assert_eq!(does(&mut list, 'b'), [Action::Go(16), Action::Break(16)]);
        let mut list = red.clone();
        assert_eq!(does(&mut list, 'r'), [Action::Go(16)]);
        assert_eq!(list.view, View::Reset, "and it asks");
        let mut list = red.clone();
        list.apply(Key::Home, size);
        assert_eq!(does(&mut list, 'h'), [Action::Run("hint", 0)]);
        assert_eq!(list.view, View::List(0), "the current one");
        assert_eq!(red.apply(Key::Enter, size), [Action::Go(16)]);
        assert_eq!(does(&mut red, 'a'), [Action::JudgeAll]);
        red.judging = Some((0, Duration::ZERO));
        assert_eq!(does(&mut red, 'x'), [Action::Stop], "in the list too");
        assert_eq!(
            red.apply(Key::Escape, size),
            [],
            "Esc goes back, and ends nothing"
        );
        assert_eq!(red.view, View::Verdict);
        assert_eq!(red.apply(Key::Escape, size), [], "nor does it there");
        assert_eq!(does(&mut red, 'q'), [Action::Quit]);
    }

    #[test]
    fn the_verdict_before_stays_in_sight_until_the_next_one_comes() {
        let mut desk = judged(false);
        let said = desk.said.take().expect("a verdict");
        desk.before = said.rest;
        desk.judging = Some((0, Duration::ZERO));
        shows(&desk, &["judging…", "0 takes tray", "x stop"], &[]);
        assert!(
            desk.body(80).0.iter().all(|line| line.style == FAINT),
            "not as if it were true now"
        );
        desk.before.clear();
        shows(&desk, &["judging…", "Snacks move."], &[]);
    }

    #[test]
    fn after_success_it_waits_for_a_key() {
        let size = SIZES[0];
        let mut green = judged(true);
        assert_eq!(green.apply(Key::Other, size), []);
        assert_eq!(green.current, 0);
        assert_eq!(green.apply(Key::Enter, size), [Action::Go(1)]);
        for entry in &mut green.exercises {
            entry.state = State::Solved;
        }
        assert_eq!(green.apply(Key::Enter, size), []);
        assert!(green.notice.contains("no other exercise"));
    }

    #[test]
    fn the_header_has_the_question_that_stands_alone() {
        assert_eq!(essence(TASK), "Which two lines wait for each other?");
        assert_eq!(essence("# A\n\nOne. Two."), "A");
        assert_eq!(essence(""), "");
    }

    /// The header has this line and no other: so it names what it asks about, and asks it whole.
    #[test]
    fn each_exercise_asks_its_question_in_a_sentence_that_fits() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let root = root.into_iter().nth(2).expect("exercises/learn");
        let set = crate::set::Set::of(root).expect("exercises");
        for exercise in &set.exercises {
            let task = set.read(&exercise.file("README.md")).expect("a task");
            let name = &exercise.name;
            let asked: Vec<_> = task.lines().filter(|it| it.starts_with(QUESTION)).collect();
            assert_eq!(asked.len(), 1, "{name}: one line begins with {QUESTION:?}");
            let question = essence(&task);
            assert!(question.contains('?') && !question.contains("]("), "{name}");
            for (columns, rows) in [(80, 1), (40, 2)] {
                let lines = wrapped("", &question, columns);
                assert!(lines.len() <= rows, "{name}: too long: {question}");
            }
            let first = question.split_whitespace().next().unwrap_or_default();
            assert!(
                ["Why", "How", "What", "Which"].contains(&first),
                "{name}: begins in the middle: {question}"
            );
            let code = set.read(&exercise.file("unsolved.rs")).expect("unsolved");
            let code = code.to_lowercase();
            let words = question.split(|c: char| !c.is_alphanumeric() && c != '_');
            let named = words.filter(|word| word.len() > 3 && code.contains(&word.to_lowercase()));
            assert!(named.count() >= 2, "{name}: about what? {question}");
            // So must a promise: the header shows the broken one alone.
            let judge = set.read(&exercise.file("judge.rs")).expect("a judge");
            let judge: String = judge.split_whitespace().collect();
            for leans in ["Thesame", "Nor", "And", "But", "Then", "Also"] {
                for begins in ["promise(\"", "promise(&format!(\""] {
                    let promise = format!("{begins}{leans}");
                    assert!(!judge.contains(&promise), "{name}: the same as what?");
                }
            }
        }
    }
}
