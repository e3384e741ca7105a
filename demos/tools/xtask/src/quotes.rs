//! What a markdown file quotes: blocks between a marker and `<!-- end -->`, written from the
//! sources and kept fresh.
//!
//! The markers, each alone on its line: `<!-- diff: 01-deadlock..02-lock-order room.rs -->` the
//! file's unified diff between two steps · `<!-- file: src/room.rs -->` a file's text, its path
//! read from the markdown file's folder · `<!-- promises -->` the table of promises. Other comments
//! are somebody else's and stay as they are.

use crate::Complaint;
use crate::promises;
use crate::tree::Tree;

/// Draws the unified diff of two texts, each with its name; empty when they are the same.
pub type Differ = fn(old: (&str, &str), new: (&str, &str)) -> String;

const END: &str = "<!-- end -->";

/// What a block quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote<'a> {
    /// The difference between two steps' `src/FILE`.
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
    /// What the line asks for; `None` when it is no marker of ours.
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

/// The markdown with every block written anew by `write`. Text in a code fence of its own is left
/// alone.
pub fn refresh(
    text: &str,
    mut write: impl FnMut(Quote<'_>) -> Result<String, Complaint>,
) -> Result<String, Complaint> {
    let mut result = String::new();
    let mut fence = None; // The backticks of the fence that we are in.
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

/// Writes the quotes of one markdown file of a tree.
pub struct Writer<'a> {
    /// The tree that is quoted.
    pub tree: &'a Tree,
    /// The markdown file's path in it.
    pub file: &'a str,
    /// Draws the diffs.
    pub diff: Differ,
}

impl Writer<'_> {
    /// The file with its blocks as they should be, beside the text that it has now.
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
                        "{file} is the same in {from} and {to}: there is no diff to show"
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

/// How many backticks the line begins with.
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
    fn a_stale_block_is_written_anew_and_the_rest_stays() {
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
            "what is fresh stays as it is"
        );
    }

    #[test]
    fn a_quoted_file_lies_beside_the_readme_and_may_hold_fences() {
        let fresh = ask("<!-- file: src/sync.rs -->\n<!-- end -->\n").expect("a file");
        assert_eq!(
            fresh,
            "<!-- file: src/sync.rs -->\n````rust\n//! ```\n````\n<!-- end -->\n"
        );
    }

    #[test]
    fn what_is_not_ours_stays() {
        let text = "<!-- schedule: x -->\nlanes\n<!-- end -->\n```text\n<!-- promises -->\n```\n<!-- a note -->\n";
        assert_eq!(ask(text).as_deref(), Ok(text));
    }

    #[test]
    fn a_block_that_cannot_be_written_says_why() {
        let complaint = |text: &str| ask(text).expect_err("it cannot be written");
        let open = complaint("<!-- promises -->\n| step |\n");
        assert_eq!(
            open,
            "demos/02-b/README.md: the block <!-- promises --> has no <!-- end -->"
        );
        let same = complaint("<!-- diff: 01-a..02-b sync.rs -->\n<!-- end -->\n");
        assert!(
            same.ends_with("sync.rs is the same in 01-a and 02-b: there is no diff to show"),
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
