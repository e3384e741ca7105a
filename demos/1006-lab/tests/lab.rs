//! Every cause of the lab, made to happen: through the page's own buttons in a headless Chromium,
//! and without a browser.
//!
//! `BLESS=1 cargo test -p lab-1006` writes the table of `README.md` anew.

#[path = "lab/client.rs"]
mod client;
#[path = "lab/page.rs"]
mod page;
