//! Stylesheets, with their imports in place.

use crate::Sources;
use crate::error::{Error, Fault, find};

/// Joins these stylesheets in their order. An import is replaced by its file.
pub(crate) fn join(files: &[String], sources: &Sources) -> Result<String, Error> {
    let mut joined = String::new();
    for file in files {
        add(file, sources, &mut joined, &mut Vec::new())?;
    }
    Ok(joined)
}

fn add(
    file: &str,
    sources: &Sources,
    joined: &mut String,
    above: &mut Vec<String>,
) -> Result<(), Error> {
    if above.iter().any(|it| it == file) {
        return Err(Error::at(file, 0, Fault::Cycle));
    }
    let from = above.last().map_or(file, String::as_str).to_owned();
    above.push(file.to_owned());
    for (number, line) in (1..).zip(find(sources, &from, file)?.lines()) {
        let import = line.strip_prefix("@import \"");
        if let Some(import) = import.and_then(|it| it.strip_suffix("\";")) {
            add(&format!("css/{import}"), sources, joined, above)?;
        } else if line.contains("@import") {
            return Err(Error::at(file, number, Fault::Import));
        } else if line.contains("url(") {
            return Err(Error::at(file, number, Fault::Url));
        } else {
            joined.push_str(line);
            joined.push('\n');
        }
    }
    above.pop();
    Ok(())
}
