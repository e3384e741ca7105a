//! The size of a slide without a browser: lines of text times the size of the letters, with the
//! numbers of `web/slides.css`. The widths of letters are those of common fonts, so this is right
//! to about a line. A picture, a demo and whatever else shrinks counts as little as it can be.
//!
//! By hand: a crate that lays out HTML is a browser.

use super::Size;
use crate::deck::Slide;

/// An estimate may be wrong by this much before it complains.
const DOUBT: f64 = 30.0;

/// The space between two blocks of a slide.
const GAP: f64 = 34.0;

/// Letters: their size, and the height of a line as a part of it.
#[derive(Clone, Copy)]
struct Font {
    size: f64,
    line: f64,
}

impl Font {
    const fn new(size: f64, line: f64) -> Font {
        Font { size, line }
    }

    fn height(self, lines: usize) -> f64 {
        lines as f64 * self.size * self.line
    }
}

/// A tag or a text of a slide's HTML.
enum Token<'a> {
    Open(&'a str, &'a str),
    Close(&'a str),
    Text(&'a str),
}

/// Cuts the HTML of a slide, which the renderer has written, into tags and texts.
fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(tag) = rest.strip_prefix('<') else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = after;
            return Some(Token::Text(text));
        };
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        Some(match tag.strip_prefix('/') {
            Some(name) => Token::Close(name),
            None => {
                let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
                Token::Open(name, attributes)
            }
        })
    })
}

/// The width of a letter, as a part of its size.
fn width(letter: char) -> f64 {
    match letter {
        // Hangul, Chinese, kana and full-width signs.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{ffef}' => 0.92,
        ' ' => 0.3,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '-' | '"' => 0.4,
        'm' | 'w' | 'M' | 'W' | '—' | '…' => 0.93,
        'A'..='Z' | '&' => 0.7,
        _ => 0.6,
    }
}

/// A word of a paragraph: its width as a part of the size of the letters.
fn of_words(text: &str, factor: f64) -> Vec<f64> {
    let words = text.split_whitespace();
    words
        .map(|word| word.chars().map(width).sum::<f64>() * factor)
        .collect()
}

/// The number of lines of words in a room of this width, both as a part of the size of the letters.
fn lines(words: &[f64], room: f64) -> usize {
    let (mut lines, mut used) = (1, 0.0);
    for word in words {
        let with_it = if used == 0.0 {
            *word
        } else {
            used + 0.3 + word
        };
        if with_it <= room {
            used = with_it;
        } else {
            // A word that is wider than the room is broken.
            let parts = (word / room).ceil().max(1.0);
            lines += if used == 0.0 {
                parts as usize - 1
            } else {
                parts as usize
            };
            used = word - (parts - 1.0) * room;
        }
    }
    lines
}

/// The blocks of a column: their heights, with spaces between them.
#[derive(Default)]
struct Column {
    height: f64,
    blocks: usize,
}

impl Column {
    fn add(&mut self, height: f64) {
        self.height += height + if self.blocks == 0 { 0.0 } else { GAP };
        self.blocks += 1;
    }
}

/// Estimates the size of a slide.
pub(super) fn size(slide: &Slide) -> Size {
    let look = slide.look.as_str();
    let is_split = look == "split";
    let room = if look == "full" { 1800.0 } else { 1700.0 };
    let [left, right] = if is_split {
        [776.0, 853.0]
    } else {
        [room, room]
    };
    let text = match look {
        "quote" => Font::new(66.0, 1.34),
        _ => Font::new(46.0, 1.42),
    };
    let title = match look {
        "lead" => Font::new(128.0, 1.06),
        "section" => Font::new(112.0, 1.14),
        "full" => Font::new(56.0, 1.14),
        _ => Font::new(82.0, 1.14),
    };
    let mut laid = Laid {
        room: left,
        show_room: right,
        text,
        title,
        is_lead: look == "lead",
        is_split,
        head: 0.0,
        columns: [Column::default(), Column::default()],
        wide: 0.0,
    };
    laid.lay(&slide.html, room);
    let [one, other] = &laid.columns;
    let needs = one.height.max(other.height);
    let (above, below, gap) = match look {
        "full" => (44.0, 78.0, 24.0),
        _ => (84.0, 76.0, 36.0),
    };
    let has_room = 1080.0 - above - below - gap - laid.head;
    Size {
        needs,
        over: (needs - has_room - DOUBT).max(0.0),
        wide: (laid.wide - DOUBT).max(0.0),
        cut: 0,
        squeezed: 0.0,
    }
}

