//! The lines of `.cargo/config.toml` that make cargo take its crates from a kit.

/// Before and after the lines that a kit adds, so that a kit made from a clone of another kit
/// replaces them.
const BEGIN: &str = "# The kit: cargo takes the crates from here, and nothing from the internet.";
const END: &str = "# End of the kit.";

/// What an attendee must know at home.
const HOME: &str = "# It is there as long as the talk: `cargo fetch` takes all of it along. At home, delete these lines.";

/// Crates come from this folder, given from the folder that holds `.cargo`.
pub(super) fn local(folder: &str) -> String {
    block("", &format!("local-registry = {folder:?}"))
}

/// Crates come from the registry at this address, which ends with a slash.
pub(super) fn sparse(address: &str) -> String {
    let source = format!("registry = {:?}", format!("sparse+{address}"));
    block(&format!("{HOME}\n"), &source)
}

fn block(note: &str, source: &str) -> String {
    format!(
        "{BEGIN}\n{note}[source.crates-io]\nreplace-with = \"snackbar-kit\"\n\n[source.snackbar-kit]\n{source}\n{END}\n"
    )
}

/// A configuration with the block at its end; a block that was there is replaced.
///
/// `None` if the configuration replaces the registry itself: then both cannot be.
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
    fn a_block_is_added_once_and_the_rest_stays() {
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
