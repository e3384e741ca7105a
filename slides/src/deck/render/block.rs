//! Code blocks: code that quotes a demo, a demo that can be started, and what the page fills in
//! while the talk runs.

use super::{At, Renderer};
use crate::{
    deck::{fence::Fence, highlight, quote},
    demo::program::Program,
    html::escape,
};
use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

/// The lines and columns of code that fit on a slide at 24 points.
const LINES: usize = 17;
const COLUMNS: usize = 84;

/// The steps that have a schedule game.
const SCHEDULERS: [&str; 5] = [
    "01-deadlock",
    "02-lock-order",
    "03-short-locks",
    "05-channels",
    "06-actor",
];

/// The largest font size, in pixels, at which the code fits on a slide of 1920 pixels or on half of
/// it. 32 pixels are 24 points.
fn size(lines: usize, columns: usize, half: bool) -> usize {
    let (width, height) = if half { (780, 700) } else { (1600, 700) };
    let wanted = (width * 100 / (columns.max(1) * 61)).min(height * 100 / (lines.max(1) * 136));
    [48, 44, 40, 38, 36, 34]
        .into_iter()
        .find(|&size| size <= wanted)
        .unwrap_or(32)
}

impl Renderer<'_, '_> {
    /// Renders a code block, and returns how many events it took.
    pub(super) fn block(
        &mut self,
        kind: &CodeBlockKind<'_>,
        events: &[At<'_>],
        line: usize,
    ) -> usize {
        let (mut text, mut used) = (String::new(), 0);
        for (event, _) in events {
            used += 1;
            match event {
                Event::Text(more) => text += more,
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.to_string(),
            CodeBlockKind::Indented if self.lint.place.is_other => "text".to_owned(),
            CodeBlockKind::Indented => {
                self.lint.complain(
                    line,
                    "an indented code block: write ``` and its language instead",
                );
                return used;
            }
        };
        let fence = match Fence::parse(&info) {
            Ok(fence) => fence,
            Err(_) if self.lint.place.is_other => Fence::of_another_talk(&info),
            Err(why) => {
                self.lint.complain(line, why.to_string());
                return used;
            }
        };
        let text_alone = text.trim();
        match fence.language.as_str() {
            _ if fence.exec => self.demo(text_alone, line),
            "scheduler" => self.scheduler(text_alone, line),
            "ratios" => self.ratios(line),
            "xray" => self.live("xray", text_alone),
            "follow" => self.live("follow", text_alone),
            "clone" => self.live("clone", text_alone),
            "mermaid" => self.lint.complain(
                line,
                "mermaid is not drawn by every viewer: show an SVG picture",
            ),
            _ => self.code(&fence, &text, line),
        }
        used
    }

    /// A block that the page fills in. Its text is for viewers that cannot do that.
    fn live(&mut self, what: &str, text: &str) {
        self.slide.blocks.shape.push(what.to_owned());
        self.html += &format!(
            "<div class=\"{what}\" data-live=\"{what}\"><p class=\"plain\">{}</p></div>\n",
            escape(text)
        );
    }

    fn demo(&mut self, command: &str, line: usize) {
        let program = match Program::parse(command) {
            Ok(program) => program,
            Err(why) => return self.lint.complain(line, why.to_string()),
        };
        let name = program.name();
        let class = if program.is_the_game() {
            "demo game"
        } else {
            "demo"
        };
        // A browser would also break a line after a hyphen, as in `--slow`.
        let words = command
            .split(' ')
            .map(|word| format!("<span>{}</span>", escape(word)));
        let words = words.collect::<Vec<_>>().join(" ");
        self.html += &format!(
            "<div class=\"{class}\" data-demo=\"{}\"><p class=\"cmd\"><span \
            class=\"prompt\">$</span> <span class=\"words\">{words}</span></p></div>\n",
            escape(&name),
        );
        self.slide.blocks.shape.push(format!("demo {name}"));
        self.slide.blocks.demos.push(name);
    }

    fn scheduler(&mut self, step: &str, line: usize) {
        if !SCHEDULERS.contains(&step) {
            return self.lint.complain(
                line,
                format!(
                    "`{step}` has no schedule game: use one of {}",
                    SCHEDULERS.join(", ")
                ),
            );
        }
        self.html += &format!(
            "<div class=\"scheduler\" data-scheduler=\"{step}\"><p \
            class=\"plain\">{step}</p></div>\n"
        );
        self.slide.blocks.shape.push(format!("scheduler {step}"));
        self.slide.blocks.schedulers.push(step.to_owned());
    }

    fn code(&mut self, fence: &Fence, text: &str, line: usize) {
        let lines = highlight::lines(&fence.language, text);
        let widest = text.lines().map(|it| it.chars().count()).max().unwrap_or(0);
        if lines.len() > LINES || widest > COLUMNS {
            self.lint.complain(
                line,
                format!(
                    "{} lines of up to {widest} columns: a slide holds {LINES} lines of {COLUMNS} \
                columns at 24 points; leave lines out with `// …`",
                    lines.len()
                ),
            );
        }
        let quoted = matches!(fence.language.as_str(), "rust" | "diff" | "console");
        let source = if quoted { self.quotes.next() } else { None };
        match source {
            Some((_, source)) => {
                if let Err(stale) = quote::check(self.lint.place, source, text) {
                    self.lint
                        .complain(line, format!("the block of `{}` {stale}", fence.language));
                }
            }
            None if fence.language == "console" || !quoted || self.lint.place.is_other => {}
            None => self.lint.complain(
                line,
                format!(
                    "a block of `{}` quotes the demos: write `quote: \
                demos/06-actor/src/room.rs#Room::apply` into the notes, in the order of the blocks",
                    fence.language
                ),
            ),
        }
        if let Some(beyond) = fence
            .steps
            .iter()
            .flatten()
            .find(|(_, to)| *to > lines.len())
        {
            self.lint.complain(
                line,
                format!(
                    "the steps highlight line {}, but there are only {}",
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
            .blocks
            .shape
            .push(format!("code {} {} lines", fence.language, lines.len()));
    }
}
