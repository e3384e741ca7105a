//! What happens to the lines between the phones and their server, and to the server.

use super::{
    rng::Chance,
    scenario::{LASTS, PHONES, Scene, phone_of},
};
use std::time::Duration;
use turmoil::Sim;

const SERVER: &str = "server";

/// The shortest way of a message.
pub(super) const LEAST: Duration = Duration::from_millis(1);

/// What is wrong with a line just now.
#[derive(Clone, Copy)]
enum Wrong {
    /// What is said comes later, all of it.
    Held,
    /// What is said is lost, and no kernel says it again: once something was, the line never says
    /// anything more, also when the network is back.
    Lost,
    /// The same, of what the phone says; the ticks go on.
    LostFromPhone,
    /// The same, of what the server says.
    LostFromServer,
}

/// How the server dies.
#[derive(Clone, Copy)]
enum Death {
    /// Its kernel tells everybody, as after `kill -9`.
    Process,
    /// Nobody is told anything, as when the plug is pulled.
    Machine,
}

/// The weather of an evening.
pub(super) struct Weather {
    chance: Chance,
    /// The longest way of a message.
    pub(super) most: Duration,
    /// What is wrong with each line, and until when.
    lines: [Option<(Wrong, Duration)>; PHONES as usize],
    /// When the server dies, if it does, and when it is there again.
    dies: Option<(Death, Duration, Duration)>,
    is_dead: bool,
}

impl Weather {
    pub(super) fn of(seed: u64) -> Self {
        let mut chance = Chance(seed ^ 0x5707);
        let dies =
            [Some(Death::Process), Some(Death::Machine), None, None, None][seed as usize % 5];
        let dies = dies.map(|how| {
            let at = chance.millis(1_500, 4_500);
            (how, at, at + chance.millis(50, 1_500))
        });
        Self {
            most: chance.millis(5, 300),
            chance,
            lines: [None; PHONES as usize],
            dies,
            is_dead: false,
        }
    }

    /// A moment of it.
    pub(super) fn passes(&mut self, sim: &mut Sim<'_>, scene: &Scene) {
        let now = sim.elapsed();
        self.server(sim, scene, now);
        for n in 0..PHONES {
            let (phone, line) = (phone_of(n), &mut self.lines[n as usize]);
            match *line {
                Some((wrong, until)) if now >= until || now >= LASTS => {
                    mend(sim, &phone, wrong);
                    *line = None;
                }
                None if now < LASTS && !self.is_dead && self.chance.below(160) == 0 => {
                    let wrong = match self.chance.below(10) {
                        8.. => {
                            let resets = &scene.resets;
                            resets.lock().expect("one thread").push(sim.lookup(phone));
                            continue;
                        }
                        0..4 => Wrong::Held,
                        4..6 => Wrong::Lost,
                        6 => Wrong::LostFromPhone,
                        _ => Wrong::LostFromServer,
                    };
                    // A moment, or longer than anybody's patience.
                    let most = [500, 2_000, 8_000][self.chance.below(3) as usize];
                    *line = Some((wrong, now + self.chance.millis(100, most)));
                    spoil(sim, &phone, wrong);
                    let mut sums = scene.sums.lock().expect("one thread");
                    match wrong {
                        Wrong::Held => sums.held += 1,
                        Wrong::Lost => sums.lost += 1,
                        Wrong::LostFromPhone | Wrong::LostFromServer => sums.lost_one_way += 1,
                    }
                }
                _ => {}
            }
        }
    }

    fn server(&mut self, sim: &mut Sim<'_>, scene: &Scene, now: Duration) {
        let Some((how, at, back)) = self.dies else {
            return;
        };
        if !self.is_dead && now >= at {
            for n in 0..PHONES {
                // A dead machine has one network, whatever was wrong with it.
                if let Some((wrong, _)) = self.lines[n as usize].take() {
                    mend(sim, &phone_of(n), wrong);
                }
                if matches!(how, Death::Machine) {
                    sim.partition(SERVER, phone_of(n));
                }
            }
            // The order in which a runtime drops its tasks is no seed's: all lines of a process end
            // at the same moment.
            sim.set_max_message_latency(LEAST);
            sim.crash(SERVER);
            sim.set_max_message_latency(self.most);
            *scene.died.lock().expect("one thread") = Some(sim.since_epoch());
            scene.sums.lock().expect("one thread").crashed += 1;
            self.is_dead = true;
        }
        if self.is_dead && now >= back {
            (0..PHONES).for_each(|n| sim.repair(SERVER, phone_of(n)));
            sim.bounce(SERVER);
            (self.is_dead, self.dies) = (false, None);
        }
    }
}

fn spoil(sim: &Sim<'_>, phone: &str, wrong: Wrong) {
    match wrong {
        Wrong::Held => sim.hold(SERVER, phone),
        Wrong::Lost => sim.partition(SERVER, phone),
        Wrong::LostFromPhone => sim.partition_oneway(phone, SERVER),
        Wrong::LostFromServer => sim.partition_oneway(SERVER, phone),
    }
}

fn mend(sim: &Sim<'_>, phone: &str, wrong: Wrong) {
    match wrong {
        Wrong::Held => sim.release(SERVER, phone),
        Wrong::Lost => sim.repair(SERVER, phone),
        Wrong::LostFromPhone => sim.repair_oneway(phone, SERVER),
        Wrong::LostFromServer => sim.repair_oneway(SERVER, phone),
    }
}
