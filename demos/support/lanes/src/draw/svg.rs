//! A story as SVG, self-contained: on its own light background, so that it can be read on a dark
//! page and on a projector.
//!
//! A bar beside a lane is an object that the lane holds. A wait that never ends is a box, and an
//! arrow leads from it to the bar that it waits for; the boxes of the cycle are filled. The colours
//! are Okabe and Ito's, which colour-blind readers can tell apart; the picture can also be
//! understood without them.

mod bars;
mod pen;

use super::layout::{Layout, Numbers};
use super::text::wrap_indented;
use super::width::{width, wrap};
use crate::story::{Mark, Story};
use bars::{Bar, bars, colour};
use pen::{GROUND, INK, Pen, STUCK};

/// In characters; wider than a terminal, because a picture scales.
const COLUMNS: usize = 116;
/// The advance of a monospaced character, in pixels at 14 pixels a line.
const CHAR: f64 = 8.45;
const LINE: f64 = 20.0;
const ROW_PADDING: f64 = 8.0;
const MARGIN: f64 = 24.0;
/// The width of a bar.
const BAR: f64 = 5.0;
/// The distance from a lane's line to its text.
const INDENT: f64 = 15.0;

/// Draws the picture. `title` is its first line.
pub(crate) fn svg(title: &str, story: &Story) -> String {
    let mut picture = Picture::of(story);
    picture.heading(title);
    let top = picture.height;
    if !story.steps.is_empty() {
        picture.lanes();
    }
    picture.sentences();
    picture.regions(top);
    picture.pen.finish(
        title,
        picture.width.ceil(),
        (picture.height + MARGIN).ceil(),
    )
}

struct Picture<'a> {
    story: &'a Story,
    layout: Layout,
    pen: Pen,
    width: f64,
    /// The height of what has been drawn.
    height: f64,
    /// The line of each lane.
    columns: Vec<f64>,
    /// The left edge of the source.
    right: f64,
    /// The top of each row, and the bottom of the last.
    rows: Vec<f64>,
}

impl<'a> Picture<'a> {
    fn of(story: &'a Story) -> Self {
        let layout = Layout::of(story, COLUMNS, Numbers::LeftOut, 1);
        let mut x = MARGIN + (layout.number_width as f64 + 2.0) * CHAR;
        let columns = layout.widths.iter().map(|&width| {
            let line = x;
            x += (width as f64 + 6.0) * CHAR;
            line
        });
        let columns = columns.collect();
        let source = layout.place_width + layout.source_width;
        let source = source.max(layout.shared.len() + 3) as f64 * CHAR;
        let width = (x + source + MARGIN).max(MARGIN * 2.0 + 72.0 * CHAR);
        Picture {
            story,
            layout,
            pen: Pen::default(),
            width,
            height: MARGIN,
            columns,
            right: x,
            rows: vec![],
        }
    }

    /// The number of characters in a line across the whole picture.
    fn across(&self) -> usize {
        ((self.width - 2.0 * MARGIN) / CHAR) as usize
    }

    fn heading(&mut self, title: &str) {
        for line in wrap(title, (self.across() as f64 * 14.0 / 17.0) as usize) {
            self.height += 22.0;
            self.pen.title(MARGIN, self.height - 6.0, &line);
        }
        let across = self.across();
        let message = self.story.cause.message().unwrap_or_default();
        for line in message.lines().flat_map(|line| wrap_indented(line, across)) {
            self.height += LINE;
            self.pen
                .text(MARGIN, self.height - 5.0, STUCK, false, &line);
        }
        self.height += LINE / 2.0;
    }

    fn lanes(&mut self) {
        let top = self.height;
        for (name, &x) in self.layout.names.iter().zip(&self.columns) {
            for (part, line) in name.iter().enumerate() {
                self.pen
                    .text(x, top + LINE * (part as f64 + 1.0) - 5.0, INK, true, line);
            }
        }
        let shared = self.layout.shared.trim_end_matches('/');
        if !shared.is_empty() {
            self.pen
                .faint(self.right, top + LINE - 5.0, &format!("in {shared}"));
        }
        self.height += LINE * self.layout.name_lines() as f64 + 4.0;
        if self.story.left_out > 0 {
            self.height += LINE;
            self.pen.faint(
                MARGIN,
                self.height - 5.0,
                &format!("… {} rows before", self.story.left_out),
            );
        }
        let first = self.height;
        for row in &self.layout.rows {
            self.rows.push(self.height);
            self.height += row.lines() as f64 * LINE + ROW_PADDING;
        }
        self.rows.push(self.height);
        for &x in &self.columns {
            self.pen.lane(x, first, self.height);
        }
        let bars = bars(self.story);
        for bar in &bars {
            let bottom = bar.to.map_or(self.height, |row| self.middle(row));
            let colour = colour(self.story, bar.object);
            self.pen
                .bar(self.bar_x(bar), self.middle(bar.from), bottom, colour);
        }
        for index in 0..self.rows.len() - 1 {
            self.arrows(index, &bars);
        }
        for index in 0..self.rows.len() - 1 {
            self.row(index);
        }
    }

