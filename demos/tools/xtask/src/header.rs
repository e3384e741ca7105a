//! The header of a step's `src/lib.rs`: what changed, how to run it, how to prove it.

/// Returns the text of the `//!` lines at the top of a source file.
pub fn of(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the code below the header.
pub fn below(source: &str) -> &str {
    let length = source
        .split_inclusive('\n')
        .take_while(|line| line.starts_with("//!"))
        .map(str::len)
        .sum();
    &source[length..]
}

/// Parses the sentence "Changed since step 1: `room.rs` (one line moves) and `proof.rs`." Returns
/// the number of the step and the files. The sentence ends with its paragraph, or before "Run it:".
/// `None` if there is no such sentence.
pub fn changes(header: &str) -> Option<(u32, Vec<String>)> {
    let (_, rest) = header.split_once("Changed since step ")?;
    let (number, rest) = rest.split_once(':')?;
    let sentence = rest.split("\n\n").next()?.split("Run it:").next()?;
    Some((number.trim().parse().ok()?, source_files(sentence)))
}

/// Returns the source files that a text names in backticks.
pub fn source_files(text: &str) -> Vec<String> {
    quoted(text)
        .filter(|name| name.ends_with(".rs") && !name.starts_with("tests/"))
        .map(str::to_string)
        .collect()
}

/// Returns the words of the command after "Run it:" or "Prove it:".
pub fn command<'a>(header: &'a str, label: &str) -> Option<Vec<&'a str>> {
    let (_, rest) = header.split_once(label)?;
    let command = rest.trim_start().strip_prefix('`')?.split('`').next()?;
    Some(command.split_whitespace().collect())
}

/// Returns the word after an option: `demo-01-deadlock` for `-p`.
pub fn option<'a>(command: &[&'a str], name: &str) -> Option<&'a str> {
    let at = command.iter().position(|word| *word == name)?;
    command.get(at + 1).copied()
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! Step 2: one order for two locks.
//!
//! Changed since step 1: `room.rs` (one line moves; `leave` is the one),
//! `net/wire.rs` and its `proof.rs`.
//! Run it: `cargo run -p demo-02-lock-order`. Prove it: `cargo test
//! -p demo-02-lock-order`. See `sync.rs`.

pub mod room;
";

    #[test]
    fn the_changed_files_are_those_in_backticks_up_to_the_commands() {
        let (number, files) = changes(&of(SOURCE)).expect("a sentence");
        assert_eq!(number, 1);
        assert_eq!(files, ["room.rs", "net/wire.rs", "proof.rs"]);
        assert_eq!(changes(&of("//! Step 1: two locks.\n")), None);
    }

    #[test]
    fn a_command_may_continue_on_the_next_line() {
        let header = of(SOURCE);
        let run = command(&header, "Run it:").expect("a command");
        let prove = command(&header, "Prove it:").expect("a command");
        assert_eq!(option(&run, "-p"), Some("demo-02-lock-order"));
        assert_eq!(option(&prove, "-p"), Some("demo-02-lock-order"));
        assert_eq!(option(&prove, "--bin"), None);
    }

    #[test]
    fn the_code_begins_below_the_header() {
        assert_eq!(below(SOURCE), "\npub mod room;\n");
        assert_eq!(below("fn main() {}\n"), "fn main() {}\n");
    }
}
