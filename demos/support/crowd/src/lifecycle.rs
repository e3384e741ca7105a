//! One client from start to stop: it connects, plays, is disconnected, and connects again.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::handshake;
use crate::http::Failure;
use crate::pending_turns::PendingTurns;
use crate::plan::Behavior;
use crate::player::{Ending, Player};
use crate::shared::Shared;
use crate::visit::Visit;

/// Runs one client until the crowd stops.
pub(crate) async fn run(
    shared: Arc<Shared>,
    number: u64,
    behavior: Behavior,
    mut stopped: watch::Receiver<bool>,
) {
    let mut player = Player::new(shared, number, behavior, stopped.clone());
    // A token is valid in its own room only, so the room's path is kept with it.
    let mut path = None;
    while !*stopped.borrow() {
        let server = player.route.server;
        let ending = match connect(&mut player, &mut path).await {
            Ok(ending) => ending,
            Err(failure) => {
                player.count(&failure);
                let dead = matches!(failure, Failure::Unreachable(_) | Failure::Timeout);
                if dead && !player.route.others.is_empty() {
                    // The seat can be resumed until the cluster says that its server is dead.
                    player.change_server().await;
                    Ending::ServerGone
                } else {
                    Ending::Refused
                }
            }
        };
        let had_a_seat = match ending {
            Ending::Dropped => true,
            Ending::RetryAfter(_) => player.ticket.is_some(),
            _ => false,
        };
        if had_a_seat {
            // A second disconnect before the resume counts from the first one.
            player.disconnected.get_or_insert_with(Instant::now);
        }
        let Some(pause) = player.pause(ending, player.route.server != server) else {
            return;
        };
        if player.ticket.is_none() {
            player.turns = PendingTurns::default();
            path = None;
        }
        tokio::select! {
            () = sleep(pause) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Connects once and plays until the connection ends.
async fn connect(player: &mut Player, path: &mut Option<String>) -> Result<Ending, Failure> {
    let room = match (path.clone(), &player.shared.plan.room) {
        (Some(room), _) => room,
        (None, Some(room)) => format!("/ws/{room}"),
        (None, None) => {
            let seat = player.find_seat().await?;
            player.route.others = seat.others;
            seat.path
        }
    };
    let slow = player.behavior == Behavior::Slow;
    let (server, masks) = (player.route.server, player.rng.clone());
    *path = Some(room.clone());
    let connection = handshake::connect(server, &room, slow, masks).await?;
    let model = player.shared.models.at(&format!("{server}{room}"));
    Ok(Visit::new(player, connection, model).run().await)
}
