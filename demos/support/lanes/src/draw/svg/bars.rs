//! The objects that each lane holds, and for which rows.

use crate::story::{Mark, Story};

/// Blue, green, purple, sky, brown.
const COLOURS: [&str; 5] = ["#0072b2", "#00795a", "#a8447f", "#2f8fc4", "#7a5c00"];

/// An object that a lane holds, from one row to another.
pub(super) struct Bar<'a> {
    pub(super) lane: usize,
    pub(super) object: &'a str,
    pub(super) from: usize,
    /// `None`: to the end.
    pub(super) to: Option<usize>,
    /// The number of other bars that this one stands beside.
    pub(super) shelf: usize,
}

/// The bars of a story: each from `takes` to `lets go`, or to the end.
pub(super) fn bars(story: &Story) -> Vec<Bar<'_>> {
    let mut bars: Vec<Bar<'_>> = vec![];
    for (index, row) in story.steps.iter().enumerate() {
        let Some(object) = row.object.as_deref() else {
            continue;
        };
        match row.mark {
            Mark::Takes => {
                let open = bars
                    .iter()
                    .filter(|bar| bar.lane == row.lane && bar.to.is_none());
                let taken: Vec<usize> = open.map(|bar| bar.shelf).collect();
                let shelf = (0..).find(|shelf| !taken.contains(shelf)).unwrap_or(0);
                bars.push(Bar {
                    lane: row.lane,
                    object,
                    from: index,
                    to: None,
                    shelf,
                });
            }
            Mark::LetsGo => {
                let is_it = |bar: &&mut Bar<'_>| {
                    bar.lane == row.lane && bar.object == object && bar.to.is_none()
                };
                if let Some(bar) = bars.iter_mut().find(is_it) {
                    bar.to = Some(index);
                }
            }
            _ => {}
        }
    }
    bars
}

/// The colour of an object. Objects get colours in the order in which they are first taken.
pub(super) fn colour(story: &Story, object: &str) -> &'static str {
    let mut objects: Vec<&str> = vec![];
    for row in story.steps.iter().filter(|row| row.mark == Mark::Takes) {
        let name = row.object.as_deref().unwrap_or_default();
        if !objects.contains(&name) {
            objects.push(name);
        }
    }
    COLOURS[objects
        .iter()
        .position(|other| *other == object)
        .unwrap_or(0)
        % COLOURS.len()]
}
