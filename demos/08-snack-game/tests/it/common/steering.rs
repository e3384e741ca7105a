//! A player who turns towards snacks, so that a test that needs points does not wait for luck.

use super::{Client, PATIENCE, Received};
use crowd::navigation::{nearest, turn};
use rush::{Dir, Phase, wire::ToClient};
use std::time::Instant;

/// Returns the player's own points as the client shows them.
pub(crate) fn points(client: &Client) -> u16 {
    let me = client.mirror().player(client.seat());
    me.map_or(0, |it| it.player.points)
}

/// Turns towards the nearest snack until the player has points. Returns them. All turns are
/// acknowledged by then.
#[track_caller]
pub(crate) fn eat(client: &mut Client) -> u16 {
    steer_until(client, |client| points(client) > 0);
    points(client)
}

/// Turns towards the nearest snack until a podium shows the player with points. Returns them.
#[track_caller]
pub(crate) fn win(client: &mut Client) -> u16 {
    steer_until(client, |client| {
        client.mirror().phase() == Some(Phase::Podium) && points(client) > 0
    });
    points(client)
}

/// Turns towards the nearest snack until this is so after a tick in which no turn of the player is
/// on its way.
#[track_caller]
pub(crate) fn steer_until(client: &mut Client, is_so: impl Fn(&Client) -> bool) {
    let (seat, until) = (client.seat(), Instant::now() + 3 * PATIENCE);
    let mut sent = client.welcome().last_seq;
    let mut acknowledged = sent;
    loop {
        let delta = match client.receive() {
            Received::Message(ToClient::Delta(delta)) => delta,
            Received::Message(_) => continue,
            over => panic!("{over:?}"),
        };
        assert!(
            Instant::now() < until,
            "in vain, with {} points",
            points(client)
        );
        let mine = delta.turned.iter().filter(|turned| turned.seat == seat);
        acknowledged = mine.map(|it| it.seq).next_back().unwrap_or(acknowledged);
        if acknowledged != sent {
            continue;
        }
        if is_so(client) {
            return;
        }
        if let Some(dir) = towards_a_snack(client) {
            sent = client.turn(dir);
        }
    }
}

/// Returns the turn that leads to the nearest snack. `None` if the player moves there already.
fn towards_a_snack(client: &Client) -> Option<Dir> {
    let (mirror, config) = (client.mirror(), &client.welcome().config);
    let me = mirror.player(client.seat())?.player;
    let snacks = mirror.snacks().map(|(cell, _)| cell);
    turn(me.cell, me.dir, nearest(me.cell, snacks, config)?, config)
}
