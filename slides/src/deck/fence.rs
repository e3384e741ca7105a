//! The line that opens a code block: its language, the lines to point at one after another, and
//! whether it runs.

/// What a code block is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fence {
    /// `rust`, `bash`, `text`, …
    pub(crate) language: String,
    /// The lines that each step points at; an empty one points at all of them.
    pub(crate) steps: Vec<Vec<(usize, usize)>>,
    /// It is a demo.
    pub(crate) exec: bool,
}

impl Fence {
    /// Reads `rust {1-2|4|all}` or `bash +exec`.
    pub(crate) fn read(info: &str) -> Result<Fence, String> {
        let mut fence = Fence::default();
        let (words, steps) = match info.split_once('{') {
            Some((words, rest)) => {
                let steps = rest.trim_end().strip_suffix('}');
                (
                    words,
                    Some(steps.ok_or("`{` of the steps is never closed: write {1-2|4|all}")?),
                )
            }
            None => (info, None),
        };
        for word in words.split_whitespace() {
            match word {
                "+exec" => fence.exec = true,
                word if fence.language.is_empty() => fence.language = word.to_owned(),
                word => return Err(format!("`{word}` is nothing that a code block can be")),
            }
        }
        if fence.language.is_empty() {
            return Err(
                "a code block names its language: rust, text, console, bash, toml, diff, …"
                    .to_owned(),
            );
        }
        if fence.exec && fence.language != "bash" {
            return Err("a demo is a block of `bash +exec`".to_owned());
        }
        if let Some(steps) = steps {
            fence.steps = steps.split('|').map(lines).collect::<Result<_, _>>()?;
        }
        Ok(fence)
    }
}

/// `1-2,5` or `all`.
fn lines(text: &str) -> Result<Vec<(usize, usize)>, String> {
    if text.trim() == "all" {
        return Ok(Vec::new());
    }
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (from > 0 && from <= to).then_some((from, to))
    };
    text.split(',')
        .map(|part| {
            range(part).ok_or_else(|| format!("`{part}` are no lines: write {{1-2|4,6|all}}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_a_demo_are_read() {
        let fence = Fence::read("rust {1-2|4,6|all}").expect("steps");
        assert_eq!(fence.steps, [vec![(1, 2)], vec![(4, 4), (6, 6)], vec![]]);
        assert!(Fence::read("bash +exec").expect("a demo").exec);
    }

    #[test]
    fn what_no_viewer_knows_is_told() {
        for info in [
            "",
            "rust {1-2",
            "rust {2-1}",
            "rust {0}",
            "rust {a}",
            "rust linenos",
            "python +exec",
        ] {
            assert!(Fence::read(info).is_err(), "{info:?} was read");
        }
    }
}
