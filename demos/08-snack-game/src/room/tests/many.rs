//! More clients than one group, and more messages than one batch.

use super::{
    super::*,
    fixture::{Client, Fixture},
};
use rush::wire::{ToClient, ToServer};
use tokio::sync::mpsc;

/// The ticks of the deltas, and the numbers of the echoes, that this client was sent.
fn told(fixture: &mut Fixture, client: &Client) -> (Vec<u32>, Vec<u32>) {
    let (mut ticks, mut echoes) = (Vec::new(), Vec::new());
    for message in fixture.messages(client) {
        match message {
            ToClient::Delta(delta) => ticks.push(delta.tick),
            ToClient::Echo(number) => echoes.push(number),
            _ => {}
        }
    }
    (ticks, echoes)
}

/// Between them are clients that are sent no tick: in each group, first and last too.
#[test]
fn every_player_and_watcher_of_a_crowd_is_sent_every_tick_once() {
    let mut fixture = Fixture::with(|_| {});
    let mut crowd = Vec::new();
    for n in 0..100 {
        let client = fixture.connect();
        let is_in = !matches!(n % 33, 0 | 11 | 31);
        match n % 5 {
            _ if !is_in => {}
            3 => fixture.send(&client, ToServer::Watch),
            _ => {
                let name = format!("p {n}");
                fixture.send(&client, ToServer::Join { name });
            }
        }
        crowd.push((client, is_in));
    }
    let now = crowd[99].0.between.1;
    fixture.ticks(3, now);
    for (n, (client, is_in)) in crowd.iter().enumerate() {
        let (ticks, _) = told(&mut fixture, client);
        let expected = if *is_in { vec![1, 2, 3] } else { vec![] };
        assert_eq!(ticks, expected, "client {n}");
    }
}

#[test]
fn more_messages_than_one_batch_are_applied_in_their_order() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let (inbox, mut messages) = mpsc::channel(INBOX);
    let count = 2 * BATCH as u32 + 17;
    for number in 0..count {
        let message = ToServer::Echo(number + 100);
        let id = client.connection.id;
        let sent = inbox.try_send(ToRoom::Message { id, message });
        sent.expect("the inbox has space");
    }
    drop(inbox);
    fixture.run(&mut messages);
    let (_, echoes) = told(&mut fixture, &client);
    let last = 7; // With which the fixture asks.
    let expected: Vec<_> = (100..100 + count).chain([last]).collect();
    assert_eq!(echoes, expected);
}
