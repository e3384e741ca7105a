//! The format of a mutant in `mutants.toml`, and its validation.

use serde::Deserialize;

use super::{Edit, Mutant, room};
use crate::Complaint;

/// The default time limit of a mutant's proofs, in seconds.
const SECONDS: u64 = 60;

/// A mutant in the file: one edit next to the name, or several below it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    name: String,
    file: Option<String>,
    find: Option<String>,
    replace: Option<String>,
    #[serde(default)]
    edit: Vec<Edit>,
    dies: Vec<String>,
    #[serde(default)]
    hangs: bool,
    seconds: Option<u64>,
}

impl TryFrom<Format> for Mutant {
    type Error = Complaint;

    fn try_from(written: Format) -> Result<Self, Complaint> {
        let Format {
            name,
            file,
            find,
            replace,
            edit,
            dies,
            hangs,
            seconds,
        } = written;
        let edits = match (find, replace) {
            (Some(find), Some(replace)) if edit.is_empty() => {
                vec![Edit {
                    file: file.unwrap_or_else(room),
                    find,
                    replace,
                }]
            }
            (None, None) if !edit.is_empty() && file.is_none() => edit,
            _ => {
                return Err(format!(
                    "the mutant \"{name}\" needs `find` and `replace`, or [[mutant.edit]] with both"
                ));
            }
        };
        if let Some(edit) = edits.iter().find(|edit| edit.find == edit.replace) {
            return Err(format!(
                "the mutant \"{name}\" replaces \"{}\" with the same text",
                edit.find.trim()
            ));
        }
        if dies.is_empty() {
            return Err(format!(
                "the mutant \"{name}\" names no proof under `dies`: add the proofs that must fail"
            ));
        }
        Ok(Self {
            name,
            edits,
            dies,
            hangs,
            seconds: seconds.unwrap_or(SECONDS),
        })
    }
}
