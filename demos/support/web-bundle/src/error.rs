//! Why a folder cannot be bundled.

use std::fmt;
use std::io;

use crate::Sources;

/// A fault, and where it is.
#[derive(Debug)]
pub struct Error {
    file: String,
    /// Counted from 1; 0 for the whole file.
    line: usize,
    fault: Fault,
}

#[derive(Debug)]
pub(crate) enum Fault {
    Unreadable(io::Error),
    Missing(String),
    Cycle,
    Import,
    Export,
    Live,
    Template,
    Name,
    Url,
    Reference,
}

impl Error {
    pub(crate) fn at(file: &str, line: usize, fault: Fault) -> Self {
        Self {
            file: file.to_owned(),
            line,
            fault,
        }
    }
}

/// The text of a file that `from` names.
pub(crate) fn find<'a>(sources: &'a Sources, from: &str, file: &str) -> Result<&'a str, Error> {
    let text = sources.get(file).map(String::as_str);
    text.ok_or_else(|| Error::at(from, 0, Fault::Missing(file.to_owned())))
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}: ", self.file, self.line)?;
        match &self.fault {
            Fault::Unreadable(error) => write!(to, "cannot be read: {error}"),
            Fault::Missing(other) => write!(to, "there is no {other}"),
            Fault::Cycle => to.write_str("imports itself, over other modules"),
            Fault::Import => to
                .write_str("write an import in one line: import { a, b as c } from \"./file.js\";"),
            Fault::Export => {
                to.write_str("export a function, a class, a const, or a list in one line")
            }
            Fault::Live => to.write_str("an importer would not see that an exported let changes"),
            Fault::Template => to.write_str("a template literal has to end in its line"),
            Fault::Name => to.write_str("a module's file needs a name of a-z and _"),
            Fault::Url => to.write_str("a url() would be relative to another folder"),
            Fault::Reference => {
                to.write_str("a page refers to web/ only in its icon, stylesheets and script")
            }
        }
    }
}
