//! The few shapes of SVG that a chart needs.

use std::fmt::Write;

/// Width of all charts, in SVG's own units.
const WIDTH: f64 = 900.0;

/// The styles of the elements' classes. The colours are chosen for the chart's own white
/// background.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#222}\
.title{font-size:15px;font-weight:600}.head{font-weight:600}.name{text-anchor:end}.tick{text-anchor:middle;fill:#666}\
.bad{fill:#b3261e;font-weight:600}.value{fill:#444;font-size:12px}\
line{stroke:#e4e4e4}line.one{stroke:#888;stroke-dasharray:3 3}line.axis{stroke:#888}circle{stroke:#fff}";

/// A drawing that grows downwards.
#[derive(Debug)]
pub(super) struct Drawing {
    title: String,
    /// Lines are drawn first, below all other shapes.
    lines: String,
    shapes: String,
    y: f64,
    /// The right edge of the legend.
    x: f64,
}

impl Drawing {
    pub(super) fn new(title: &str) -> Drawing {
        let mut drawing = Drawing {
            title: escape(title),
            lines: String::new(),
            shapes: String::new(),
            y: 28.0,
            x: 0.0,
        };
        let y = drawing.skip(34.0);
        drawing.text(24.0, y, "title", title);
        drawing
    }

    /// Returns the current height, and moves down by `down`.
    pub(super) fn skip(&mut self, down: f64) -> f64 {
        let y = self.y;
        self.y += down;
        y
    }

    pub(super) fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.shape(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" dy="0.35em" class="{class}">{}</text>"#,
            escape(text)
        ));
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: &str) {
        self.shape(format_args!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius}" fill="{colour}"/>"#
        ));
    }

    /// A bar from `x` to the right, half a row high.
    pub(super) fn bar(&mut self, x: f64, y: f64, width: f64, colour: &str) {
        let y = y - 7.0;
        self.shape(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="14" fill="{colour}"/>"#
        ));
    }

    /// A vertical line.
    pub(super) fn line(&mut self, x: f64, top: f64, bottom: f64, class: &str) {
        let line = format!(
            r#"<line x1="{x:.1}" y1="{top:.1}" x2="{x:.1}" y2="{bottom:.1}" class="{class}"/>"#
        );
        self.lines = format!("{}{line}\n", self.lines);
    }

    /// Names the region from this height to the current one, so that a page can show it alone.
    pub(super) fn region(&mut self, name: &str, top: f64) {
        let (left, top) = (50.0, top - 12.0);
        let (width, height) = (WIDTH - left, self.y - top - 12.0);
        self.shape(format_args!(
            r#"<view data-region="{name}" viewBox="{left} {top} {width} {height}"/>"#
        ));
    }

    /// The meaning of the colours, in a row of its own.
    pub(super) fn legend(&mut self, colours: &[(&str, &str)]) {
        let y = self.skip(24.0);
        self.x = super::NAMES;
        for (colour, meaning) in colours {
            self.dot(self.x + 6.0, y, 6.0, colour);
            self.text(self.x + 17.0, y, "value", meaning);
            self.x += 36.0 + 6.5 * meaning.chars().count() as f64;
        }
    }

    /// A text beside the legend.
    pub(super) fn beside(&mut self, text: &str) {
        self.text(self.x, self.y - 24.0, "value", text);
    }

    pub(super) fn finish(self) -> String {
        let height = self.y + 8.0;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{}{}</svg>\n",
            self.title, self.lines, self.shapes
        )
    }

    fn shape(&mut self, shape: std::fmt::Arguments<'_>) {
        let written = writeln!(self.shapes, "{shape}");
        debug_assert!(written.is_ok(), "a String has room for every shape");
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
