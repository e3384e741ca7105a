//! One browser, and the pages that it opens.

use std::sync::Arc;

use serde_json::json;

use crate::process::Process;
use crate::wire::Wire;
use crate::{Error, Page};

/// A headless browser. It is ended when dropped, with everything that it started, and its profile is removed.
pub struct Browser {
    wire: Arc<Wire>,
    process: Process,
    version: String,
}

impl Browser {
    /// Starts one, with a new profile.
    ///
    /// # Errors
    /// There is none, or it does not start.
    pub fn launch() -> Result<Self, Error> {
        let (process, stdin, stdout) = Process::start()?;
        let wire = Wire::new(stdin, stdout);
        let version = wire
            .ask(None, "Browser.getVersion", json!({}))
            .map_err(|error| Error::DoesNotStart {
                why: format!("{error}\n{}", process.last_words()),
            })?;
        let version = version["product"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            wire,
            process,
            version,
        })
    }

    /// Opens a page that shares nothing with any other: a window of its own that forgets.
    ///
    /// # Panics
    /// The page cannot be opened.
    #[track_caller]
    pub fn open(&self, url: &str) -> Page {
        let page =
            Page::new(&self.wire).unwrap_or_else(|error| panic!("cannot open a page: {error}"));
        page.go(url);
        page
    }

    /// Ends it at once, as the kernel or a thumb does: nobody gets to say goodbye.
    pub fn kill(self) {
        drop(self);
    }

    /// Its name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }
}
