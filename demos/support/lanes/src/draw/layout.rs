//! The position of everything in columns of one character, for both the text and the SVG.

use super::width::{cut, width, wrap, wrap_code};
use crate::story::{Mark, Row, Story};

/// The minimum width of a lane, beside a source and without one.
const NARROWEST_LANE: [usize; 2] = [16, 12];
/// If less of a source line would fit, it is left out.
const NARROWEST_SOURCE: usize = 20;
/// How many rows decide how wide the columns are.
const MEASURED: usize = 60;
/// The gap between two columns.
pub(super) const GAP: usize = 3;
/// The longest part of a line's words that is shown.
const SAID_AT_MOST: usize = 32;

/// Whether places have line numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// They help to find the line in an editor.
    Shown,
    /// A drawing that is kept in a file shows the text of the line alone, so that it stays right
    /// when lines move.
    LeftOut,
}

/// A story cut to a width.
pub(super) struct Layout {
    /// The file that all rows are from, or the folder that all files share, shown once.
    pub(super) shared: String,
    /// The columns' names, each in lines.
    pub(super) names: Vec<Vec<String>>,
    pub(super) number_width: usize,
    /// The columns' widths, without the gap after each.
    pub(super) widths: Vec<usize>,
    /// The width of the places, with the gap after them.
    pub(super) place_width: usize,
    pub(super) source_width: usize,
    pub(super) rows: Vec<LaidRow>,
}

/// A row cut to a width.
pub(super) struct LaidRow {
    pub(super) number: usize,
    pub(super) lane: usize,
    pub(super) mark: Mark,
    /// The cell's text, in lines.
    pub(super) cell: Vec<String>,
    pub(super) place: String,
    /// The source, in lines.
    pub(super) source: Vec<String>,
}

impl LaidRow {
    /// The number of lines that it takes.
    pub(super) fn lines(&self) -> usize {
        self.cell.len().max(self.source.len())
    }
}

impl Layout {
    /// Fits the story into `columns`, if that is possible. A line of code takes at most `most`
    /// lines.
    pub(super) fn of(story: &Story, columns: usize, numbers: Numbers, most: usize) -> Layout {
        let shared = shared(story);
        let mut places: Vec<String> = story
            .steps
            .iter()
            .map(|row| place(row, &shared, numbers))
            .collect();
        let mut place_width = places.iter().map(|place| width(place)).max().unwrap_or(0);
        let is_one_file = !shared.ends_with('/');
        if is_one_file {
            // Line numbers end in one column.
            for place in &mut places {
                *place = format!("{place:>place_width$}");
            }
        }
        place_width += match (place_width, is_one_file) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => 2,
        };
        let source = |row: &Row| Some(row.at.as_ref()?.source.as_deref()?.to_owned());
        let number_width = story
            .steps
            .last()
            .map_or(0, |row| row.row.to_string().len())
            .max(2);
        let cells: Vec<Cell> = story
            .steps
            .iter()
            .map(|row| Cell {
                lane: row.lane,
                text: cell(row),
                source: source(row).unwrap_or_default(),
            })
            .collect();
        let fixed = number_width + 1 + place_width;
        let names: Vec<&str> = story.lanes.iter().map(|lane| &lane.name[..]).collect();
        let (widths, source_width) = share(&names, &cells, columns.saturating_sub(fixed), most);
        let rows = story.steps.iter().zip(places).zip(&cells);
        let rows = rows.map(|((row, place), cell)| LaidRow {
            number: row.row,
            lane: row.lane,
            mark: row.mark,
            cell: wrap(&cell.text, widths[row.lane]),
            place,
            source: wrap_code(&cell.source, source_width, most),
        });
        let rows = rows.collect();
        let names = names.iter().zip(&widths);
        let names = names.map(|(name, &width)| wrap(name, width)).collect();
        Layout {
            shared,
            names,
            number_width,
            widths,
            place_width,
            source_width,
            rows,
        }
    }

    /// The number of lines that the names take.
    pub(super) fn name_lines(&self) -> usize {
        self.names.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// The text of a row's cell.
pub(super) fn cell(row: &Row) -> String {
    let said = row
        .said
        .as_deref()
        .map(|said| format!(": “{}”", cut(said, SAID_AT_MOST)))
        .unwrap_or_default();
    let text = match row.mark {
        // Capitals, so that the last row of a lecture hall can find this word.
        Mark::Stuck => row.text.replacen("waits", "WAITS", 1),
        Mark::Fails => row.text.to_uppercase(),
        _ => row.text.clone(),
    };
    text + &said
}

/// Where a row is, without what all rows share.
pub(super) fn place(row: &Row, shared: &str, numbers: Numbers) -> String {
    let Some(spot) = &row.at else {
        return String::new();
    };
    match &spot.file[shared.len()..] {
        "" => match numbers {
            Numbers::Shown => spot.line.to_string(),
            Numbers::LeftOut => String::new(),
        },
        file => match numbers {
            Numbers::Shown => format!("{file}:{}", spot.line),
            Numbers::LeftOut => file.to_owned(),
        },
    }
}

/// A row before it is cut.
struct Cell {
    lane: usize,
    text: String,
    source: String,
}

/// Shares `room` columns between the lanes and the source, so that the rows take as few lines as
/// they can. If the lanes would become too narrow for most words, the source is left out.
fn share(names: &[&str], cells: &[Cell], room: usize, most: usize) -> (Vec<usize>, usize) {
    let wish = |lane: usize| {
        let texts = cells.iter().filter(|cell| cell.lane == lane);
        let texts = texts.map(|cell| width(&cell.text));
        texts.chain([width(names[lane])]).max().unwrap_or(0)
    };
    let wishes: Vec<usize> = (0..names.len()).map(wish).collect();
    let longest = cells.iter().map(|cell| width(&cell.source)).max();
    let longest = longest.unwrap_or(0);
    // All lines, and those of the lanes: if as many are wrapped, let it be the source.
    let lines = |widths: &[usize], source: usize| -> (usize, usize) {
        let names = names.iter().zip(widths);
        let names = names.map(|(name, &width)| wrap(name, width).len()).max();
        let (mut all, mut of_lanes) = (names.unwrap_or(0), names.unwrap_or(0));
        for cell in cells.iter().take(MEASURED) {
            let text = wrap(&cell.text, widths[cell.lane]).len();
            all += text.max(wrap_code(&cell.source, source, most).len());
            of_lanes += text;
        }
        (all, of_lanes)
    };
    let sources = (NARROWEST_SOURCE.min(longest)..=longest).rev();
    let shares = sources.filter_map(|source| {
        let widths = shrunk(&wishes, room.checked_sub(source)?, NARROWEST_LANE[0]);
        (taken(&widths) + source <= room).then_some((widths, source))
    });
    shares
        .min_by_key(|(widths, source)| lines(widths, *source))
        .unwrap_or_else(|| (shrunk(&wishes, room, NARROWEST_LANE[1]), 0))
}

/// The columns that lanes of these widths take.
fn taken(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + GAP).sum()
}

