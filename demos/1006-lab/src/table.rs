//! The tables in `README.md`, generated from what a run saw.

use super::cause::{Cause, Group, Outcome};
use std::fmt::Write;

const BEGIN: &str = "<!-- the lab's run -->";
const END: &str = "<!-- end -->";

/// The tables and the explanations, as Markdown.
pub fn markdown<'a>(seen: impl IntoIterator<Item = (&'a Cause, &'a Outcome)>) -> String {
    let seen: Vec<_> = seen.into_iter().collect();
    let mut text = String::new();
    let mut group = None;
    for &(cause, outcome) in &seen {
        if group.replace(cause.group) != Some(cause.group) {
            let title = title(cause.group);
            let _ = write!(
                text,
                "\n### {title}\n\n| what happens | code | reason | `wasClean` | what the server saw |\n|---|---|---|---|---|\n"
            );
        }
        let _ = writeln!(text, "{}", row(cause, outcome));
    }
    let _ = writeln!(text, "\n## Why, and what to do");
    for &(cause, _) in &seen {
        let _ = write!(
            text,
            "\n**{}** (`{}`). {} *{}*",
            cause.title.en, cause.name, cause.why.en, cause.todo.en
        );
        if !cause.console.is_empty() {
            let _ = write!(text, " The console says “{}”.", cause.console);
        }
        text.push('\n');
    }
    text
}

/// `document` with its generated part replaced. `None` if it has no such part.
pub fn put(document: &str, table: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

fn row(cause: &Cause, seen: &Outcome) -> String {
    let code = match (seen.code, seen.opened) {
        (Some(code), true) => code.to_string(),
        (Some(code), false) => format!("{code}, never opened"),
        (None, _) => "no event".to_owned(),
    };
    let clean = match (seen.code, seen.clean) {
        (None, _) => "–",
        (_, true) => "true",
        (_, false) => "false",
    };
    let cell = |text: &str| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            text.replace('|', "\\|")
        }
    };
    format!(
        "| {} | {code} | {} | {clean} | {} |",
        cause.title.en,
        cell(&seen.reason),
        cell(&seen.saw)
    )
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Server => "The server ends",
        Group::Close => "One side sends a Close frame",
        Group::Frame => "One side sends an invalid frame",
        Group::Refusal => "The connection never opens",
        Group::Network => "The network fails",
        Group::Browser => "The browser ends",
    }
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn only_the_generated_part_is_replaced() {
        let document = "a\n<!-- the lab's run -->\nold\n<!-- end -->\nb\n";
        let fresh = put(document, "new\n").expect("it has a generated part");
        assert_eq!(fresh, document.replace("old", "new"));
        assert_eq!(put("nothing", "new"), None);
    }
}
