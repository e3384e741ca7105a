//! The pages in a real browser, with a real server.
//!
//! Screenshots are in `screenshots` in cargo's target folder.

mod connection;
#[cfg(target_os = "linux")]
mod example;
mod failover;
mod full;
#[cfg(target_os = "linux")]
mod handover;
mod layout;
mod load;
mod names;
mod path;
mod places;
mod proxy;
#[cfg(unix)]
mod restart;
mod round;
pub(crate) mod server;
mod xray;
mod zoom;

use browser::for_test;
use serde_json::Value;

use crate::pages::server::{SOON, call, open, url};

/// Test vectors, written by crate `rush`.
const VECTORS: &str = include_str!("../../../../support/rush/vectors.json");

#[test]
fn the_page_decodes_every_test_vector() {
    let Some(browser) = for_test("the page decodes every test vector") else {
        return;
    };
    let server = open(&[]);
    let page = browser.open(&url(server.address(), "/"));
    page.wait_for("document.readyState === 'complete'", SOON);
    let vectors: Value = serde_json::from_str(VECTORS).expect("vectors.json is JSON");
    let checked = page.eval(&call(include_str!("vectors.js"), &vectors));
    assert_eq!(checked["wrong"], serde_json::json!([]));
    assert!(
        checked["count"].as_u64() > Some(60),
        "only {} were checked",
        checked["count"]
    );
}
