//! A file cut into slides: what Marp sees, and nothing that Marp and GitHub would read differently.

use super::{Pen, Seconds};

/// How a slide may be laid out.
pub(crate) const LOOKS: [&str; 6] = ["plain", "lead", "section", "split", "quote", "full"];

/// A file, cut.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    pub(crate) title: String,
    pub(crate) slides: Vec<RawSlide>,
}

/// A slide as it is written.
#[derive(Debug, Default)]
pub(crate) struct RawSlide {
    /// Its first line in the file, counted from 1.
    pub(crate) line: usize,
    /// The Markdown without the notes, line for line.
    pub(crate) text: String,
    /// The notes without their first lines.
    pub(crate) notes: String,
    pub(crate) plan: Option<Seconds>,
    pub(crate) look: String,
    /// The part of its picture that is shown: x, y, width and height in the drawing's own measure.
    pub(crate) view: Option<String>,
    /// What its code blocks quote, in their order, each with its line.
    pub(crate) quotes: Vec<(usize, String)>,
}

/// Cuts a file into slides.
pub(crate) fn split(text: &str, language: &str, pen: &mut Pen<'_>) -> Raw {
    let lines: Vec<&str> = text.lines().collect();
    let (title, body) = front_matter(&lines, language, pen);
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
            let blank = |at: Option<usize>| {
                at.and_then(|at| lines.get(at))
                    .is_none_or(|it| it.trim().is_empty())
            };
            if !blank(at.checked_sub(1)) || !blank(Some(at + 1)) {
                pen.complain(at + 1, "a blank line stands before and after `---`, or it makes a heading of the line above");
            }
        }
        raw.slides.push(slide(&lines[begin..at], begin + 1, pen));
        begin = at + 1;
    }
    match inside {
        Inside::Text => {}
        Inside::Fence(_) => pen.complain(lines.len(), "a code block is never closed"),
        Inside::Comment => pen.complain(lines.len(), "a comment is never closed"),
    }
    raw
}

/// The keys that Marp, GitHub and presenterm all understand, or at least forgive.
fn front_matter(lines: &[&str], language: &str, pen: &mut Pen<'_>) -> (String, usize) {
    let mut title = String::new();
    let end = lines
        .iter()
        .skip(1)
        .position(|line| line.trim_end() == "---");
    let (Some(&"---"), Some(end)) = (lines.first(), end) else {
        pen.complain(
            1,
            "begins with front matter: `---`, marp: true, paginate: true, title: …, lang: …, `---`",
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
            ("lang", value) => {
                pen.complain(number, format!("lang: {value} in the folder {language}/"))
            }
            ("marp" | "paginate", _) => pen.complain(number, format!("{key} is `true`")),
            _ => pen.complain(
                number,
                format!(
                    "`{key}` is no key of this deck's front matter (marp, paginate, title, lang)"
                ),
            ),
        }
    }
    for key in ["marp", "paginate", "title", "lang"] {
        if !seen.iter().any(|it| it == key) {
            pen.complain(1, format!("the front matter has no `{key}:`"));
        }
    }
    (title, end + 2)
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Text,
    Fence(usize),
    Comment,
}

impl Inside {
    /// Where the next line stands.
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

fn slide(lines: &[&str], line: usize, pen: &mut Pen<'_>) -> RawSlide {
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
        let comment = inside == Inside::Comment || next == Inside::Comment;
        if inside == Inside::Text && it.trim_start().starts_with("<!--") {
            match (&notes, next == Inside::Comment) {
                (_, false) => pen.complain(
                    number,
                    "a comment on one line is a command to some viewers: notes take several lines",
                ),
                (Some(_), true) => {
                    pen.complain(number, "a second comment: a slide has its notes in one")
                }
                (None, true) if it.trim() != "<!--" => {
                    pen.complain(number, "`<!--` stands on a line of its own")
                }
                (None, true) => notes = Some((number, Vec::new())),
            }
        } else if comment {
            match &mut notes {
                Some((_, notes)) if next == Inside::Comment => notes.push((number, it)),
                _ if it.trim() != "-->" => {
                    pen.complain(number, "`-->` stands on a line of its own")
                }
                _ => {}
            }
        } else if notes.is_some() && !it.trim().is_empty() {
            pen.complain(
                number,
                "something stands behind the notes: they close the slide",
            );
        }
        // A line stays a line, so that a complaint can count them.
        text += if comment { "" } else { it };
        text.push('\n');
        inside = next;
    }
    // The blank lines before the slide are not counted twice.
    slide.text = text
        .lines()
        .skip(blank)
        .fold(String::new(), |text, it| text + it + "\n");
    match notes {
        Some((_, lines)) => read_notes(&lines, &mut slide, pen),
        None => pen.complain(slide.line, "has no notes: end the slide with a comment of several lines that begins with `plan: 1:30`"),
    }
    slide
}

/// The first lines of the notes are for the stage, the rest for the speaker.
fn read_notes(lines: &[(usize, &str)], slide: &mut RawSlide, pen: &mut Pen<'_>) {
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
                    _ => pen.complain(*number, format!("`plan: {value}` is no time: write `plan: 12:30`, or `plan: -` for an answer kept for questions")),
                }
            }
            "look" if LOOKS.contains(&value) => slide.look = value.to_owned(),
            "look" => pen.complain(
                *number,
                format!("`look: {value}` is none of {}", LOOKS.join(", ")),
            ),
            "view" => match view(value) {
                Some(view) => slide.view = Some(view),
                None => pen.complain(
                    *number,
                    format!(
                        "`view: {value}` is no part of a drawing: write `view: X Y WIDTH HEIGHT`"
                    ),
                ),
            },
            "quote" => slide.quotes.push((*number, value.to_owned())),
            _ => break,
        }
        rest = after;
    }
    if !planned {
        let number = lines.first().map_or(slide.line, |(number, _)| *number);
        pen.complain(
            number,
            "the notes begin with `plan: 12:30`: when the talk should be here (or `plan: -`)",
        );
    }
    slide.notes = rest
        .iter()
        .fold(String::new(), |text, (_, line)| text + line + "\n")
        .trim()
        .to_owned();
    if slide.notes.is_empty() {
        pen.complain(slide.line, "the notes say nothing to the speaker");
    }
}

fn view(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let fine = parts.len() == 4 && parts.iter().all(|it| it.parse::<u16>().is_ok());
    fine.then(|| parts.join("-"))
}

fn seconds(text: &str) -> Option<Seconds> {
    let (minutes, seconds) = text.split_once(':')?;
    let (minutes, seconds): (u32, u32) = (minutes.parse().ok()?, seconds.parse().ok()?);
    (minutes < 100 && seconds < 60).then_some(minutes * 60 + seconds)
}
