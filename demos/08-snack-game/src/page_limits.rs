//! The figures in PROTOCOL.md that only this crate knows.

use crate::{
    gateway::connection_limit::{CONNECTIONS, MAX_OPEN, REQUESTS},
    options::Options,
    outbox::MAX_WAITING_ANSWERS,
    reader::{CHARGED_BYTES, MESSAGES},
};

const PAGE: &str = include_str!("../PROTOCOL.md");

fn thousands(n: u32) -> String {
    match n {
        0..1_000 => n.to_string(),
        _ => format!("{},{:03}", n / 1_000, n % 1_000),
    }
}

#[test]
fn the_figures_in_the_page_are_those_of_the_program() {
    let page = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
    let defaults = Options::default();
    let (first, silence) = (defaults.first_message.as_secs(), defaults.silence.as_secs());
    for sentence in [
        format!(
            "| frames to the server | {} at once, then {} a second (1008)",
            MESSAGES.at_once, MESSAGES.a_second
        ),
        format!("so does every {CHARGED_BYTES} bytes of a frame that arrives in pieces"),
        format!("| first message | within {first} seconds |"),
        format!("| silence of a client | {silence} seconds |"),
        format!(
            "has heard nothing for {} s, and disconnects it after {silence} s",
            silence / 2
        ),
        format!("if more than {MAX_WAITING_ANSWERS} answers wait for you"),
        format!(
            "| connections of one address | {}, and new ones {} at once, then {} a second.",
            thousands(MAX_OPEN),
            thousands(CONNECTIONS.at_once),
            thousands(CONNECTIONS.a_second)
        ),
        format!(
            "| requests of one address | {} at once, then {} a second (429) |",
            thousands(REQUESTS.at_once),
            thousands(REQUESTS.a_second)
        ),
    ] {
        assert!(
            page.contains(&sentence),
            "the page does not say: {sentence}"
        );
    }
}
