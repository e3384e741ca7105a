//! The live line: a sentence for a pipe, a row of fields for a terminal.

mod numbers;

use crate::sync::Behind;
use numbers::thousands;
pub(crate) use numbers::{bytes, count, seconds, times};
use std::sync::Arc;
use std::time::Duration;

/// Columns of a terminal row. The 80th stays free, because some terminals break the line there.
pub(crate) const COLUMNS: usize = 79;

/// A wait for an answer or for a heartbeat that is shown as an alarm.
const LONG: Duration = Duration::from_millis(500);

/// A number of lines in an outbox that is shown as an alarm.
const DEEP: usize = 1_000;

/// The state of the server at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) elapsed: Duration,
    /// Replies in the last second.
    pub(crate) rate: u64,
    pub(crate) players: usize,
    /// The oldest unanswered request: its age, and the name of its thread or task.
    pub(crate) oldest: Option<(Duration, Arc<str>)>,
    /// Bytes.
    pub(crate) memory: Option<u64>,
    /// `None` if there is no crowd.
    pub(crate) crowd: Option<CrowdErrors>,
    /// The deepest outbox.
    pub(crate) behind: Option<Behind>,
    /// The time since the last heartbeat. `None` if there never was one.
    pub(crate) beat: Option<Duration>,
}

/// Broken promises that the crowd has seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CrowdErrors {
    pub(crate) twice: u64,
    pub(crate) disorder: u64,
}

impl Moment {
    /// Everything, on a line of any length.
    pub(crate) fn line(&self) -> String {
        let mut line = format!(
            "{:>4} s  {} replies/s, {}, ",
            self.elapsed.as_secs(),
            self.rate,
            count(self.players, "player"),
        );
        line += &match &self.oldest {
            Some((age, whose)) => format!("oldest unanswered {} ({whose})", seconds(*age)),
            None => "none unanswered".into(),
        };
        if let Some(memory) = self.memory {
            line += &format!(", {}", bytes(memory));
        }
        if let Some(CrowdErrors { twice, disorder }) = self.crowd {
            line += &format!(", {} twice", times(twice, "snack"));
            line += &format!(", {} out of order", times(disorder, "player"));
        }
        if let Some(Behind { name, lines }) = &self.behind {
            line += &format!(", deepest outbox {} ({name})", count(*lines, "line"));
        }
        if let Some(beat) = self.beat {
            line += &match beat < LONG {
                true => ", heartbeat".into(),
                false => format!(", no heartbeat for {}", seconds(beat)),
            };
        }
        line
    }

    /// The fields that fit a terminal row, each with whether it is an alarm. `cuts` counts how
    /// often the row had to be shortened so far, 0 at first.
    pub(crate) fn fields(&self, cuts: &mut usize) -> Vec<(String, bool)> {
        fit(self.all(), COLUMNS, cuts)
    }

    fn all(&self) -> Vec<Field> {
        let age = self.oldest.as_ref().map_or(Duration::ZERO, |(age, _)| *age);
        let mut all = vec![
            Field::plain(
                format!("{:>5} replies/s", self.rate),
                format!("{:>5}/s", self.rate),
                3,
            ),
            Field::plain(
                count(self.players, "player"),
                format!("{} in", self.players),
                2,
            ),
            Field::plain(format!("oldest {}", seconds(age)), seconds(age), 4).alarm(age >= LONG),
        ];
        if let Some(memory) = self.memory {
            all.push(Field::plain(bytes(memory), String::new(), 1));
        }
        if let Some(CrowdErrors { twice, disorder }) = self.crowd {
            let twice_short = format!("2x {}", thousands(twice));
            let twice_long = format!("twice {}", thousands(twice));
            all.push(Field::plain(twice_long, twice_short, 6).alarm(twice > 0));
            let long = format!("disorder {disorder}");
            all.push(Field::plain(long, format!("dis {disorder}"), 5).alarm(disorder > 0));
        }
        if let Some(Behind { lines, .. }) = &self.behind {
            let lines_short = thousands(*lines as u64);
            let long = format!("outbox {lines_short}");
            all.push(Field::plain(long, format!("out {lines_short}"), 7).alarm(*lines >= DEEP));
        }
        if let Some(beat) = self.beat {
            all.push(match beat < LONG {
                true => Field::plain("heartbeat".into(), "beat".into(), 4),
                false => {
                    let beat = seconds(beat);
                    let short = format!("no beat {beat}");
                    Field::plain(format!("no heartbeat {beat}"), short, 4).alarm(true)
                }
            });
        }
        all
    }
}

/// One field, in two lengths. An empty short form leaves it out.
struct Field {
    forms: [String; 2],
    /// Fields with a small weight are shortened first.
    weight: u8,
    alarm: bool,
}

impl Field {
    fn plain(long: String, short: String, weight: u8) -> Field {
        Field {
            forms: [long, short],
            weight,
            alarm: false,
        }
    }

    fn alarm(self, alarm: bool) -> Field {
        Field { alarm, ..self }
    }
}

/// Shortens the row as often as needed, and no less than before, so that it does not flicker. It
/// first uses short forms, those with the smallest weight first, and then removes fields in the
/// same order.
fn fit(mut fields: Vec<Field>, columns: usize, cuts: &mut usize) -> Vec<(String, bool)> {
    let mut by_weight: Vec<usize> = (0..fields.len()).collect();
    by_weight.sort_by_key(|&field| fields[field].weight);
    for (cut, &field) in by_weight.iter().chain(&by_weight).enumerate() {
        let said = fields.iter().map(|field| field.forms[0].as_str());
        if cut >= *cuts && columns_of(said) <= columns {
            break;
        }
        // At the second cut the short form is empty already, so the field disappears.
        fields[field].forms[0] = std::mem::take(&mut fields[field].forms[1]);
        *cuts = (*cuts).max(cut + 1);
    }
    (fields.into_iter())
        .map(|field| {
            let [said, _] = field.forms;
            (said, field.alarm)
        })
        .filter(|(said, _)| !said.is_empty())
        .collect()
}

/// Columns of these fields with two blanks between them. A field holds no player's name, which
/// might have wide characters, so each character is one column.
fn columns_of<'a>(said: impl Iterator<Item = &'a str>) -> usize {
    let columns = said
        .filter(|said| !said.is_empty())
        .map(|said| said.chars().count() + 2);
    columns.sum::<usize>().saturating_sub(2)
}

#[cfg(test)]
mod tests;
