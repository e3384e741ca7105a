//! One slide, drawn as HTML, with its steps counted and its claims checked.

use super::{
    Pen, Slide,
    fence::Fence,
    highlight,
    markup::{escape, span},
    promises, quote,
    split::RawSlide,
};
use crate::program::Program;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::{ops::Range, path::Path};

/// What fits on a slide at 24 points: lines of code, and columns.
const LINES: usize = 17;
const COLUMNS: usize = 84;

/// The steps whose schedule the audience may choose.
const SCHEDULERS: [&str; 5] = ["01-deadlock", "02-lock-order", "03-short-locks", "05-channels", "06-actor"];

/// Draws a slide; `file` is where its pictures are looked for from.
pub(crate) fn render(raw: &RawSlide, file: &Path, pen: &mut Pen<'_>) -> Slide {
    let mut slide = Slide {
        file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        line: raw.line,
        plan: raw.plan,
        look: raw.look.clone(),
        ..Slide::default()
    };
    slide.html = draw(raw, file, &mut slide, pen, raw.line);
    let mut notes = Slide::default();
    let quiet = RawSlide { text: raw.notes.clone(), ..RawSlide::default() };
    let mut unheard = Vec::new();
    let mut whisper = Pen { place: pen.place, file: pen.file, complaints: &mut unheard };
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
    let events: Vec<_> = Parser::new_ext(&raw.text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
        .into_offset_iter()
        .collect();
    let mut at = 0;
    while at < events.len() {
        at += brush.event(&events[at..]);
    }
    let left: Vec<_> = brush.quotes.clone().cloned().collect();
    for (line, quote) in left {
        brush.pen.complain(line, format!("`quote: {quote}` has no code block to belong to"));
    }
    brush.html
}

/// The largest type in which so much code fits, in pixels of a slide that is 1920 wide: 32 are 24 points.
fn size(lines: usize, columns: usize, half: bool) -> usize {
    let (width, height) = if half { (780, 700) } else { (1600, 700) };
    let wanted = (width * 100 / (columns.max(1) * 61)).min(height * 100 / (lines.max(1) * 136));
    [48, 44, 40, 38, 36, 34].into_iter().find(|&size| size <= wanted).unwrap_or(32)
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
            Event::Start(Tag::Image { dest_url, .. }) => return self.picture(dest_url, events, line),
            Event::Start(Tag::Heading { level, .. }) => self.heading(*level, events, range, line),
            Event::Start(tag) => self.open(tag, range, line),
            Event::End(tag) => self.close(*tag),
            Event::Text(text) => self.html += &escape(text),
            Event::Code(code) => self.html += &format!("<code>{}</code>", escape(code)),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html += "<br>",
            Event::Rule => self.pen.complain(line, "a rule that is not `---` is a new slide to Marp, and to us it is not"),
            Event::Html(_) | Event::InlineHtml(_) => self.pen.complain(line, "HTML: nothing of it is shown"),
            _ => self.pen.complain(line, "this kind of Markdown is not in the deck's subset"),
        }
        1
    }

    fn heading(&mut self, level: HeadingLevel, events: &[At<'_>], range: &Range<usize>, line: usize) {
        if !self.raw.text[range.start..].starts_with('#') {
            self.pen.complain(line, "an underlined heading: a blank line is missing before `---`, or write `# …`");
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
                self.pen.complain(line, "a slide has `# …` and perhaps one `## …`: nothing deeper");
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
                if ["[ ] ", "[x] ", "[X] "].iter().any(|task| text.get(2..).is_some_and(|it| it.starts_with(task))) {
                    self.pen.complain(line, "a task list: not every viewer knows it");
                }
            }
            Tag::Emphasis => self.html += "<em>",
            Tag::Strong => self.html += "<strong>",
            Tag::Strikethrough => self.html += "<del>",
            Tag::Link { dest_url, .. } => {
                let safe = dest_url.starts_with("https://") || dest_url.starts_with("http://127.0.0.1");
                let near = !dest_url.contains(':') && !dest_url.starts_with('/');
                if !safe && !near {
                    self.pen.complain(line, format!("the link to {dest_url}: only https, or a file beside the deck"));
                }
                // A file of the repository is not served; its name is what a reader needs.
                self.html += &match safe {
                    true => format!("<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">", escape(dest_url)),
                    false => format!("<a title=\"{}\">", escape(dest_url)),
                };
            }
            Tag::HtmlBlock => {}
            _ => self.pen.complain(line, "this kind of Markdown is not in the deck's subset"),
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
            self.pen.complain(line, format!("the picture {target} has no words for who does not see it: ![words]({target})"));
        }
        match self.within(target) {
            Some(path) if self.pen.place.root.join(&path).is_file() => {
                self.html += &format!("<img src=\"/media/{}\" alt=\"{}\">", escape(&path), escape(&alt));
                self.slide.shape.push(format!("picture {path}"));
                self.slide.pictures.push(path);
            }
            Some(path) => self.pen.complain(line, format!("there is no picture {path}")),
            None => self.pen.complain(line, format!("the picture {target} lies outside the repository")),
        }
        drawn
    }

    /// A path from the root of the repository, for one that is relative to the deck's file.
    fn within(&self, target: &str) -> Option<String> {
        let folder = self.file.parent()?.strip_prefix(&self.pen.place.root).ok()?;
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

    /// A code block: a demo, a game, a picture of something live, or code.
    fn block(&mut self, kind: &CodeBlockKind<'_>, events: &[At<'_>], line: usize) -> usize {
        let (mut text, mut drawn) = (String::new(), 0);
        for (event, _) in events {
            drawn += 1;
            match event {
                Event::Text(more) => text += more,
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.to_string(),
            CodeBlockKind::Indented => {
                self.pen.complain(line, "code by indentation: write a fence with its language");
                return drawn;
            }
        };
        let fence = match Fence::read(&info) {
            Ok(fence) => fence,
            Err(what) => {
                self.pen.complain(line, what);
                return drawn;
            }
        };
        let word = text.trim();
        match fence.language.as_str() {
            _ if fence.exec => self.demo(word, line),
            "scheduler" => self.scheduler(word, line),
            "xray" => self.live("xray", word),
            "follow" => self.live("follow", word),
            "mermaid" => self.pen.complain(line, "mermaid: not every viewer draws it; the demos draw SVG"),
            _ => self.code(&fence, &text, line),
        }
        drawn
    }

    /// Something that the page fills in; its text is for viewers that cannot.
    fn live(&mut self, what: &str, word: &str) {
        self.slide.shape.push(what.to_owned());
        self.html += &format!("<div class=\"{what}\" data-live=\"{what}\"><p class=\"plain\">{}</p></div>\n", escape(word));
    }

    fn demo(&mut self, command: &str, line: usize) {
        let program = match Program::read(command) {
            Ok(program) => program,
            Err(what) => return self.pen.complain(line, what),
        };
        let name = program.name();
        let class = if program.is_the_game() { "demo game" } else { "demo" };
        self.html += &format!(
            "<div class=\"{class}\" data-demo=\"{}\"><p class=\"cmd\"><span class=\"prompt\">$</span> {}</p></div>\n",
            escape(&name),
            escape(command),
        );
        self.slide.shape.push(format!("demo {name}"));
        self.slide.demos.push(name);
    }

    fn scheduler(&mut self, step: &str, line: usize) {
        if !SCHEDULERS.contains(&step) {
            return self.pen.complain(line, format!("`{step}` has no schedule to choose: one of {}", SCHEDULERS.join(", ")));
        }
        self.html += &format!("<div class=\"scheduler\" data-scheduler=\"{step}\"><p class=\"plain\">{step}</p></div>\n");
        self.slide.shape.push(format!("scheduler {step}"));
        self.slide.schedulers.push(step.to_owned());
    }

    fn code(&mut self, fence: &Fence, text: &str, line: usize) {
        let lines = highlight::lines(&fence.language, text);
        let widest = text.lines().map(|it| it.chars().count()).max().unwrap_or(0);
        if lines.len() > LINES || widest > COLUMNS {
            self.pen.complain(line, format!(
                "{} lines of up to {widest} columns: at 24 points a slide holds {LINES} of {COLUMNS}; leave lines out with `// …`",
                lines.len()
            ));
        }
        let quoted = matches!(fence.language.as_str(), "rust" | "diff" | "console");
        let source = if quoted { self.quotes.next() } else { None };
        match source {
            Some((_, source)) => {
                if let Err(stale) = quote::check(self.pen.place, source, text) {
                    self.pen.complain(line, format!("the block of `{}` {}", fence.language, stale.what));
                }
            }
            None if fence.language == "console" || !quoted => {}
            None => self.pen.complain(line, format!(
                "a block of `{}` quotes the demos: `quote: demos/06-actor/src/room.rs#Room::apply` in the notes, in the blocks' order",
                fence.language
            )),
        }
        if let Some(beyond) = fence.steps.iter().flatten().find(|(_, to)| *to > lines.len()) {
            self.pen.complain(line, format!("the steps point at line {}, and there are {}", beyond.1, lines.len()));
        }
        let first = self.slide.steps;
        self.slide.steps += u32::try_from(fence.steps.len().saturating_sub(1)).unwrap_or(0);
        let from = source.map_or(String::new(), |(_, it)| format!("<figcaption>{}</figcaption>", escape(it)));
        let size = size(lines.len(), widest, self.slide.look == "split");
        self.html += &format!("<figure class=\"code s{size}\"><pre class=\"{}\" data-first=\"{first}\"><code>", escape(&fence.language));
        for (number, html) in (1..).zip(&lines) {
            let on: Vec<String> = (0..fence.steps.len())
                .filter(|&step| fence.steps[step].is_empty() || fence.steps[step].iter().any(|(from, to)| (*from..=*to).contains(&number)))
                .map(|step| (first as usize + step).to_string())
                .collect();
            let on = if fence.steps.is_empty() { String::new() } else { format!(" data-on=\"{}\"", on.join(" ")) };
            self.html += &format!("<span class=\"line\"{on}>{html}\n</span>");
        }
        self.html += &format!("</code></pre>{from}</figure>\n");
        self.slide.shape.push(format!("code {} {} lines", fence.language, lines.len()));
    }

    /// A table; the one of the promises says what the README says, and lights up.
    fn table(&mut self, events: &[At<'_>], line: usize) -> usize {
        let before = std::mem::take(&mut self.html);
        self.cells.clear();
        let (mut drawn, mut text) = (0, String::new());
        while drawn < events.len() {
            match &events[drawn].0 {
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) => drawn += 1,
                Event::End(TagEnd::TableCell) => {
                    let html = std::mem::take(&mut self.html);
                    let text = std::mem::take(&mut text);
                    if self.cells.is_empty() {
                        self.cells.push(Vec::new());
                    }
                    if let Some(row) = self.cells.last_mut() {
                        row.push((html, text));
                    }
                    drawn += 1;
                }
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                    self.cells.push(Vec::new());
                    drawn += 1;
                }
                Event::End(TagEnd::Table) => {
                    drawn += 1;
                    break;
                }
                event => {
                    if let Event::Text(more) | Event::Code(more) = event {
                        text += more;
                    }
                    drawn += self.event(&events[drawn..]);
                }
            }
        }
        let rows = std::mem::take(&mut self.cells);
        self.html = before + &self.rows(&rows, line);
        drawn
    }

    fn rows(&mut self, rows: &[Vec<(String, String)>], line: usize) -> String {
        let known = promises::known(self.pen.place);
        let promises = rows.iter().skip(1).any(|row| row.iter().any(|(_, text)| promises::mark(text).is_some()));
        let mut html = String::from(if promises { "<table class=\"promises\">\n" } else { "<table>\n" });
        for (number, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            let (_, name) = &row[0];
            let (open, close) = if number == 0 { ("<thead>", "</thead>") } else { ("", "") };
            let step = name.split(',').next().unwrap_or_default();
            html += open;
            html += &match promises && number > 0 {
                true => format!("<tr data-lights=\"{}\">", escape(step)),
                false => "<tr>".to_owned(),
            };
            let said: Vec<bool> = row.iter().skip(1).filter_map(|(_, text)| promises::mark(text)).collect();
            if promises && number > 0 && known.get(name) != Some(&said) {
                self.pen.complain(line + number + 1, format!("the row `{name}` does not say what the table of promises in README.md says"));
            }
            for (column, (cell, text)) in row.iter().enumerate() {
                html += &match (number, column, promises::mark(text)) {
                    (0, ..) => format!("<th scope=\"col\">{cell}</th>"),
                    (_, 0, _) => format!("<th scope=\"row\">{cell}</th>"),
                    (.., Some(kept)) if promises => format!("<td>{}</td>", span(if kept { "kept" } else { "broken" }, text)),
                    _ => format!("<td>{cell}</td>"),
                };
            }
            html += "</tr>";
            html += close;
            html.push('\n');
        }
        self.slide.shape.push(format!("table of {} rows", rows.iter().filter(|row| !row.is_empty()).count()));
        html + "</table>\n"
    }
}
