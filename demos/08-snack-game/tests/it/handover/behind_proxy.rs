//! The client's address behind a proxy is not that of the socket, which the next worker gets.

use crate::{
    common::{Client, wait_until},
    handover::game::{Game, ROOM},
};
use rush::wire::ToServer;
use tungstenite::http::HeaderValue;

#[test]
fn the_next_worker_knows_the_clients_of_a_proxy() {
    let game = Game::start(&["--trusted-proxy", "127.0.0.1"]);
    let client = Client::try_connect(game.address, ROOM, |headers| {
        let address = HeaderValue::from_static("192.0.2.77");
        headers.insert("x-forwarded-for", address);
    });
    let name = "ann".to_owned();
    let mut client = client.expect("the upgrade").enter(&ToServer::Join { name });
    client.receive_ticks(3); // It is in a snapshot by then.
    game.crash();
    client.receive_ticks(3);
    client.send(&ToServer::Leave);
    client.receive_close();
    wait_until("the end is logged", || game.log_count("192.0.2.77") == 1);
}
