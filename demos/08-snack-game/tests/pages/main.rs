//! Snack Rush as it is held in a hand: real pages in a real browser, at a real server.
//!
//! Pictures of what was played are in `screenshots` in cargo's target folder.

mod connection;
mod failover;
mod full;
#[cfg(target_os = "linux")]
mod handover;
mod layout;
mod names;
mod proxy;
#[path = "../common/redis.rs"]
mod redis;
#[cfg(unix)]
mod restart;
mod round;
mod server;
mod xray;

use browser::for_test;
use serde_json::Value;

use crate::server::{SOON, call, open, url};

/// Written by crate `rush`, which reads them too.
const VECTORS: &str = include_str!("../../../support/rush/vectors.json");

#[test]
fn a_page_understands_every_message_that_the_rules_know() {
    let Some(browser) = for_test("a page understands every message") else {
        return;
    };
    let bar = open(&[]);
    let page = browser.open(&url(bar.address(), "/"));
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
