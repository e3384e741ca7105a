//! One slide, drawn as HTML, with its steps counted and its claims checked.

mod block;
mod ratios;
mod table;

use super::{Pen, Slide, markup::escape, split::RawSlide};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::{ops::Range, path::Path};

/// Draws a slide; `file` is where its pictures are looked for from.
pub(crate) fn render(raw: &RawSlide, file: &Path, pen: &mut Pen<'_>) -> Slide {
    let mut slide = Slide {
        file: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        line: raw.line,
        plan: raw.plan,
        look: raw.look.clone(),
        ..Slide::default()
    };
    slide.html = draw(raw, file, &mut slide, pen, raw.line);
    let mut notes = Slide::default();
    let quiet = RawSlide {
        text: raw.notes.clone(),
        ..RawSlide::default()
    };
    let mut unheard = Vec::new();
    let mut whisper = Pen {
        place: pen.place,
        file: pen.file,
        complaints: &mut unheard,
    };
    slide.notes = draw(&quiet, file, &mut notes, &mut whisper, raw.line);
    if slide.title.is_empty() {
        pen.complain(raw.line, "a slide has one heading `# …`");
    }
    slide
}

fn draw(raw: &RawSlide, file: &Path, slide: &mut Slide, pen: &mut Pen<'_>, line: usize) -> String {
    let mut brush = Brush {
        raw,
        file,
        slide,
        pen,
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
        at += brush.event(&events[at..]);
    }
    let left: Vec<_> = brush.quotes.clone().cloned().collect();
    for (line, quote) in left {
        brush.pen.complain(
            line,
            format!("`quote: {quote}` has no code block to belong to"),
        );
    }
    brush.html
}

type At<'a> = (Event<'a>, Range<usize>);

struct Brush<'a, 'p> {
    raw: &'a RawSlide,
    file: &'a Path,
    slide: &'a mut Slide,
    pen: &'a mut Pen<'p>,
    line: usize,
    html: String,
    quotes: std::slice::Iter<'a, (usize, String)>,
    headings: usize,
    /// The cells of the table's row that is being drawn, and the whole table so far.
    cells: Vec<Vec<(String, String)>>,
}

impl Brush<'_, '_> {
    /// Draws the first of `events`, and says how many were drawn with it.
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
                // Stars that touch a particle or a sign do not count as emphasis, and stay on the
                // wall.
                if text.contains("**") {
                    self.pen.complain(
                        line,
                        "`**` that marks nothing: it stands between a sign and a letter",
                    );
                }
                self.html += &escape(text);
            }
            Event::Code(code) => self.html += &format!("<code>{}</code>", escape(code)),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html += "<br>",
            Event::Rule => self.pen.complain(
                line,
                "a rule that is not `---` is a new slide to Marp, and to us it is not",
            ),
            Event::Html(_) | Event::InlineHtml(_) => {
                self.pen.complain(line, "HTML: nothing of it is shown")
            }
            _ => self
                .pen
                .complain(line, "this kind of Markdown is not in the deck's subset"),
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
            self.pen.complain(
                line,
                "an underlined heading: a blank line is missing before `---`, or write `# …`",
            );
        }
        match level {
            HeadingLevel::H1 => {
                self.headings += 1;
                if self.headings > 1 {
                    self.pen.complain(line, "a second `# …`: one idea a slide");
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
            _ => {
                self.pen.complain(
                    line,
                    "a slide has `# …` and perhaps one `## …`: nothing deeper",
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
                    self.pen
                        .complain(line, "a task list: not every viewer knows it");
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
                    self.pen.complain(
                        line,
                        format!("the link to {dest_url}: only https, or a file beside the deck"),
                    );
                }
                // A file of the repository is not served; its name is what a reader needs.
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
                .pen
                .complain(line, "this kind of Markdown is not in the deck's subset"),
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
        let (mut alt, mut drawn) = (String::new(), 0);
        for (event, _) in events {
            drawn += 1;
            match event {
                Event::Text(text) | Event::Code(text) => alt += text,
                Event::SoftBreak => alt.push(' '),
                Event::End(TagEnd::Image) => break,
                _ => {}
            }
        }
        if alt.trim().is_empty() {
            self.pen.complain(
                line,
                format!(
                    "the picture {target} has no words for who does not see it: ![words]({target})"
                ),
            );
        }
        match self.within(target) {
            Some(path) if self.pen.place.root.join(&path).is_file() => {
                let part = match &self.raw.view {
                    Some(view) => format!("?view={view}"),
                    None => String::new(),
                };
                self.html += &format!(
                    "<img src=\"/media/{}{part}\" alt=\"{}\">",
                    escape(&path),
                    escape(&alt)
                );
                self.slide.shape.push(format!("picture {path}"));
                self.slide.pictures.push(path);
            }
            Some(path) => self
                .pen
                .complain(line, format!("there is no picture {path}")),
            None => self.pen.complain(
                line,
                format!("the picture {target} lies outside the repository"),
            ),
        }
        drawn
    }

    /// A path from the root of the repository, for one that is relative to the deck's file.
    fn within(&self, target: &str) -> Option<String> {
        let folder = self
            .file
            .parent()?
            .strip_prefix(&self.pen.place.root)
            .ok()?;
        let folder = folder.to_string_lossy().replace('\\', "/");
        let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(path.pop()?),
                part if part.contains([':', '?', '#', '%', '\\']) => return None,
                part => path.push(part),
            }
        }
        Some(path.join("/"))
    }
}