/// Shrinks the widest lanes until all fit, if that is possible.
fn shrunk(wishes: &[usize], room: usize, narrowest: usize) -> Vec<usize> {
    let mut widths = wishes.to_vec();
    while taken(&widths) > room {
        let widest = widths.iter_mut().max();
        let Some(widest) = widest.filter(|width| **width > narrowest) else {
            break;
        };
        *widest -= 1;
    }
    widths
}

/// The file that all rows are from; else the folder that all files share, with its trailing slash.
pub(super) fn shared(story: &Story) -> String {
    let spots = story.steps.iter().filter_map(|row| row.at.as_ref());
    let mut files = spots.map(|spot| spot.file.as_str());
    let Some(first) = files.next() else {
        return String::new();
    };
    let folder = |file: &str| file.rfind('/').map_or(0, |slash| slash + 1);
    let mut common = first.to_owned();
    for file in files.filter(|file| *file != first) {
        if common == first {
            common.truncate(folder(first));
        }
        while !file.starts_with(&common) {
            common.truncate(folder(common.trim_end_matches('/')));
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares the room between two lanes or more whose only rows are this wide, beside a source
    /// line.
    fn shared_by(wishes: &[usize], room: usize, source: &str) -> (Vec<usize>, usize) {
        let cells: Vec<Cell> = wishes
            .iter()
            .enumerate()
            .map(|(lane, &wish)| Cell {
                lane,
                text: format!(
                    "{} {}",
                    "a".repeat(wish / 2),
                    "b".repeat(wish - wish / 2 - 1)
                ),
                source: source.into(),
            })
            .collect();
        share(&vec!["ann"; wishes.len()], &cells, room, 4)
    }

    #[test]
    fn the_room_is_shared_so_that_the_fewest_lines_are_wrapped() {
        let forty = "let mut tray = self.tray.lock_a_number()";
        assert_eq!(forty.len(), 40);
        assert_eq!(
            shared_by(&[20, 20], 90, forty),
            (vec![20, 20], 40),
            "there is room for all"
        );
        let (widths, source) = shared_by(&[20, 20], 80, forty);
        assert_eq!(
            (widths, source),
            (vec![20, 20], 34),
            "each row takes two lines, however it is shared: the lanes stay whole"
        );
        let twenty_four = "plate = self.plate.get()";
        let wide = shared_by(&[20, 12], 62, twenty_four);
        assert_eq!(wide, (vec![20, 12], 24), "the lanes have room");
        assert_eq!(
            shared_by(&[40; 4], 80, forty),
            (vec![17; 4], 0),
            "the source is left out"
        );
        assert_eq!(
            shared_by(&[40; 4], 10, forty),
            (vec![12; 4], 0),
            "what cannot be, cannot be"
        );
    }
}
