//! `learn done`: which bugs the learner found and mended, as text and as a picture to post.

use crate::commands::Context;
use crate::picks::Picks;
use crate::progress::{self, Progress, State};
use std::fmt::Write;

/// The picture, in the learner's folder.
const FILE: &str = ".learn/done.svg";

/// How many characters of a name have room in the picture before the next column.
const ROOM: usize = 52;

/// The bug of each exercise in the words of the field.
const BUGS: [(&str, &str); 18] = [
    ("01_lock_order", "deadlock: two locks in two orders"),
    ("02_self_deadlock", "self-deadlock: a lock taken twice"),
    ("03_match_guard", "guard kept alive by a match scrutinee"),
    ("04_two_reads", "deadlock: recursive read lock"),
    (
        "05_guard_across_await",
        "blocking lock held across an await",
    ),
    ("06_check_then_act", "race: check-then-act"),
    ("07_lost_wakeup", "lost wakeup"),
    ("08_forgotten_sender", "channel that is never closed"),
    ("09_channel_cycle", "deadlock: a cycle of bounded channels"),
    ("10_lock_while_receiving", "lock held while receiving"),
    ("11_leaked_task", "task leak"),
    ("12_dropped_oneshot", "dropped reply channel"),
    ("13_unbounded_growth", "unbounded queue: no backpressure"),
    ("14_slow_consumer", "slow consumer: head-of-line blocking"),
    ("15_cancelled_select", "cancellation safety of select"),
    ("16_shutdown_order", "graceful shutdown in the wrong order"),
    (
        "17_relaxed_publish",
        "publication without release and acquire",
    ),
    ("18_aba", "ABA problem"),
];

/// A bug that was broken, or mended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Feat {
    bug: String,
    /// The fewest picks that broke it.
    broken: Option<usize>,
    is_mended: bool,
}

impl Feat {
    fn words(&self) -> String {
        let broken = match self.broken {
            Some(1) => Some("found in 1 pick".to_owned()),
            Some(picks) => Some(format!("found in {picks} picks")),
            None => None,
        };
        let mended = self.is_mended.then(|| "mended".to_owned());
        let all: Vec<String> = broken.into_iter().chain(mended).collect();
        all.join(", ")
    }
}

/// Prints the summary, and writes the picture.
pub(crate) fn done(context: &mut Context) -> Result<(), String> {
    let set = &context.set;
    let progress = Progress::read(set);
    let feats: Vec<Feat> = set
        .exercises
        .iter()
        .map(|exercise| Feat {
            bug: bug(&exercise.name).to_owned(),
            broken: Picks::read(set, exercise, &[]).fewest(),
            is_mended: progress.state(set, exercise) == State::Solved,
        })
        .filter(|feat| feat.broken.is_some() || feat.is_mended)
        .collect();
    if feats.is_empty() {
        context
            .screen
            .words("No bug is found or mended yet. To begin: cargo run -p learn");
        return Ok(());
    }
    let title = title(&feats, set.exercises.len());
    progress::write(set, FILE, &svg(&title, &feats))?;
    context.screen.good(&title);
    for feat in &feats {
        let sign = if feat.is_mended { "✓" } else { "…" };
        let line = format!("{sign} {}: {}", feat.bug, feat.words());
        context.screen.item(&line);
    }
    context.screen.gap();
    context.screen.as_it_is(&format!("As a picture: {FILE}"));
    Ok(())
}

fn bug(name: &str) -> &str {
    let found = BUGS.iter().find(|(exercise, _)| *exercise == name);
    found.map_or(name, |(_, bug)| bug)
}

fn title(feats: &[Feat], of: usize) -> String {
    let broken = feats.iter().filter(|feat| feat.broken.is_some()).count();
    let mended = feats.iter().filter(|feat| feat.is_mended).count();
    format!(
        "Of {of} concurrency bugs in Rust I found {broken} and mended {mended}, judged by a model \
         checker"
    )
}

/// Draws the summary. It has its own colours, so that it can be read on any page.
fn svg(title: &str, feats: &[Feat]) -> String {
    let escaped = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        text.replace('>', "&gt;")
    };
    let height = 120 + 30 * feats.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 820 {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"16\">\n<title>{}</title>\n\
         <rect width=\"820\" height=\"{height}\" rx=\"12\" fill=\"#15202b\"/>\n",
        escaped(title)
    );
    let mut text = |x: usize, y: usize, fill: &str, words: &str| {
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\">{}</text>",
            escaped(words)
        );
    };
    let (first, second) = title.split_once(", ").unwrap_or((title, ""));
    text(30, 42, "#ffffff", first);
    text(30, 66, "#b6c2cf", second);
    for (row, feat) in feats.iter().enumerate() {
        let y = 110 + 30 * row;
        let (sign, fill) = match feat.is_mended {
            true => ("✓", "#6fdc8c"),
            false => ("…", "#ffd479"),
        };
        text(30, y, fill, sign);
        text(60, y, "#ffffff", &cut(&feat.bug));
        text(520, y, fill, &feat.words());
    }
    svg + "</svg>\n"
}

/// Returns the beginning of a name that is too long for its column.
fn cut(name: &str) -> String {
    match name.char_indices().nth(ROOM) {
        None => name.to_owned(),
        Some(_) => name.chars().take(ROOM - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::Set;
    use std::path::Path;

    #[test]
    fn every_exercise_has_the_name_of_its_bug() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = package.ancestors().nth(2).expect("exercises/learn");
        let set = Set::of(root).expect("the exercises");
        let names: Vec<&str> = set.exercises.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, BUGS.map(|(name, _)| name));
    }

    #[test]
    fn the_picture_says_what_the_text_says_and_is_xml() {
        let feat = |broken, is_mended| Feat {
            bug: "a < b & c".into(),
            broken,
            is_mended,
        };
        let feats = [feat(Some(1), true), feat(Some(12), false), feat(None, true)];
        let title = title(&feats, 18);
        assert!(title.starts_with("Of 18 concurrency bugs in Rust I found 2 and mended 2, "));
        let svg = svg(&title, &feats);
        for words in [
            "<title>Of 18",
            "a &lt; b &amp; c",
            ">found in 1 pick, mended<",
            ">found in 12 picks<",
            ">mended<",
        ] {
            assert!(svg.contains(words), "{words:?} is missing in {svg}");
        }
        let longest = BUGS.map(|(_, bug)| bug.chars().count()).into_iter().max();
        assert!(longest <= Some(ROOM), "each of ours is whole");
        assert_eq!(cut(&"b".repeat(80)).chars().count(), ROOM);
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    }
}
