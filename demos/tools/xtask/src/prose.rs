//! The prose of the repository: plain words, and comments that fit into 100 columns.
//!
//! A reader with English as a second language must understand every line at the first reading. The
//! words listed here are those of riddles: a subject without a name, an archaic verb, an idiom.

use std::collections::BTreeSet;

use tokens::Kind;

use crate::Complaint;
use crate::tree::Tree;

/// The words that hide the subject of a sentence, or that a reader has to look up, one a line.
const WORDS: &str = include_str!("words.txt");

/// What follows "in order" where it is a plain word: "in order to".
const AFTER_IN_ORDER: [&str; 2] = [" to", " of"];

/// The name of the first promise, which stays as it is.
const PROMISE: &str = "nobody waits for ever";

/// The maximum number of such words per 1,000 lines of prose in the whole repository.
const MAX_PER_1000: usize = 5;

/// The maximum number of such words in one file.
const MAX_IN_A_FILE: usize = 3;

/// The maximum width of a comment.
const MAX_COLUMNS: usize = 100;

/// This file, whose tests have to name the words.
const ITSELF: &str = "demos/tools/xtask/src/prose.rs";

/// Finds files with more than three of the words in `words.txt`, and complains if the repository
/// has more than five of them per 1,000 lines of prose.
pub fn plain(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let (mut lines, mut words, mut complaints) = (0, 0, Vec::new());
    for file in tree.files()? {
        let is_exempt =
            file == ITSELF || file.starts_with("slides/ko/") || file.contains("/corpus/");
        let Ok(text) = tree.read(&file) else { continue }; // Not text: a picture or a font.
        if is_exempt {
            continue;
        }
        let prose = prose(&file, &text);
        lines += prose.len();
        let found: Vec<(usize, &str)> = prose
            .iter()
            .flat_map(|(number, line)| hits(line).into_iter().map(|word| (*number, word)))
            .collect();
        words += found.len();
        if found.len() > MAX_IN_A_FILE {
            let places: Vec<String> = found
                .iter()
                .map(|(number, word)| format!("{word} ({number})"))
                .collect();
            complaints.push(format!(
                "{file} has {} words that are not plain, name the subject instead: {}",
                found.len(),
                places.join(", ")
            ));
        }
    }
    if words * 1000 > MAX_PER_1000 * lines {
        complaints.push(format!(
            "{words} words in {lines} lines of prose are not plain: at most {MAX_PER_1000} per 1,000 lines"
        ));
    }
    Ok(complaints)
}

/// Returns the lines of a file that a person reads, with their numbers: Markdown outside code
/// blocks, comments, and string literals with a space.
fn prose(file: &str, text: &str) -> Vec<(usize, String)> {
    let kind = file.rsplit('.').next().unwrap_or_default();
    let mut is_code = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let start = line.trim_start();
        let is_comment = match kind {
            "rs" => start.starts_with("//"),
            "js" => start.starts_with("//") || start.starts_with('*') || start.starts_with("/*"),
            "css" => start.starts_with('*') || start.starts_with("/*"),
            "toml" => start.starts_with('#'),
            "html" => line.contains("<!--"),
            _ => false,
        };
        if kind == "md" {
            if start.starts_with("```") {
                is_code = !is_code;
            } else if !is_code && !start.is_empty() {
                found.push((number, line.to_owned()));
            }
        } else if is_comment {
            found.push((number, line.to_owned()));
        } else if matches!(kind, "rs" | "js") {
            let strings = line.split('"').skip(1).step_by(2);
            let texts = strings.filter(|text| text.contains(' '));
            found.extend(texts.map(|text| (number, text.to_owned())));
        }
    }
    found
}

/// Returns the [`WORDS`] in a line, whatever their case.
fn hits(line: &str) -> Vec<&'static str> {
    let line = line.to_lowercase().replace(PROMISE, "");
    let mut found = Vec::new();
    for word in WORDS.lines() {
        for (at, _) in line.match_indices(word) {
            let (before, after) = (&line[..at], &line[at + word.len()..]);
            let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
            let is_whole = !before.ends_with(is_letter) && !after.starts_with(is_letter);
            let is_plain =
                word == "in order" && AFTER_IN_ORDER.iter().any(|it| after.starts_with(it));
            if is_whole && !is_plain {
                found.push(word);
            }
        }
    }
    found
}

