//! Where everything stands, in columns of one character: shared by the text and the picture.

use super::width::{cut, width, wrap};
use crate::story::{Mark, Row, Story};

/// What the source and the narrowest lane should have at least; the first that is possible.
const AT_LEAST: [(usize, usize); 3] = [(30, 22), (18, 18), (0, 12)];
/// A stub of a source line is left out altogether.
const SOURCE_STUB: usize = 8;
/// Between two columns.
pub(super) const GAP: usize = 3;
/// What was said is shown so far.
const SAID_AT_MOST: usize = 32;

/// A story cut to a width.
pub(super) struct Layout {
    /// The folder of all files, said once.
    pub(super) folder: String,
    /// The columns' names, in lines.
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
    /// Fits the story into `columns`, if it is possible at all.
    pub(super) fn of(story: &Story, columns: usize) -> Layout {
        let folder = common_folder(story);
        let places: Vec<String> = story
            .steps
            .iter()
            .map(|row| place(row, folder.len()))
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

    /// How many lines the names take.
    pub(super) fn name_lines(&self) -> usize {
        self.names.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// What stands in a row's cell.
pub(super) fn cell(row: &Row) -> String {
    let said = row
        .said
        .as_deref()
        .map(|said| format!(": “{}”", cut(said, SAID_AT_MOST)))
        .unwrap_or_default();
    let text = match row.mark {
        // The one word that must be found from the last row of a hall.
        Mark::Stuck => row.text.replacen("waits", "WAITS", 1),
        Mark::Fails => row.text.to_uppercase(),
        _ => row.text.clone(),
    };
    text + &said
}

fn place(row: &Row, folder: usize) -> String {
    row.at
        .as_ref()
        .map(|spot| format!("{}:{}", &spot.file[folder..], spot.line))
        .unwrap_or_default()
}

/// Shares `room` columns between the lanes and the source: the source gives way first, then the lanes; and when they
/// would break every word, the source is left out.
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

/// The folder that all files share, with its last slash.
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
    fn the_source_gives_way_first_and_then_the_lanes() {
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
