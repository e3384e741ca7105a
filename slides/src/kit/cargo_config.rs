//! The lines of `.cargo/config.toml` that make cargo take the crates from a kit. By hand, because
//! the other lines and their comments must stay as they are.

/// The first and the last of the lines. A kit that is made from a clone of another kit replaces
/// what is between them.
const BEGIN: &str = "# The kit: cargo takes the crates from here, and nothing from the internet.";
const END: &str = "# End of the kit.";

/// What an attendee must know at home.
const HOME: &str = "# This works during the talk; `cargo fetch` downloads every crate. At home, \
    delete these lines.";

/// The lines for crates in a folder. Its path is relative to the folder that holds `.cargo`.
pub(super) fn local(folder: &str) -> String {
    block("", &format!("local-registry = {folder:?}"))
}

/// The lines for crates in the registry at this URL, which ends with a slash.
pub(super) fn sparse(address: &str) -> String {
    let source = format!("registry = {:?}", format!("sparse+{address}"));
    block(&format!("{HOME}\n"), &source)
}

fn block(note: &str, source: &str) -> String {
    format!(
        "{BEGIN}\n{note}[source.crates-io]\nreplace-with = \
        \"snackbar-kit\"\n\n[source.snackbar-kit]\n{source}\n{END}\n"
    )
}

/// Returns a configuration with the lines at its end, in place of the lines of another kit.
///
/// `None` if the configuration already has another source of crates.
pub(super) fn added(before: &str, block: &str) -> Option<String> {
    let own = match before.split_once(BEGIN) {
        Some((above, rest)) => {
            above.to_owned() + rest.split_once(END).map_or("", |(_, below)| below)
        }
        None => before.to_owned(),
    };
    let own = own.trim();
    if own
        .lines()
        .any(|line| line.trim_start().starts_with("[source"))
    {
        return None;
    }
    Some(match own.is_empty() {
        true => block.to_owned(),
        false => format!("{own}\n\n{block}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_added_once_and_the_others_stay() {
        let first = sparse("http://192.168.0.5:7011/registry/");
        let second = sparse("http://192.168.0.6:7011/registry/");
        let own = "[alias]\nx = \"run\"\n";
        let once = added(own, &first).expect("it fits");
        assert_eq!(once, format!("{own}\n{first}"));
        assert_eq!(added(&once, &second), Some(format!("{own}\n{second}")));
        assert_eq!(added("", &first).as_deref(), Some(first.as_str()));
        assert_eq!(
            added("[source.crates-io]\nreplace-with = \"mine\"\n", &first),
            None
        );
    }
}
