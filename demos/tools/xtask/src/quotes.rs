//! Generated blocks in Markdown files: the lines between a marker and `<!-- end -->` are written
//! from the sources.
//!
//! Each marker has a line of its own. `<!-- diff: 01-deadlock..02-lock-order room.rs -->` is the
//! unified diff of a file between two steps. `<!-- file: src/room.rs -->` is the text of a file,
//! with its path relative to the Markdown file. `<!-- promises -->` is the table of promises. Other
//! comments stay as they are.

use crate::Complaint;
use crate::promises;
use crate::tree::Tree;

/// Returns the unified diff of two texts, each with its name; empty if they are the same.
pub type Differ = fn(old: (&str, &str), new: (&str, &str)) -> String;

const END: &str = "<!-- end -->";

/// The content of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote<'a> {
    /// The difference of `src/FILE` between two steps.
    Diff {
        /// The step before, `01-deadlock`.
        from: &'a str,
        /// The step after it.
        to: &'a str,
        /// The file under `src/`.
        file: &'a str,
    },
    /// A file's text.
    File(&'a str),
    /// The table of promises.
    Promises,
}

impl<'a> Quote<'a> {
    /// Parses a marker; `None` if the line is not one.
    fn at(line: &'a str) -> Option<Result<Self, Complaint>> {
        let inner = line
            .trim()
            .strip_prefix("<!--")?
            .strip_suffix("-->")?
            .trim();
        if inner == "promises" {
            return Some(Ok(Quote::Promises));
        }
        if let Some(path) = inner.strip_prefix("file:") {
            return Some(Ok(Quote::File(path.trim())));
        }
        let words: Vec<&str> = inner.strip_prefix("diff:")?.split_whitespace().collect();
        let steps = words.first().and_then(|steps| steps.split_once(".."));
        Some(match (steps, &words[..]) {
            (Some((from, to)), [_, file]) => Ok(Quote::Diff { from, to, file }),
            _ => Err(format!(
                "`{}` must be `<!-- diff: 01-deadlock..02-lock-order room.rs -->`",
                line.trim()
            )),
        })
    }
}

/// Returns the Markdown with the content of every block from `write`. Text in code fences stays as
/// it is.
pub fn refresh(
    text: &str,
    mut write: impl FnMut(Quote<'_>) -> Result<String, Complaint>,
) -> Result<String, Complaint> {
    let mut result = String::new();
    let mut fence = None; // The number of backticks of the open fence.
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        result = result + line + "\n";
        let ticks = backticks(line);
        match fence {
            Some(open) if ticks >= open => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            _ => {}
        }
        if let (None, Some(quote)) = (fence, Quote::at(line)) {
            if !lines.any(|line| line.trim() == END) {
                return Err(format!("the block {} has no {END}", line.trim()));
            }
            result = result + &write(quote?)? + END + "\n";
        }
    }
    Ok(result)
}

/// Writes the blocks of one Markdown file.
pub struct Writer<'a> {
    /// The tree with the sources.
    pub tree: &'a Tree,
    /// The path of the Markdown file.
    pub file: &'a str,
    /// Writes the diffs.
    pub diff: Differ,
}

impl Writer<'_> {
    /// Returns the text of the file now, and with its blocks as they should be.
    pub fn refreshed(&self) -> Result<(String, String), Complaint> {
        let text = self.tree.read(self.file)?;
        let fresh = refresh(&text, |quote| self.write(quote))
            .map_err(|complaint| format!("{}: {complaint}", self.file))?;
        Ok((text, fresh))
    }

    fn write(&self, quote: Quote<'_>) -> Result<String, Complaint> {
        match quote {
            Quote::Promises => {
                let rows = promises::rows(self.tree).map_err(|complaints| complaints.join("\n"))?;
                Ok(promises::table(
                    &rows,
                    &"../".repeat(self.file.matches('/').count()),
                ))
            }
            Quote::File(path) => {
                let folder = self
                    .file
                    .rsplit_once('/')
                    .map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let language = match path.rsplit_once('.') {
                    Some((_, "rs")) => "rust",
                    Some((_, language @ ("toml" | "sh" | "json" | "html" | "js"))) => language,
                    _ => "text",
                };
                Ok(fenced(
                    language,
                    &self.tree.read(&format!("{folder}{path}"))?,
                ))
            }
            Quote::Diff { from, to, file } => {
                let [old, new] = [from, to].map(|step| format!("demos/{step}/src/{file}"));
                let diff = (self.diff)(
                    (&old, &self.tree.read(&old)?),
                    (&new, &self.tree.read(&new)?),
                );
                if diff.is_empty() {
                    return Err(format!(
                        "{file} is the same in {from} and {to}: there is no diff"
                    ));
                }
                Ok(fenced("diff", &diff))
            }
        }
    }
}