/// A slide while it is laid out.
struct Laid {
    /// The width of the column of text, and of that with code and pictures.
    room: f64,
    show_room: f64,
    text: Font,
    title: Font,
    is_lead: bool,
    is_split: bool,
    head: f64,
    columns: [Column; 2],
    wide: f64,
}

impl Laid {
    fn lay(&mut self, html: &str, whole: f64) {
        let mut all = tokens(html);
        while let Some(token) = all.next() {
            let Token::Open(name, attributes) = token else {
                continue;
            };
            match name {
                "h1" => {
                    let words = words_until(&mut all, "h1");
                    // Bold letters are wider.
                    let lines = lines(&words, whole / self.title.size * 0.97);
                    self.head += self.title.height(lines);
                }
                "h2" => {
                    let (font, above) = match self.is_lead {
                        true => (Font::new(60.0, 1.25), 34.0),
                        false => (Font::new(50.0, 1.25), 18.0),
                    };
                    let words = words_until(&mut all, "h2");
                    self.head += above + font.height(lines(&words, whole / font.size));
                }
                "p" => self.paragraph(&mut all),
                "blockquote" => {
                    let words = words_until(&mut all, "blockquote");
                    let room = (self.room - 8.0) / self.text.size - 0.8;
                    let height = self.text.height(lines(&words, room));
                    self.columns[0].add(height);
                }
                "ul" | "ol" => self.list(&mut all, name),
                "figure" => self.code(&mut all, attributes),
                "table" => self.table(&mut all),
                // It fills the room that is left; its first line stays.
                "div" => {
                    skip_until(&mut all, "div");
                    self.columns[usize::from(self.is_split)].add(98.0);
                }
                _ => {}
            }
        }
    }

