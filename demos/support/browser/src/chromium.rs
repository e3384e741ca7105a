//! One browser, and the pages that it opens.

use std::sync::Arc;

use serde_json::json;

use crate::devtools::DevTools;
use crate::process::Process;
use crate::{Error, Page};

/// A headless browser. When dropped, it is ended with all of its child processes, and its profile
/// is removed.
pub struct Browser {
    devtools: Arc<DevTools>,
    process: Process,
    version: String,
}

impl Browser {
    /// Starts a browser with a new profile.
    ///
    /// # Errors
    /// If there is no browser, or it does not start.
    pub fn launch() -> Result<Self, Error> {
        let (process, stdin, stdout) = Process::start()?;
        let devtools = DevTools::new(stdin, stdout);
        let version = devtools
            .call(None, "Browser.getVersion", json!({}))
            .map_err(|error| Error::DoesNotStart {
                why: format!("{error}\n{}", process.last_words()),
            })?;
        let version = version["product"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            devtools,
            process,
            version,
        })
    }

    /// Opens a page in a browser context of its own: it shares no storage with other pages.
    ///
    /// # Panics
    /// If the page cannot be opened.
    #[track_caller]
    pub fn open(&self, url: &str) -> Page {
        let page =
            Page::new(&self.devtools).unwrap_or_else(|error| panic!("cannot open a page: {error}"));
        page.go(url);
        page
    }

    /// Kills the browser at once, so that no page can close its connections first.
    pub fn kill(self) {
        drop(self);
    }

    /// Whether it has not ended yet, as far as is known.
    pub(crate) fn is_alive(&self) -> bool {
        self.devtools.is_open()
    }

    /// The browser's name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The browser's process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }
}