    /// Names two regions: all below the heading and beside the source, and the waits of the cycle.
    fn regions(&mut self, top: f64) {
        let right = self.right - ROW_PADDING;
        let bottom = self.height + ROW_PADDING;
        self.pen
            .region("lanes", (MARGIN - ROW_PADDING, right), (top - 4.0, bottom));
        let is_in_the_cycle = |row: &usize| {
            let name = &self.story.lanes[self.layout.rows[*row].lane].name;
            self.layout.rows[*row].mark == Mark::Stuck && self.story.cycle.contains(name)
        };
        let stuck: Vec<usize> = (0..self.layout.rows.len())
            .filter(is_in_the_cycle)
            .collect();
        let lanes = stuck.iter().map(|&row| self.layout.rows[row].lane);
        if let (Some(&first), Some(&last), Some(left), Some(until)) = (
            stuck.first(),
            stuck.last(),
            lanes.clone().min(),
            lanes.max(),
        ) {
            let right = self.columns.get(until + 1).map_or(right, |x| x - INDENT);
            self.pen.region(
                "cycle",
                (self.columns[left] - INDENT, right),
                (self.rows[first], self.rows[last + 1] + 4.0),
            );
        }
    }

    /// The middle of the first line of a row.
    fn middle(&self, row: usize) -> f64 {
        self.rows[row] + ROW_PADDING / 2.0 + LINE / 2.0
    }

    /// The left edge of a bar.
    fn bar_x(&self, bar: &Bar<'_>) -> f64 {
        self.columns[bar.lane] - BAR / 2.0 + bar.shelf as f64 * (BAR + 2.0)
    }

    /// The width of the text in a row's cell.
    fn cell_width(&self, row: usize) -> f64 {
        self.layout.rows[row]
            .cell
            .iter()
            .map(|line| width(line))
            .max()
            .unwrap_or(0) as f64
            * CHAR
    }

    /// Whether this lane's wait is part of the cycle. Without a cycle, every wait counts.
    fn is_in_the_ring(&self, lane: usize) -> bool {
        self.story.cycle.is_empty() || self.story.cycle.contains(&self.story.lanes[lane].name)
    }

    /// Draws an arrow from a wait that never ends to the bars that it waits for.
    fn arrows(&mut self, index: usize, bars: &[Bar<'_>]) {
        let (story, row) = (self.story, &self.story.steps[index]);
        let name = &story.lanes[row.lane].name;
        let is_this = |lane: &str, at: Option<usize>| lane == name && at == Some(row.row);
        let Some(blocked) = story
            .blocked
            .iter()
            .find(|blocked| is_this(&blocked.lane, blocked.row))
        else {
            return;
        };
        for holder in &blocked.on {
            let Some(lane) = story.lanes.iter().position(|lane| lane.name == *holder) else {
                continue;
            };
            if lane == row.lane {
                continue;
            }
            let is_in_the_way = |bar: &&Bar<'_>| {
                bar.lane == lane && Some(bar.object) == row.object.as_deref() && bar.to.is_none()
            };
            let target = bars
                .iter()
                .find(is_in_the_way)
                .map_or(self.columns[lane], |bar| self.bar_x(bar) + BAR / 2.0);
            let own = self.columns[row.lane];
            let (from, tip) = if lane < row.lane {
                (own + 9.0, target + BAR / 2.0 + 2.0)
            } else {
                (
                    own + INDENT + 6.0 + self.cell_width(index),
                    target - BAR / 2.0 - 2.0,
                )
            };
            let y = self.middle(index);
            self.pen.arrow(from, tip, y, self.is_in_the_ring(row.lane));
        }
    }

    fn row(&mut self, index: usize) {
        let (x, y) = (
            self.columns[self.layout.rows[index].lane],
            self.middle(index),
        );
        let lane = self.layout.rows[index].lane;
        let mark = self.layout.rows[index].mark;
        let baseline = y + 5.0;
        let boxed = matches!(mark, Mark::Stuck | Mark::Fails);
        let filled = boxed && self.is_in_the_ring(lane);
        if boxed {
            let height = self.layout.rows[index].cell.len() as f64 * LINE + 2.0;
            let width = self.cell_width(index) + 12.0;
            self.pen.boxed(
                x + 9.0,
                y - LINE / 2.0 - 1.0,
                width,
                height,
                if filled { STUCK } else { GROUND },
            );
        } else {
            let held = colour(
                self.story,
                self.story.steps[index]
                    .object
                    .as_deref()
                    .unwrap_or_default(),
            );
            let (inside, outside) = match mark {
                Mark::Takes => (held, held),
                Mark::LetsGo => (GROUND, held),
                Mark::Waits => (GROUND, STUCK),
                _ => (INK, INK),
            };
            self.pen.dot(x, y, inside, outside);
        }
        let colour = match (boxed, filled) {
            (_, true) => "#ffffff",
            (true, false) => STUCK,
            (false, false) => INK,
        };
        let row = &self.layout.rows[index];
        for (part, line) in row.cell.iter().enumerate() {
            self.pen.text(
                x + INDENT,
                baseline + part as f64 * LINE,
                colour,
                boxed,
                line,
            );
        }
        let number = format!("{:>width$}", row.number, width = self.layout.number_width);
        self.pen.faint(MARGIN, baseline, &number);
        self.pen.faint(self.right, baseline, &row.place);
        let source = self.right + self.layout.place_width as f64 * CHAR;
        for (part, line) in row.source.iter().enumerate() {
            let below = baseline + part as f64 * LINE;
            self.pen.text(source, below, INK, false, line);
        }
    }

    fn sentences(&mut self) {
        let sentences = self.story.sentences();
        if !sentences.is_empty() {
            self.height += LINE / 2.0;
        }
        for (index, sentence) in sentences.iter().enumerate() {
            let is_cycle = index + 1 == sentences.len() && !self.story.cycle.is_empty();
            for line in wrap(sentence, self.across()) {
                self.height += LINE;
                self.pen.text(
                    MARGIN,
                    self.height - 5.0,
                    if is_cycle { STUCK } else { INK },
                    is_cycle,
                    &line,
                );
            }
        }
    }
}
