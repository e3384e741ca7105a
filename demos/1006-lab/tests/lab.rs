//! Makes every cause of the lab happen: through the page's buttons in a headless Chromium, and
//! without a browser.
//!
//! `BLESS=1 cargo test -p lab-1006` rewrites the tables of `README.md`.

#[path = "lab/client.rs"]
mod client;
#[path = "lab/page.rs"]
mod page;
