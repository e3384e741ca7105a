//! The bots of the program. `crowd` plays the same in simulation, and over sockets with faster
//! ticks.

use crate::common::{Client, Folder, Received, program::PROGRAM};
use ::bots::program::Program;
use rush::{Phase, wire::ToClient};

#[test]
#[ignore = "three minutes: cargo test -p demo-08-snack-game --test it bots -- --ignored"]
fn bots_eat_in_every_ten_seconds_of_three_rounds() {
    let folder = Folder::with_token();
    let data = folder.path().to_string_lossy();
    let server = Program::start(PROGRAM, &["--bots", "12", "--data", &data]);
    let mut wall = Client::watch(server.address(), "lobby");
    let (mut rounds, mut eaten) = (Vec::new(), Vec::new());
    while rounds.len() < 3 {
        match wall.receive() {
            Received::Message(ToClient::Delta(delta)) if delta.phase == Phase::Playing => {
                if delta.tick % 100 == 1 {
                    eaten.push(0);
                }
                if let Some(now) = eaten.last_mut() {
                    *now += delta.eaten.len();
                }
            }
            Received::Message(ToClient::Delta(_)) if !eaten.is_empty() => {
                rounds.push(std::mem::take(&mut eaten));
            }
            Received::Message(_) => {}
            over => panic!("{over:?}"),
        }
    }
    println!("snacks in each ten seconds: {rounds:?}");
    assert!(rounds.iter().flatten().all(|&eaten| eaten >= 12));
}
