//! Cuts a file into slides as Marp does, and complains about what Marp and GitHub read differently.

use super::{complaint::Lint, slide::Seconds};

/// The layouts of a slide.
pub(super) const LOOKS: [&str; 6] = ["plain", "lead", "section", "split", "quote", "full"];

/// A file, cut into slides.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) title: String,
    pub(super) slides: Vec<RawSlide>,
}

/// A slide as Markdown.
#[derive(Debug, Default)]
pub(super) struct RawSlide {
    /// Its first line in the file, counted from 1.
    pub(super) line: usize,
    /// The Markdown without the notes. A line of a note is an empty line here, so that line numbers
    /// are those of the file.
    pub(super) text: String,
    /// The notes without the lines that are for the stage.
    pub(super) notes: String,
    pub(super) plan: Option<Seconds>,
    pub(super) look: String,
    /// The region of its picture that is shown: the name of a `<view>` of the drawing.
    pub(super) view: Option<String>,
    /// What its code blocks quote, from top to bottom, each with its line in the file.
    pub(super) quotes: Vec<(usize, String)>,
}

/// Cuts a file into slides.
pub(super) fn split(text: &str, language: &str, lint: &mut Lint<'_>) -> Raw {
    let lines: Vec<&str> = text.lines().collect();
    let (title, body) = front_matter(&lines, language, lint);
    let mut raw = Raw {
        title,
        slides: Vec::new(),
    };
    let (mut begin, mut inside) = (body, Inside::Text);
    for at in body..=lines.len() {
        let ends = lines
            .get(at)
            .is_none_or(|line| inside == Inside::Text && line.trim_end() == "---");
        if !ends {
            inside = inside.after(lines[at]);
            continue;
        }
        if at < lines.len() {
            let is_blank = |at: Option<usize>| {
                at.and_then(|at| lines.get(at))
                    .is_none_or(|it| it.trim().is_empty())
            };
            if !is_blank(at.checked_sub(1)) || !is_blank(Some(at + 1)) {
                lint.complain(
                    at + 1,
                    "`---` needs a blank line before and after it, or the line \
                    above becomes a heading",
                );
            }
        }
        raw.slides.push(slide(&lines[begin..at], begin + 1, lint));
        begin = at + 1;
    }
    match inside {
        Inside::Text => {}
        Inside::Fence(_) => {
            lint.complain(lines.len(), "a code block is never closed: end it with ```")
        }
        Inside::Comment => {
            lint.complain(lines.len(), "a comment is never closed: end it with `-->`")
        }
    }
    raw
}

/// Reads the front matter: the keys that Marp, GitHub and presenterm all understand or ignore.
/// Returns the title, and the index of the first line after it.
fn front_matter(lines: &[&str], language: &str, lint: &mut Lint<'_>) -> (String, usize) {
    let mut title = String::new();
    let is_other = lint.place.is_other;
    if is_other && lines.first().is_none_or(|line| line.trim_end() != "---") {
        return (title, 0);
    }
    let end = lines
        .iter()
        .skip(1)
        .position(|line| line.trim_end() == "---");
    let (Some(&"---"), Some(end)) = (lines.first(), end) else {
        lint.complain(
            1,
            "the file must begin with front matter: `---`, marp: true, paginate: true, title: …, \
            lang: …, `---`",
        );
        return (title, 0);
    };
    let mut seen = Vec::new();
    for (number, line) in (2..).zip(&lines[1..=end]) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim().trim_matches('"'));
        seen.push(key.to_owned());
        match (key, value) {
            ("marp" | "paginate", "true") => {}
            ("title", value) if !value.is_empty() => title = value.to_owned(),
            ("lang", value) if value == language => {}
            ("lang", value) => lint.complain(
                number,
                format!("`lang: {value}` in the folder {language}/: write `lang: {language}`"),
            ),
            // Other viewers have keys of their own.
            _ if is_other => {}
            ("marp" | "paginate", _) => lint.complain(number, format!("`{key}` must be `true`")),
            _ => lint.complain(
                number,
                format!(
                    "`{key}` is not a key of the front matter: use marp, paginate, title and lang"
                ),
            ),
        }
    }
    for key in ["marp", "paginate", "title", "lang"] {
        if !is_other && !seen.iter().any(|it| it == key) {
            lint.complain(1, format!("the front matter has no `{key}:`"));
        }
    }
    (title, end + 2)
}

/// What a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Text,
    /// A code block that was opened with this number of backticks.
    Fence(usize),
    Comment,
}

impl Inside {
    /// What the line after `line` belongs to.
    fn after(self, line: &str) -> Inside {
        let trimmed = line.trim_start();
        let ticks = trimmed.len() - trimmed.trim_start_matches('`').len();
        match self {
            Inside::Text if ticks >= 3 => Inside::Fence(ticks),
            Inside::Text if trimmed.starts_with("<!--") && !line.contains("-->") => Inside::Comment,
            Inside::Fence(open) if ticks >= open && trimmed.trim_end().len() == ticks => {
                Inside::Text
            }
            Inside::Comment if line.contains("-->") => Inside::Text,
            _ => self,
        }
    }
}

