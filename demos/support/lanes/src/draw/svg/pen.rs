//! The shapes of a picture.

use std::fmt::Write;

pub(super) const INK: &str = "#1a1a1a";
pub(super) const GROUND: &str = "#fffdf8";
/// Vermilion, dark enough for white letters on it.
pub(super) const STUCK: &str = "#a83c00";
const FAINT: &str = "#5a6270";
const RULE: &str = "#c9ced6";
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK KR',monospace";

/// Writes one shape after the other. Writing into a string cannot fail.
#[derive(Default)]
pub(super) struct Pen(String);

impl Pen {
    pub(super) fn finish(self, title: &str, width: f64, height: f64) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FONTS}\" font-size=\"14\">\n\
             <title>{}</title>\n\
             <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{GROUND}\" stroke=\"{RULE}\"/>\n{}</svg>\n",
            escape(title),
            width - 1.0,
            height - 1.0,
            self.0
        )
    }

    fn write(&mut self, x: f64, baseline: f64, style: &str, text: &str) {
        if !text.is_empty() {
            let text = escape(text);
            let _ = writeln!(
                self.0,
                "<text x=\"{x:.1}\" y=\"{baseline:.1}\" xml:space=\"preserve\" {style}>{text}</text>"
            );
        }
    }

    pub(super) fn text(&mut self, x: f64, baseline: f64, colour: &str, bold: bool, text: &str) {
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        self.write(x, baseline, &format!("fill=\"{colour}\"{weight}"), text);
    }

    pub(super) fn faint(&mut self, x: f64, baseline: f64, text: &str) {
        self.text(x, baseline, FAINT, false, text);
    }

    pub(super) fn title(&mut self, x: f64, baseline: f64, text: &str) {
        self.write(
            x,
            baseline,
            &format!("fill=\"{INK}\" font-weight=\"bold\" font-size=\"17\""),
            text,
        );
    }

    /// Names a region, so that a page can show it alone. It has no `id`, because two drawings on
    /// one page would share it.
    pub(super) fn region(
        &mut self,
        name: &str,
        (left, right): (f64, f64),
        (top, bottom): (f64, f64),
    ) {
        let (width, height) = (right - left, bottom - top);
        let _ = writeln!(
            self.0,
            "<view data-region=\"{name}\" viewBox=\"{left:.0} {top:.0} {width:.0} {height:.0}\"/>"
        );
    }

    pub(super) fn lane(&mut self, x: f64, top: f64, bottom: f64) {
        let _ = writeln!(
            self.0,
            "<path d=\"M{x:.1} {top:.1}V{bottom:.1}\" stroke=\"{RULE}\" stroke-width=\"2\"/>"
        );
    }

    pub(super) fn bar(&mut self, x: f64, top: f64, bottom: f64, colour: &str) {
        let (width, height) = (super::BAR, bottom - top);
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width}\" height=\"{height:.1}\" rx=\"2\" fill=\"{colour}\"/>"
        );
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, inside: &str, outside: &str) {
        let _ = writeln!(
            self.0,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{inside}\" stroke=\"{outside}\" stroke-width=\"2\"/>"
        );
    }

    pub(super) fn boxed(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\" fill=\"{fill}\" \
             stroke=\"{STUCK}\" stroke-width=\"2\"/>"
        );
    }

    /// An arrow from one lane to another, along a row: thick if it belongs to the cycle, else
    /// dashed.
    pub(super) fn arrow(&mut self, from: f64, tip: f64, y: f64, strong: bool) {
        let back = if tip < from { tip + 11.0 } else { tip - 11.0 };
        let stroke = if strong {
            "stroke-width=\"2.5\""
        } else {
            "stroke-width=\"2\" stroke-dasharray=\"4 3\""
        };
        let (above, below) = (y - 6.0, y + 6.0);
        let _ = writeln!(
            self.0,
            "<path d=\"M{from:.1} {y:.1}H{back:.1}\" stroke=\"{STUCK}\" {stroke}/>\
             <path d=\"M{tip:.1} {y:.1}L{back:.1} {above:.1}V{below:.1}Z\" fill=\"{STUCK}\"/>"
        );
    }
}

fn escape(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .fold(String::new(), |mut escaped, c| {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                c => escaped.push(c),
            }
            escaped
        })
}
