//! The position of everything in columns of one character, for both the text and the SVG.

use super::width::{cut, width, wrap};
use crate::story::{Mark, Row, Story};

/// Minimum widths of the source and of the narrowest lane. The first pair that fits is used.
const AT_LEAST: [(usize, usize); 3] = [(30, 22), (18, 18), (0, 12)];
/// If less of a source line would fit, it is left out.
const SOURCE_STUB: usize = 8;
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
    /// The folder that all files share, shown once.
    pub(super) folder: String,
    /// The columns' names, each in lines.
    pub(super) names: Vec<Vec<String>>,
    pub(super) number_width: usize,
    /// The columns' widths, without the gap after each.
    pub(super) widths: Vec<usize>,
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
    pub(super) source: String,
}

impl Layout {
    /// Fits the story into `columns`, if that is possible.
    pub(super) fn of(story: &Story, columns: usize, numbers: Numbers) -> Layout {
        let folder = common_folder(story);
        let places: Vec<String> = story
            .steps
            .iter()
            .map(|row| place(row, folder.len(), numbers))
            .collect();
        let sources: Vec<&str> = story
            .steps
            .iter()
            .map(|row| {
                row.at
                    .as_ref()
                    .and_then(|spot| spot.source.as_deref())
                    .unwrap_or("")
            })
            .collect();
        let number_width = story
            .steps
            .last()
            .map_or(0, |row| row.row.to_string().len())
            .max(2);
        let place_width = places.iter().map(|place| width(place)).max().unwrap_or(0);
        let wish = |lane: usize| {
            let cells = story
                .steps
                .iter()
                .filter(|row| row.lane == lane)
                .map(|row| width(&cell(row)));
            cells
                .chain([width(&story.lanes[lane].name)])
                .max()
                .unwrap_or(0)
        };
        let wishes: Vec<usize> = (0..story.lanes.len()).map(wish).collect();
        let fixed = number_width + 1 + place_width + 2;
        let longest_source = sources
            .iter()
            .map(|source| width(source))
            .max()
            .unwrap_or(0);
        let (widths, source_width) = share(&wishes, columns.saturating_sub(fixed), longest_source);
        let rows = story
            .steps
            .iter()
            .zip(places)
            .zip(sources)
            .map(|((row, place), source)| LaidRow {
                number: row.row,
                lane: row.lane,
                mark: row.mark,
                cell: wrap(&cell(row), widths[row.lane]),
                place,
                source: cut(source, source_width),
            });
        let rows = rows.collect();
        let names = story
            .lanes
            .iter()
            .zip(&widths)
            .map(|(lane, &width)| wrap(&lane.name, width))
            .collect();
        Layout {
            folder,
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

fn place(row: &Row, folder: usize, numbers: Numbers) -> String {
    row.at
        .as_ref()
        .map(|spot| numbers.place(&spot.file[folder..], spot.line))
        .unwrap_or_default()
}

impl Numbers {
    pub(super) fn place(self, file: &str, line: u32) -> String {
        match self {
            Numbers::Shown => format!("{file}:{line}"),
            Numbers::LeftOut => file.to_owned(),
        }
    }
}

/// Shares `room` columns between the lanes and the source. The source shrinks first, then the
/// lanes; if the lanes would become too narrow for most words, the source is left out.
fn share(wishes: &[usize], room: usize, source: usize) -> (Vec<usize>, usize) {
    let lanes = |widths: &[usize]| widths.iter().map(|width| width + GAP).sum::<usize>();
    let mut widths = vec![];
    for (keep, at_least) in AT_LEAST {
        let keep = keep.min(source);
        widths = wishes.to_vec();
        while lanes(&widths) + keep > room {
            let Some(widest) = widths.iter_mut().max().filter(|width| **width > at_least) else {
                break;
            };
            *widest -= 1;
        }
        if lanes(&widths) + keep <= room {
            break;
        }
    }
    let left = room.saturating_sub(lanes(&widths)).min(source);
    (
        widths,
        if left < SOURCE_STUB.min(source) {
            0
        } else {
            left
        },
    )
}

/// The folder that all files share, with its trailing slash.
fn common_folder(story: &Story) -> String {
    let mut files = story
        .steps
        .iter()
        .filter_map(|row| row.at.as_ref())
        .map(|spot| spot.file.as_str());
    let Some(first) = files.next() else {
        return String::new();
    };
    let folder = |file: &str| file.rfind('/').map_or(0, |slash| slash + 1);
    let mut common = first[..folder(first)].to_owned();
    for file in files {
        while !file.starts_with(&common) {
            common.truncate(folder(common.trim_end_matches('/')));
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_shrinks_before_the_lanes() {
        assert_eq!(
            share(&[20, 20], 90, 40),
            (vec![20, 20], 40),
            "there is room for all"
        );
        assert_eq!(
            share(&[20, 20], 80, 40),
            (vec![20, 20], 34),
            "the source is cut"
        );
        assert_eq!(
            share(&[20, 30], 80, 40),
            (vec![20, 24], 30),
            "the widest lane is wrapped"
        );
        assert_eq!(
            share(&[40; 4], 90, 40),
            (vec![20, 20, 19, 19], 0),
            "the source is left out"
        );
        assert_eq!(
            share(&[40; 4], 10, 40),
            (vec![12; 4], 0),
            "what cannot be, cannot be"
        );
    }
}