fn fenced(language: &str, text: &str) -> String {
    let longest = text.lines().map(backticks).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_end_matches('\n')
    )
}

/// Returns the number of backticks at the start of a line.
fn backticks(line: &str) -> usize {
    let line = line.trim_start_matches([' ', '/', '!', '+', '-']); // In a diff or a comment too.
    line.len() - line.trim_start_matches('`').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn crossed(old: (&str, &str), new: (&str, &str)) -> String {
        if old.1 == new.1 {
            String::new()
        } else {
            format!("-{} {}+{} {}", old.0, old.1, new.0, new.1)
        }
    }

    fn ask(readme: &str) -> Result<String, String> {
        let fixture = Fixture::new(&[
            ("demos/01-a/src/room.rs", "one\n"),
            ("demos/02-b/src/room.rs", "two\n"),
            ("demos/02-b/src/sync.rs", "//! ```\n"),
            ("demos/01-a/src/sync.rs", "//! ```\n"),
            ("demos/02-b/README.md", readme),
        ]);
        let writer = Writer {
            tree: &fixture.tree(),
            file: "demos/02-b/README.md",
            diff: crossed,
        };
        writer.refreshed().map(|(_, fresh)| fresh)
    }

    #[test]
    fn a_stale_block_is_updated_and_the_rest_stays() {
        let fresh =
            ask("# Two\n\n<!-- diff: 01-a..02-b room.rs -->\nold\n<!-- end -->\n\nAnd so on.\n")
                .expect("a diff");
        let diff = "```diff\n-demos/01-a/src/room.rs one\n+demos/02-b/src/room.rs two\n```";
        assert_eq!(
            fresh,
            format!(
                "# Two\n\n<!-- diff: 01-a..02-b room.rs -->\n{diff}\n<!-- end -->\n\nAnd so on.\n"
            )
        );
        assert_eq!(
            ask(&fresh).as_ref(),
            Ok(&fresh),
            "a fresh block stays as it is"
        );
    }

    #[test]
    fn a_quoted_file_is_relative_to_the_readme_and_may_have_fences() {
        let fresh = ask("<!-- file: src/sync.rs -->\n<!-- end -->\n").expect("a file");
        assert_eq!(
            fresh,
            "<!-- file: src/sync.rs -->\n````rust\n//! ```\n````\n<!-- end -->\n"
        );
    }

    #[test]
    fn other_comments_and_code_stay() {
        let text = "<!-- schedule: x -->\nlanes\n<!-- end -->\n```text\n<!-- promises -->\n```\n<!-- a note -->\n";
        assert_eq!(ask(text).as_deref(), Ok(text));
    }

    #[test]
    fn a_block_that_cannot_be_written_is_a_complaint() {
        let complaint = |text: &str| ask(text).expect_err("a complaint");
        let open = complaint("<!-- promises -->\n| step |\n");
        assert_eq!(
            open,
            "demos/02-b/README.md: the block <!-- promises --> has no <!-- end -->"
        );
        let same = complaint("<!-- diff: 01-a..02-b sync.rs -->\n<!-- end -->\n");
        assert!(
            same.ends_with("sync.rs is the same in 01-a and 02-b: there is no diff"),
            "{same}"
        );
        let words = complaint("<!-- diff: 01-a room.rs -->\n<!-- end -->\n");
        assert!(
            words.contains("must be `<!-- diff: 01-deadlock..02-lock-order room.rs -->`"),
            "{words}"
        );
        let missing = complaint("<!-- file: src/gone.rs -->\n<!-- end -->\n");
        assert!(
            missing.contains("demos/02-b/src/gone.rs cannot be read"),
            "{missing}"
        );
    }
}