fn slide(lines: &[&str], line: usize, lint: &mut Lint<'_>) -> RawSlide {
    let blank = lines.iter().take_while(|it| it.trim().is_empty()).count();
    let mut slide = RawSlide {
        line: line + blank,
        look: LOOKS[0].to_owned(),
        ..RawSlide::default()
    };
    let (mut text, mut notes) = (String::new(), None);
    let mut inside = Inside::Text;
    for (number, &it) in (line..).zip(lines) {
        let next = inside.after(it);
        if lint.place.is_other {
            let of_text = comment_of_another_talk(it, inside, next, &mut notes, number);
            text += of_text;
            text.push('\n');
            inside = next;
            continue;
        }
        let comment = inside == Inside::Comment || next == Inside::Comment;
        if inside == Inside::Text && it.trim_start().starts_with("<!--") {
            match (&notes, next == Inside::Comment) {
                (_, false) => lint.complain(
                    number,
                    "a comment on one line is a command to some viewers: write notes on several \
                    lines",
                ),
                (Some(_), true) => lint.complain(
                    number,
                    "a second comment: put all notes of a slide into one",
                ),
                (None, true) if it.trim() != "<!--" => {
                    lint.complain(number, "`<!--` must be alone on its line")
                }
                (None, true) => notes = Some((number, Vec::new())),
            }
        } else if comment {
            match &mut notes {
                Some((_, notes)) if next == Inside::Comment => notes.push((number, it)),
                _ if it.trim() != "-->" => lint.complain(number, "`-->` must be alone on its line"),
                _ => {}
            }
        } else if notes.is_some() && !it.trim().is_empty() {
            lint.complain(
                number,
                "text after the notes: the notes must be the last thing on a slide",
            );
        }
        // Every line of the file is a line of the text, so that complaints have the right number.
        text += if comment { "" } else { it };
        text.push('\n');
        inside = next;
    }
    // `slide.line` already counts the blank lines before the slide.
    slide.text = text
        .lines()
        .skip(blank)
        .fold(String::new(), |text, it| text + it + "\n");
    match notes {
        None if lint.place.is_other => {}
        Some((_, lines)) => read_notes(&lines, &mut slide, lint),
        None => lint.complain(
            slide.line,
            "the slide has no notes: end it with a comment of \
            several lines that begins with `plan: 1:30`",
        ),
    }
    slide
}

/// Reads a line of another talk: its comments may be anywhere, in any number and on one line. All
/// of them are notes, but a command to a viewer, such as `<!-- _class: lead -->`, is ignored.
/// Returns the part of the line that is no comment.
fn comment_of_another_talk<'a>(
    line: &'a str,
    inside: Inside,
    next: Inside,
    notes: &mut Option<(usize, Vec<(usize, &'a str)>)>,
    number: usize,
) -> &'a str {
    let trimmed = line.trim();
    let begins = inside == Inside::Text && trimmed.starts_with("<!--");
    if !begins && inside != Inside::Comment {
        return line;
    }
    let note = trimmed
        .strip_prefix("<!--")
        .filter(|_| begins)
        .unwrap_or(line);
    let note = note.split("-->").next().unwrap_or_default();
    let note = if begins { note.trim() } else { note };
    let is_command = begins
        && next != Inside::Comment
        && note.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty()
                && key
                    .chars()
                    .all(|it| it.is_ascii_alphabetic() || matches!(it, '_' | '$'))
        });
    let notes = &mut notes.get_or_insert((number, Vec::new())).1;
    if !is_command && !(note.is_empty() && (begins || next != Inside::Comment)) {
        notes.push((number, note));
    }
    ""
}

/// Reads the notes. The first lines are for the stage, the others for the speaker.
fn read_notes(lines: &[(usize, &str)], slide: &mut RawSlide, lint: &mut Lint<'_>) {
    let mut planned = false;
    let mut rest = lines;
    while let Some(((number, line), after)) = rest.split_first() {
        let (key, value) = line.split_once(':').unwrap_or(("", ""));
        let value = value.trim();
        match key.trim() {
            "plan" => {
                planned = true;
                match (value, seconds(value)) {
                    ("-", _) => {}
                    (_, Some(at)) => slide.plan = Some(at),
                    _ => lint.complain(
                        *number,
                        format!(
                            "`plan: {value}` is not a time: write \
                        `plan: 12:30`, or `plan: -` for an answer to a question"
                        ),
                    ),
                }
            }
            "look" if LOOKS.contains(&value) => slide.look = value.to_owned(),
            "look" => lint.complain(
                *number,
                format!(
                    "`look: {value}` is unknown: use one of {}",
                    LOOKS.join(", ")
                ),
            ),
            "view" => match view(value) {
                Some(view) => slide.view = Some(view),
                None => lint.complain(
                    *number,
                    format!("`view: {value}` is not the name of a region: write `view: lanes`"),
                ),
            },
            "quote" => slide.quotes.push((*number, value.to_owned())),
            _ => break,
        }
        rest = after;
    }
    if !planned && !lint.place.is_other {
        let number = lines.first().map_or(slide.line, |(number, _)| *number);
        lint.complain(
            number,
            "the notes must begin with `plan: 12:30`, the time of the slide in the talk (or \
            `plan: -`)",
        );
    }
    slide.notes = rest
        .iter()
        .fold(String::new(), |text, (_, line)| text + line + "\n")
        .trim()
        .to_owned();
    if slide.notes.is_empty() && !lint.place.is_other {
        lint.complain(slide.line, "the notes hold nothing for the speaker");
    }
}

fn view(text: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
    (!text.is_empty() && text.chars().all(is_name)).then(|| text.to_owned())
}

fn seconds(text: &str) -> Option<Seconds> {
    let (minutes, seconds) = text.split_once(':')?;
    let (minutes, seconds): (u32, u32) = (minutes.parse().ok()?, seconds.parse().ok()?);
    (minutes < 100 && seconds < 60).then_some(minutes * 60 + seconds)
}
