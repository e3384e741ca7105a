//! Code blocks: code that quotes a demo, a demo that runs, and what the page fills in while the
//! talk goes on.

use super::{At, Brush};
use crate::{
    deck::{fence::Fence, highlight, markup::escape, quote},
    demo::program::Program,
};
use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

/// What fits on a slide at 24 points: lines of code, and columns.
const LINES: usize = 17;
const COLUMNS: usize = 84;

/// The steps whose schedule the audience may choose.
const SCHEDULERS: [&str; 5] = [
    "01-deadlock",
    "02-lock-order",
    "03-short-locks",
    "05-channels",
    "06-actor",
];

/// The largest type in which so much code fits, in pixels of a slide that is 1920 wide: 32 are 24
/// points.
fn size(lines: usize, columns: usize, half: bool) -> usize {
    let (width, height) = if half { (780, 700) } else { (1600, 700) };
    let wanted = (width * 100 / (columns.max(1) * 61)).min(height * 100 / (lines.max(1) * 136));
    [48, 44, 40, 38, 36, 34]
        .into_iter()
        .find(|&size| size <= wanted)
        .unwrap_or(32)
}

impl Brush<'_, '_> {
    /// A code block: a demo, a game, a picture of something live, or code.
    pub(super) fn block(
        &mut self,
        kind: &CodeBlockKind<'_>,
        events: &[At<'_>],
        line: usize,
    ) -> usize {
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
                self.pen
                    .complain(line, "code by indentation: write a fence with its language");
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
            "ratios" => self.ratios(line),
            "xray" => self.live("xray", word),
            "follow" => self.live("follow", word),
            "clone" => self.live("clone", word),
            "mermaid" => self.pen.complain(
                line,
                "mermaid: not every viewer draws it; the demos draw SVG",
            ),
            _ => self.code(&fence, &text, line),
        }
        drawn
    }

    /// Something that the page fills in; its text is for viewers that cannot.
    fn live(&mut self, what: &str, word: &str) {
        self.slide.shape.push(what.to_owned());
        self.html += &format!(
            "<div class=\"{what}\" data-live=\"{what}\"><p class=\"plain\">{}</p></div>\n",
            escape(word)
        );
    }

    fn demo(&mut self, command: &str, line: usize) {
        let program = match Program::read(command) {
            Ok(program) => program,
            Err(what) => return self.pen.complain(line, what),
        };
        let name = program.name();
        let class = if program.is_the_game() {
            "demo game"
        } else {
            "demo"
        };
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
            return self.pen.complain(
                line,
                format!(
                    "`{step}` has no schedule to choose: one of {}",
                    SCHEDULERS.join(", ")
                ),
            );
        }
        self.html += &format!(
            "<div class=\"scheduler\" data-scheduler=\"{step}\"><p class=\"plain\">{step}</p></div>\n"
        );
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
        if let Some(beyond) = fence
            .steps
            .iter()
            .flatten()
            .find(|(_, to)| *to > lines.len())
        {
            self.pen.complain(
                line,
                format!(
                    "the steps point at line {}, and there are {}",
                    beyond.1,
                    lines.len()
                ),
            );
        }
        let first = self.slide.steps;
        self.slide.steps += u32::try_from(fence.steps.len().saturating_sub(1)).unwrap_or(0);
        let from = source.map_or(String::new(), |(_, it)| {
            format!("<figcaption>{}</figcaption>", escape(it))
        });
        let size = size(lines.len(), widest, self.slide.look == "split");
        self.html += &format!(
            "<figure class=\"code s{size}\"><pre class=\"{}\" data-first=\"{first}\"><code>",
            escape(&fence.language)
        );
        for (number, html) in (1..).zip(&lines) {
            let on: Vec<String> = (0..fence.steps.len())
                .filter(|&step| {
                    fence.steps[step].is_empty()
                        || fence.steps[step]
                            .iter()
                            .any(|(from, to)| (*from..=*to).contains(&number))
                })
                .map(|step| (first as usize + step).to_string())
                .collect();
            let on = if fence.steps.is_empty() {
                String::new()
            } else {
                format!(" data-on=\"{}\"", on.join(" "))
            };
            self.html += &format!("<span class=\"line\"{on}>{html}\n</span>");
        }
        self.html += &format!("</code></pre>{from}</figure>\n");
        self.slide
            .shape
            .push(format!("code {} {} lines", fence.language, lines.len()));
    }
}
