//! The requests of a page, and what they cost.

use std::collections::HashMap;

/// An answered request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub url: String,
    /// The bytes of the answer as it was sent, with its headers. 0 if the answer was in the cache.
    pub bytes: u64,
}

/// The requests since they are recorded.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    open: HashMap<String, String>,
    answered: Vec<Request>,
}

impl Requests {
    pub(crate) fn sent(&mut self, id: String, url: &str) {
        if !url.starts_with("data:") {
            self.open.insert(id, url.to_owned());
        }
    }

    pub(crate) fn answered(&mut self, id: &str, bytes: u64) {
        if let Some(url) = self.open.remove(id) {
            self.answered.push(Request { url, bytes });
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.answered)
    }
}