    fn paragraph<'a>(&mut self, all: &mut impl Iterator<Item = Token<'a>>) {
        let (words, pictures) = content(all, "p");
        match pictures > 0 && words.is_empty() {
            // A picture shrinks until it fits.
            true => self.columns[usize::from(self.is_split)].add(0.0),
            false => {
                let lines = lines(&words, self.room / self.text.size);
                self.columns[0].add(self.text.height(lines));
            }
        }
    }

    fn list<'a>(&mut self, all: &mut impl Iterator<Item = Token<'a>>, name: &str) {
        let room = self.room / self.text.size - 1.05;
        let (mut height, mut depth, mut items) = (0.0, 1, 0);
        let mut words = Vec::new();
        let mut factor = 1.0;
        for token in all.by_ref() {
            match token {
                Token::Open("ul" | "ol", _) => depth += 1,
                Token::Close("ul" | "ol") if depth > 1 => depth -= 1,
                Token::Close(it) if it == name => break,
                Token::Open("li", _) | Token::Close("li") => {
                    if !words.is_empty() {
                        let narrower = 1.05 * f64::from(depth - 1);
                        height += self.text.height(lines(&words, room - narrower));
                        items += 1;
                    }
                    words.clear();
                }
                Token::Open("code", _) => factor = CODE,
                Token::Close("code") => factor = 1.0,
                Token::Text(text) => words.extend(of_words(text, factor)),
                _ => {}
            }
        }
        let between = 0.5 * self.text.size * f64::from((items - 1).max(0));
        self.columns[0].add(height + between);
    }

    fn code<'a>(&mut self, all: &mut impl Iterator<Item = Token<'a>>, attributes: &str) {
        let size = attributes
            .split(['"', ' '])
            .find_map(|it| it.strip_prefix('s')?.parse().ok());
        let size: f64 = size.unwrap_or(32.0);
        let (mut count, mut caption, mut in_caption) = (0, 0.0, false);
        let (mut columns, mut widest) = (0.0, 0.0_f64);
        for token in all.by_ref() {
            match token {
                Token::Close("figure") => break,
                Token::Open("figcaption", _) => in_caption = true,
                Token::Open("span", class) if class.contains("\"line\"") => {
                    count += 1;
                    columns = 0.0;
                }
                Token::Text(text) if in_caption => {
                    let words = [text.chars().count() as f64 * MONO];
                    caption = 10.0 + 32.0 * 1.42 * lines(&words, self.show_room / 32.0) as f64;
                }
                Token::Text(text) => {
                    let wide = |it: char| {
                        if width(it) > 0.91 && it > '\u{ff}' {
                            1.0
                        } else {
                            MONO
                        }
                    };
                    columns += unescaped(text)
                        .trim_end_matches('\n')
                        .chars()
                        .map(wide)
                        .sum::<f64>();
                    widest = widest.max(columns);
                }
                _ => {}
            }
        }
        // The text of the stylesheet: 30 px above and below, 40 at the sides, and the border.
        self.columns[usize::from(self.is_split)]
            .add(Font::new(size, 1.36).height(count) + 64.0 + caption);
        self.wide = self.wide.max(widest * size + 84.0 - self.show_room);
    }

    fn table<'a>(&mut self, all: &mut impl Iterator<Item = Token<'a>>) {
        let mut rows: Vec<Vec<Vec<f64>>> = Vec::new();
        let mut factor = 1.0;
        for token in all.by_ref() {
            match token {
                Token::Close("table") => break,
                Token::Open("tr", _) => rows.push(Vec::new()),
                Token::Open("th" | "td", _) => {
                    if let Some(row) = rows.last_mut() {
                        row.push(Vec::new());
                    }
                }
                Token::Open("code", _) => factor = CODE,
                Token::Close("code") => factor = 1.0,
                Token::Text(text) => {
                    if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                        cell.extend(of_words(text, factor));
                    }
                }
                _ => {}
            }
        }
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural: Vec<f64> = (0..columns)
            .map(|at| {
                let cells = rows.iter().filter_map(|row| row.get(at));
                let cells = cells.map(|it| it.iter().sum::<f64>() + 0.3 * it.len() as f64);
                cells.fold(0.5, f64::max)
            })
            .collect();
        let room = self.room / 40.0 - columns as f64;
        let all_of_it: f64 = natural.iter().sum();
        let share = (room / all_of_it).min(1.0);
        let mut height = 0.0;
        for (number, row) in rows.iter().enumerate() {
            let cells = row.iter().enumerate();
            let most = cells
                .map(|(at, cell)| lines(cell, natural[at] * share + 0.01))
                .max();
            let font = if number == 0 {
                Font::new(34.0, 1.15)
            } else {
                Font::new(40.0, 1.25)
            };
            height += font.height(most.unwrap_or(1)) + 0.68 * font.size + 2.0;
        }
        self.columns[0].add(height);
    }
}

/// The width of a letter of code, as a part of its size, and of code in a text.
const MONO: f64 = 0.602;
const CODE: f64 = 0.88;

/// The words until this element ends.
fn words_until<'a>(all: &mut impl Iterator<Item = Token<'a>>, name: &str) -> Vec<f64> {
    content(all, name).0
}

/// The words and the number of pictures until this element ends.
fn content<'a>(all: &mut impl Iterator<Item = Token<'a>>, name: &str) -> (Vec<f64>, usize) {
    let (mut words, mut pictures, mut factor) = (Vec::new(), 0, 1.0);
    for token in all.by_ref() {
        match token {
            Token::Close(it) if it == name => break,
            Token::Open("img", _) => pictures += 1,
            Token::Open("code", _) => factor = CODE,
            Token::Close("code") => factor = 1.0,
            // A word that never ends: the rest of the line stays empty.
            Token::Open("br", _) => words.push(1e-9),
            Token::Text(text) => words.extend(of_words(&unescaped(text), factor)),
            _ => {}
        }
    }
    (words, pictures)
}

fn skip_until<'a>(all: &mut impl Iterator<Item = Token<'a>>, name: &str) {
    let mut depth = 1;
    for token in all.by_ref() {
        match token {
            Token::Open(it, _) if it == name => depth += 1,
            Token::Close(it) if it == name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// A text without the escapes of `html::escape`.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}
