//! The last line of a run, for people and for programs: how it ended.

use crate::report::{Freeze, Summary};
use crate::wait_graph::{Keeps, Kind};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// The words before a verdict. Nothing else in the output of a step begins with them.
pub const VERDICT: &str = "Verdict: ";

/// How a run ended. As text it is one line: `Verdict: served, every promise kept`.
///
/// The sentence begins with one of the words `served`, `deadlock`, `stuck` and `frozen`. A name
/// list follows behind `: `, and a remark about the heartbeat behind `; `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It served to the end.
    Served {
        /// The promises that the crowd saw broken, of the three that it can see. `None` if there
        /// was no crowd.
        broken: Option<Vec<&'static str>>,
    },
    /// Threads or tasks wait for each other in a cycle, whose names these are.
    Deadlock { names: Vec<String>, heart: Heart },
    /// All wait for this phone.
    Stuck { phone: String, heart: Heart },
    /// No reply comes, and no wait is recorded that explains it.
    Frozen { heart: Heart },
}

/// Whether the heartbeat of a frozen server continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heart {
    /// The server never had one.
    None,
    Beats,
    Stopped,
}

impl Verdict {
    /// The verdict on a freeze.
    pub(crate) fn of_freeze(freeze: &Freeze) -> Verdict {
        let heart = match freeze.beat {
            None => Heart::None,
            Some(ago) if ago >= Freeze::SILENT => Heart::Stopped,
            Some(_) => Heart::Beats,
        };
        if let Some(cycle) = freeze.waits.cycle() {
            let names = freeze.waits.names(&cycle).into_iter();
            return Verdict::Deadlock {
                names: names.map(str::to_owned).collect(),
                heart,
            };
        }
        match freeze.waits.chain().last().map(|link| link.keeps) {
            Some(Keeps::Waits(seen, _)) if seen.kind == Kind::Phone => Verdict::Stuck {
                phone: seen.name.to_string(),
                heart,
            },
            _ => Verdict::Frozen { heart },
        }
    }

    /// The verdict on a run to its end.
    pub(crate) fn of_summary(summary: &Summary) -> Verdict {
        let broken = summary.crowd.as_ref().map(|seen| {
            let waited = summary.unanswered.is_some_and(|(_, age)| age >= WAITED);
            [
                (waited, "nobody waits for ever"),
                (seen.twice > 0, "no snack twice"),
                (seen.out_of_order > 0, "one order"),
            ]
            .into_iter()
            .filter_map(|(is_broken, promise)| is_broken.then_some(promise))
            .collect()
        });
        Verdict::Served { broken }
    }
}

/// A request that still waits after this time counts as never answered. The time after which a
/// server without any reply counts as frozen.
const WAITED: Duration = Duration::from_secs(2);

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(VERDICT)?;
        let heart = match self {
            Verdict::Served { broken: None } => return f.write_str("served"),
            Verdict::Served { broken: Some(them) } => {
                return match them.len() {
                    0 => f.write_str("served, every promise kept"),
                    1 => write!(f, "served, 1 promise broken: {}", them[0]),
                    many => write!(f, "served, {many} promises broken: {}", them.join(", ")),
                };
            }
            Verdict::Deadlock { names, heart } => {
                // The first name again, because the last one waits for it.
                let names: Vec<&str> = names.iter().chain(names.first()).map(|it| &**it).collect();
                write!(f, "deadlock: {}", names.join(" -> "))?;
                heart
            }
            Verdict::Stuck { phone, heart } => {
                write!(f, "stuck, waits for a phone: {phone}")?;
                heart
            }
            Verdict::Frozen { heart } => {
                f.write_str("frozen")?;
                heart
            }
        };
        f.write_str(match heart {
            Heart::None => "",
            Heart::Beats => "; the heartbeat continues",
            Heart::Stopped => "; the heartbeat stopped",
        })
    }
}

#[cfg(test)]
mod tests;
