//! Renders a slide as HTML, counts its steps, and checks what it quotes.

mod block;
mod ratios;
mod table;

use super::{
    complaint::Lint,
    picture,
    region::region,
    slide::{Slide, Source},
    split::RawSlide,
};
use crate::html::escape;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::{fs, ops::Range, path::Path};

/// Renders a slide of `file`. Paths of pictures are relative to that file.
pub(super) fn render(raw: &RawSlide, file: &Path, lint: &mut Lint<'_>) -> Slide {
    let mut slide = Slide {
        source: Source {
            file: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            line: raw.line,
        },
        plan: raw.plan,
        look: raw.look.clone(),
        ..Slide::default()
    };
    slide.html = html_of(raw, file, &mut slide, lint, raw.line);
    let mut notes = Slide::default();
    let raw_notes = RawSlide {
        text: raw.notes.clone(),
        ..RawSlide::default()
    };
    // Only the slide is linted, not its notes.
    let mut ignored = Vec::new();
    let mut of_notes = Lint {
        place: lint.place,
        file: lint.file,
        complaints: &mut ignored,
    };
    slide.notes = html_of(&raw_notes, file, &mut notes, &mut of_notes, raw.line);
    if slide.title.is_empty() && lint.place.is_other {
        slide.title = first_words(&raw.text);
    } else if slide.title.is_empty() {
        lint.complain(raw.line, "the slide has no heading: begin it with `# …`");
    }
    slide
}

/// The first words of a slide without a heading, for the overview and for screen readers.
fn first_words(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let words = events.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        Event::SoftBreak | Event::HardBreak | Event::End(_) => Some(" ".to_owned()),
        _ => None,
    });
    let words: String = words.collect();
    let words: Vec<&str> = words.split_whitespace().take(6).collect();
    match words.is_empty() {
        true => "·".to_owned(),
        false => words.join(" "),
    }
}

fn html_of(
    raw: &RawSlide,
    file: &Path,
    slide: &mut Slide,
    lint: &mut Lint<'_>,
    line: usize,
) -> String {
    let mut renderer = Renderer {
        raw,
        file,
        slide,
        lint,
        line,
        html: String::new(),
        quotes: raw.quotes.iter(),
        headings: 0,
        cells: Vec::new(),
    };
    let events: Vec<_> = Parser::new_ext(
        &raw.text,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    )
    .into_offset_iter()
    .collect();
    let mut at = 0;
    while at < events.len() {
        at += renderer.event(&events[at..]);
    }
    let left: Vec<_> = renderer.quotes.clone().cloned().collect();
    for (line, quote) in left {
        renderer.lint.complain(
            line,
            format!("`quote: {quote}` belongs to no code block: remove it, or add the block"),
        );
    }
    renderer.html
}

/// A Markdown event, and its place in the text.
type At<'a> = (Event<'a>, Range<usize>);

/// The state of rendering one slide.
struct Renderer<'a, 'p> {
    raw: &'a RawSlide,
    file: &'a Path,
    slide: &'a mut Slide,
    lint: &'a mut Lint<'p>,
    /// The line of the file on which the slide begins.
    line: usize,
    html: String,
    /// The quotes that no code block has taken yet.
    quotes: std::slice::Iter<'a, (usize, String)>,
    headings: usize,
    /// The rows of the current table so far; each cell as HTML and as text.
    cells: Vec<Vec<(String, String)>>,
}

