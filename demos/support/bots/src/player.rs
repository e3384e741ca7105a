//! One player: connects, plays, leaves, and comes back.

use std::sync::atomic::Ordering::Relaxed;

use crate::bot::Bot;
use crate::visit::{Parting, Visit};

/// Plays until the crowd closes.
pub(crate) fn play(mut bot: Bot<'_>) {
    loop {
        let parting = match bot.shared.connect(bot.ledger) {
            Some(connection) => Visit::new(&mut bot, connection).play(),
            None => Parting::Ended,
        };
        bot.ledger.asked.store(0, Relaxed);
        bot.ledger.hold(None);
        let welcome = match parting {
            Parting::Gone => true,
            Parting::Ended => bot.back_off(),
            Parting::Closing => false,
        };
        if !welcome || !bot.shared.return_in_turn() {
            return;
        }
    }
}
