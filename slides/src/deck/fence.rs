//! The line that opens a code block: its language, the lines that each step highlights, and whether
//! the block is a demo.

use std::fmt;

/// The first line of a code block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fence {
    /// Such as `rust`, `bash` or `text`.
    pub(super) language: String,
    /// The ranges of lines that each step highlights. No range stands for every line.
    pub(super) steps: Vec<Vec<(usize, usize)>>,
    /// Whether the block is a demo.
    pub(super) exec: bool,
}

/// Why a fence cannot be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FenceError {
    /// `{` without `}`.
    OpenSteps,
    /// A word that is neither the language nor `+exec`.
    UnknownWord(String),
    NoLanguage,
    /// `+exec` on a block of another language than `bash`.
    DemoLanguage,
    /// Not a range of lines.
    Lines(String),
}

impl fmt::Display for FenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FenceError::OpenSteps => {
                write!(f, "`{{` of the steps is never closed: write {{1-2|4|all}}")
            }
            FenceError::UnknownWord(word) => {
                write!(f, "`{word}` has no meaning for a code block: remove it")
            }
            FenceError::NoLanguage => write!(
                f,
                "a code block names its language: rust, text, console, bash, toml, diff, …"
            ),
            FenceError::DemoLanguage => write!(f, "a demo is a block of `bash +exec`"),
            FenceError::Lines(part) => {
                write!(f, "`{part}` is not a range of lines: write {{1-2|4,6|all}}")
            }
        }
    }
}

impl Fence {
    /// The block of another talk: what cannot be parsed belongs to another viewer and is ignored.
    pub(super) fn of_another_talk(info: &str) -> Fence {
        Fence::parse(info).unwrap_or_else(|_| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
            let language = info
                .split(|c| !is_word(c))
                .next()
                .filter(|it| !it.is_empty());
            Fence {
                language: language.unwrap_or("text").to_owned(),
                ..Fence::default()
            }
        })
    }

    /// Parses `rust {1-2|4|all}` or `bash +exec`.
    pub(super) fn parse(info: &str) -> Result<Fence, FenceError> {
        let mut fence = Fence::default();
        let (words, steps) = match info.split_once('{') {
            Some((words, rest)) => {
                let steps = rest.trim_end().strip_suffix('}');
                (words, Some(steps.ok_or(FenceError::OpenSteps)?))
            }
            None => (info, None),
        };
        for word in words.split_whitespace() {
            match word {
                "+exec" => fence.exec = true,
                word if fence.language.is_empty() => fence.language = word.to_owned(),
                word => return Err(FenceError::UnknownWord(word.to_owned())),
            }
        }
        if fence.language.is_empty() {
            return Err(FenceError::NoLanguage);
        }
        if fence.exec && fence.language != "bash" {
            return Err(FenceError::DemoLanguage);
        }
        if let Some(steps) = steps {
            fence.steps = steps.split('|').map(lines).collect::<Result<_, _>>()?;
        }
        Ok(fence)
    }
}

/// Parses `1-2,5` or `all`.
fn lines(text: &str) -> Result<Vec<(usize, usize)>, FenceError> {
    if text.trim() == "all" {
        return Ok(Vec::new());
    }
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (from > 0 && from <= to).then_some((from, to))
    };
    text.split(',')
        .map(|part| range(part).ok_or_else(|| FenceError::Lines(part.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_a_demo_are_parsed() {
        let fence = Fence::parse("rust {1-2|4,6|all}").expect("steps");
        assert_eq!(fence.steps, [vec![(1, 2)], vec![(4, 4), (6, 6)], vec![]]);
        assert!(Fence::parse("bash +exec").expect("a demo").exec);
    }

    #[test]
    fn a_fence_that_not_every_viewer_knows_is_refused() {
        for info in [
            "",
            "rust {1-2",
            "rust {2-1}",
            "rust {0}",
            "rust {a}",
            "rust linenos",
            "python +exec",
        ] {
            assert!(Fence::parse(info).is_err(), "{info:?} was accepted");
        }
    }
}
