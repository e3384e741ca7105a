//! Relative links in Markdown, which must lead to a file of the repository.

use crate::Complaint;
use crate::tree::{Tree, beside};

/// Checks that every relative link in a Markdown file leads to a file or a folder of the tree.
pub fn dead(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let files = tree.files()?;
    let exists = |path: &str| {
        let folder = format!("{path}/");
        path.is_empty()
            || files
                .iter()
                .any(|file| file == path || file.starts_with(&folder))
    };
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".md")) {
        for (line, target) in links(&tree.read(file)?) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            if !beside(file, path).is_some_and(|path| exists(&path)) {
                complaints.push(format!(
                    "{file}:{line}: the link to {target} leads nowhere (a clone has no such file)"
                ));
            }
        }
    }
    Ok(complaints)
}

/// Returns the relative links outside code, each with its line, counted from 1.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_fence = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if in_fence {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (start, end) in [
            ("](", ")"),
            ("]: ", " "),
            ("src=\"", "\""),
            ("href=\"", "\""),
        ] {
            for (at, _) in prose.match_indices(start) {
                let target = prose[at + start.len()..]
                    .split(end)
                    .next()
                    .unwrap_or_default();
                let target = target
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .trim_matches(['<', '>']);
                let is_reference = start != "]: " || prose.starts_with('[');
                if is_reference && !target.starts_with('#') && !target.contains(':') {
                    found.push((number, target.to_string()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_link_to_nothing_is_found() {
        let readme = "\
[room](src/room.rs#L3) ![lanes](../lanes.svg \"the lanes\") [all](..) [`code`](src)
[web](https://example.org/x) [here](#why) `[not a link](gone.rs)` and <img src=\"gone.png\">
```
[nor](this.rs)
```
[gone](src/gone.rs) [out](../../../demos/lanes.svg)
[reference]: missing.md
";
        let fixture = Fixture::new(&[
            ("demos/01-a/README.md", readme),
            ("demos/01-a/src/room.rs", ""),
            ("demos/lanes.svg", ""),
        ]);
        let complaints = dead(&fixture.tree()).expect("a tree");
        let found: Vec<_> = complaints
            .iter()
            .filter_map(|it| it.split(" leads").next())
            .collect();
        assert_eq!(
            found,
            [
                "demos/01-a/README.md:2: the link to gone.png",
                "demos/01-a/README.md:6: the link to src/gone.rs",
                "demos/01-a/README.md:6: the link to ../../../demos/lanes.svg",
                "demos/01-a/README.md:7: the link to missing.md",
            ]
        );
    }
}