/// Finds comments in Rust files that are wider than 100 columns. Rows of tables and lines with a
/// link may be wider, because they cannot be broken.
pub fn comments_fit(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = Vec::new();
    let is_checked = |file: &&String| file.ends_with(".rs");
    for file in tree.files()?.iter().filter(is_checked) {
        let text = tree.read(file)?;
        let lines: Vec<&str> = text.lines().collect();
        // Few files have a wide line, and to read tokens takes time.
        if lines.iter().all(|line| line.chars().count() <= MAX_COLUMNS) {
            continue;
        }
        let tokens = match tokens::read(&text) {
            Ok(tokens) => tokens,
            Err(unreadable) => {
                complaints.push(format!("{file}: {unreadable}"));
                continue;
            }
        };
        let comments = tokens.iter().filter(|token| token.kind == Kind::Comment);
        let comments = comments.flat_map(|it| (it.line..).zip(it.text.lines()));
        let is_wide = |(line, comment): &(usize, &str)| {
            let line = lines[line - 1];
            // A comment before wide code is not itself wide.
            let is_last = line.trim_end().ends_with(comment.trim_end());
            is_last && line.chars().count() > MAX_COLUMNS && !is_unbreakable(comment)
        };
        let wide: BTreeSet<usize> = comments.filter(is_wide).map(|(line, _)| line).collect();
        for line in wide {
            complaints.push(format!(
                "{file}:{line}: the comment is wider than {MAX_COLUMNS} columns: break it"
            ));
        }
    }
    Ok(complaints)
}

/// Whether a comment is a row of a table, or holds a link.
fn is_unbreakable(comment: &str) -> bool {
    let words = comment.trim_start_matches(['/', '!', ' ']);
    words.starts_with('|') || words.contains("://") || words.contains("](")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn words_are_found_in_markdown_comments_and_strings_but_not_in_code() {
        let fixture = Fixture::new(&[
            (
                "a.md",
                "Whoever comes\n```\nnobody\n```\nis told; in order to, in order.\n",
            ),
            (
                "b.rs",
                "// So many.\nlet nobody = \"it was\\n said by itself\"; f(\"anew\");\n",
            ),
            ("c.toml", "# somebody\nname = \"nobody\"\n"),
            ("slides/ko/d.md", "nobody nobody nobody nobody\n"),
            ("fuzz/corpus/e.md", "nobody nobody nobody nobody\n"),
        ]);
        let tree = fixture.tree();
        let found: Vec<_> = tree
            .files()
            .expect("files")
            .iter()
            .filter(|file| !file.contains('/'))
            .map(|file| {
                let prose = prose(file, &tree.read(file).expect("text"));
                let hits = prose.iter().flat_map(|(number, line)| {
                    let hits = hits(line).into_iter();
                    hits.map(move |word| format!("{number} {word}"))
                });
                hits.collect::<Vec<_>>().join(", ")
            })
            .collect();
        assert_eq!(
            found,
            [
                "1 whoever, 5 is told, 5 in order",
                "1 so many, 2 by itself",
                "1 somebody"
            ]
        );
        let complaints = plain(&tree).expect("a tree");
        assert_eq!(
            complaints,
            ["6 words in 5 lines of prose are not plain: at most 5 per 1,000 lines"]
        );
    }

    #[test]
    fn a_file_with_four_such_words_is_found() {
        let mut text = "Nobody, somebody, everybody and whoever.\n".to_owned();
        text += &"A plain line about nobody waits for ever.\n".repeat(1000);
        let fixture = Fixture::new(&[("a/b.md", &text)]);
        let complaints = plain(&fixture.tree()).expect("a tree");
        let expected = "a/b.md has 4 words that are not plain, name the subject instead: \
                        whoever (1), somebody (1), nobody (1), everybody (1)";
        assert_eq!(complaints, [expected]);
    }

    #[test]
    fn a_comment_of_101_columns_is_found_but_no_link_table_or_string() {
        let fits = format!("// {}", "a ".repeat(48).trim_end());
        let link = format!("// https://example.org/{}", "a".repeat(100));
        let row = format!("//! | {} |", "a ".repeat(60));
        let string = format!("let a = \"// {}\";", "b ".repeat(60));
        let behind = format!("let a = 1; // {}", "ä ".repeat(44));
        let wide = format!("    /// {}", "a ".repeat(50));
        let text = [&fits, &link, &row, &string, &behind, &wide].map(String::as_str);
        let fixture = Fixture::new(&[("a.rs", &text.join("\n"))]);
        let complaints = comments_fit(&fixture.tree()).expect("a tree");
        let expected = ["5", "6"]
            .map(|line| format!("a.rs:{line}: the comment is wider than 100 columns: break it"));
        assert_eq!(complaints, expected);
    }

    #[test]
    fn each_line_of_a_block_comment_is_checked_and_no_code_around_it() {
        let wide = "a ".repeat(60);
        let code = format!("let a = /* b */ \"{wide}\";");
        let text = format!("/* short\n{wide}\n| {wide} |\nshort */\n{code}\n");
        let broken = format!("\"{wide}");
        let fixture = Fixture::new(&[("a.rs", &text), ("b.rs", &broken)]);
        let complaints = comments_fit(&fixture.tree()).expect("a tree");
        let expected = [
            "a.rs:2: the comment is wider than 100 columns: break it",
            "b.rs: line 1 cannot be split into tokens",
        ];
        assert_eq!(complaints, expected);
    }
}