impl Renderer<'_, '_> {
    /// Renders the first of `events`, and returns how many were rendered with it.
    fn event(&mut self, events: &[At<'_>]) -> usize {
        let (event, range) = &events[0];
        let line = self.line + self.raw.text[..range.start].matches('\n').count();
        match event {
            Event::Start(Tag::CodeBlock(kind)) => return self.block(kind, events, line),
            Event::Start(Tag::Table(_)) => return self.table(events, line),
            Event::Start(Tag::Image { dest_url, .. }) => {
                return self.picture(dest_url, events, line);
            }
            Event::Start(Tag::Heading { level, .. }) => self.heading(*level, events, range, line),
            Event::Start(tag) => self.open(tag, range, line),
            Event::End(tag) => self.close(*tag),
            Event::Text(text) => {
                // `**` next to a Korean particle or a sign is no emphasis, so it would be shown.
                if text.contains("**") {
                    self.lint.complain(
                        line,
                        "this `**` marks no emphasis, because it is between a sign and a letter: \
                        move it",
                    );
                }
                self.html += &escape(text);
            }
            Event::Code(code) => self.html += &format!("<code>{}</code>", escape(code)),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html += "<br>",
            Event::Rule => self.lint.complain(
                line,
                "this rule begins a new slide in Marp, but not here: write `---`",
            ),
            Event::Html(_) | Event::InlineHtml(_) => self
                .lint
                .complain(line, "HTML is not shown: write Markdown"),
            _ => self
                .lint
                .complain(line, "this kind of Markdown is not supported on a slide"),
        }
        1
    }

    fn heading(
        &mut self,
        level: HeadingLevel,
        events: &[At<'_>],
        range: &Range<usize>,
        line: usize,
    ) {
        if !self.raw.text[range.start..].starts_with('#') {
            self.lint.complain(
                line,
                "an underlined heading: put a blank line before `---`, or write `# …`",
            );
        }
        match level {
            HeadingLevel::H1 => {
                self.headings += 1;
                if self.headings > 1 && !self.lint.place.is_other {
                    self.lint
                        .complain(line, "a second `# …`: put it on a slide of its own");
                }
                let mut title = String::new();
                for (event, _) in events {
                    match event {
                        Event::Text(text) | Event::Code(text) => title += text,
                        Event::SoftBreak | Event::HardBreak => title.push(' '),
                        Event::End(TagEnd::Heading(_)) => break,
                        _ => {}
                    }
                }
                self.slide.title = title;
                self.html += "<h1>";
            }
            HeadingLevel::H2 => self.html += "<h2>",
            _ if self.lint.place.is_other => self.html += "<h2>",
            _ => {
                self.lint.complain(
                    line,
                    "a slide has one `# …` and perhaps one `## …`, nothing deeper",
                );
                self.html += "<h2>";
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>, range: &Range<usize>, line: usize) {
        match tag {
            Tag::Paragraph => self.html += "<p>",
            Tag::BlockQuote(_) => self.html += "<blockquote>",
            Tag::List(Some(_)) => self.html += "<ol>",
            Tag::List(None) => self.html += "<ul>",
            Tag::Item => {
                let text = &self.raw.text[range.clone()];
                if text.starts_with('*') {
                    self.slide.steps += 1;
                    self.html += &format!("<li data-step=\"{}\">", self.slide.steps);
                } else {
                    self.html += "<li>";
                }
                if ["[ ] ", "[x] ", "[X] "]
                    .iter()
                    .any(|task| text.get(2..).is_some_and(|it| it.starts_with(task)))
                {
                    self.lint.complain(
                        line,
                        "a task list is not shown by every viewer: write a plain list",
                    );
                }
            }
            Tag::Emphasis => self.html += "<em>",
            Tag::Strong => self.html += "<strong>",
            Tag::Strikethrough => self.html += "<del>",
            Tag::Link { dest_url, .. } => {
                let safe =
                    dest_url.starts_with("https://") || dest_url.starts_with("http://127.0.0.1");
                let near = !dest_url.contains(':') && !dest_url.starts_with('/');
                if !safe && !near {
                    self.lint.complain(
                        line,
                        format!("the link to {dest_url}: only https, or a file of the repository"),
                    );
                }
                // Files of the repository are not served, so the link shows the path only.
                self.html += &match safe {
                    true => format!(
                        "<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">",
                        escape(dest_url)
                    ),
                    false => format!("<a title=\"{}\">", escape(dest_url)),
                };
            }
            Tag::HtmlBlock => {}
            _ => self
                .lint
                .complain(line, "this kind of Markdown is not supported on a slide"),
        }
    }

    fn close(&mut self, tag: TagEnd) {
        self.html += match tag {
            TagEnd::Paragraph => "</p>\n",
            TagEnd::Heading(HeadingLevel::H1) => "</h1>\n",
            TagEnd::Heading(_) => "</h2>\n",
            TagEnd::BlockQuote(_) => "</blockquote>\n",
            TagEnd::List(true) => "</ol>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Strikethrough => "</del>",
            TagEnd::Link => "</a>",
            _ => "",
        };
    }

    fn picture(&mut self, target: &str, events: &[At<'_>], line: usize) -> usize {
        let (mut alt, mut used) = (String::new(), 0);
        for (event, _) in events {
            used += 1;
            match event {
                Event::Text(text) | Event::Code(text) => alt += text,
                Event::SoftBreak => alt.push(' '),
                Event::End(TagEnd::Image) => break,
                _ => {}
            }
        }
        if alt.trim().is_empty() && !self.lint.place.is_other {
            self.lint.complain(
                line,
                format!("the picture {target} has no description: write ![description]({target})"),
            );
        }
        match self.within(target) {
            Some(path) if self.lint.place.pictures().join(&path).is_file() => {
                if let Err(why) = picture::check(&self.lint.place.pictures().join(&path)) {
                    self.lint
                        .complain(line, format!("the picture {path} {why}"));
                }
                let part = self.view(&path, line);
                self.html += &format!(
                    "<img src=\"/media/{}{part}\" alt=\"{}\">",
                    picture::encode(&path),
                    escape(&alt)
                );
                self.slide.blocks.shape.push(format!("picture {path}"));
                self.slide.blocks.pictures.push(path);
            }
            Some(path) => self
                .lint
                .complain(line, format!("the picture {path} does not exist")),
            None => self.lint.complain(
                line,
                match self.lint.place.is_outside() {
                    true => format!(
                        "the picture {target} is not in the deck's folder: put it there, because \
                        slides must work without a network"
                    ),
                    false => format!("the picture {target} is outside the repository"),
                },
            ),
        }
        used
    }

    /// The query for the region of the picture that the notes name.
    fn view(&mut self, path: &str, line: usize) -> String {
        let Some(name) = &self.raw.view else {
            return String::new();
        };
        // A file that cannot be read has no regions.
        let drawing = fs::read_to_string(self.lint.place.pictures().join(path)).unwrap_or_default();
        if region(&drawing, name).is_none() {
            self.lint
                .complain(line, format!("the picture {path} has no region `{name}`"));
        }
        format!("?view={name}")
    }

    /// The path from the folder of all pictures, for one that is relative to the deck's file.
    /// `None` if it leaves that folder.
    fn within(&self, target: &str) -> Option<String> {
        let folder = self
            .file
            .parent()?
            .strip_prefix(self.lint.place.pictures())
            .ok()?;
        let folder = folder.to_string_lossy().replace('\\', "/");
        let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let target = picture::decode(target)?;
        if target.starts_with('/') || target.contains(":/") {
            return None;
        }
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(path.pop()?),
                part if part.contains([':', '\\', '\0']) => return None,
                part => path.push(part),
            }
        }
        Some(path.join("/"))
    }
}
