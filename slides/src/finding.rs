//! What one check before the talk found.

use std::fmt;

/// The result of a check, with a text for the presenter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Fine(String),
    /// What is wrong, and what to do.
    Problem(String),
}

impl<E: fmt::Display> From<Result<String, E>> for Finding {
    fn from(result: Result<String, E>) -> Finding {
        match result {
            Ok(text) => Finding::Fine(text),
            Err(error) => Finding::Problem(error.to_string()),
        }
    }
}
