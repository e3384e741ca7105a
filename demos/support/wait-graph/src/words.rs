//! Lists in words.

/// A list in words: `ann`, `ann and bob`, `ann, bob and eve`. `None` if it is empty.
pub fn list(names: &[String]) -> Option<String> {
    let (last, rest) = names.split_last()?;
    Some(if rest.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", rest.join(", "))
    })
}

/// A verb and what it concerns: `holds room and ann`. `None` if it concerns nothing.
pub fn said(verb: &str, names: &[String]) -> Option<String> {
    list(names).map(|names| format!("{verb} {names}"))
}
