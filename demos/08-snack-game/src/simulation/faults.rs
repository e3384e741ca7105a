//! Injected faults: on the connections between the clients and the server, and of the server.

use super::{
    rng::millis,
    world::{CLIENTS, Event, PLAY, SERVER, World, client_name},
};
use ::rng::Rng;
use std::time::Duration;
use turmoil::Sim;

/// Shortest latency of a message.
pub(super) const MIN_LATENCY: Duration = Duration::from_millis(1);

/// What is wrong with a connection.
#[derive(Clone, Copy)]
enum Fault {
    /// All bytes arrive later.
    Held,
    /// Bytes are lost in both directions, and no kernel retransmits them. Once any are lost, the
    /// connection delivers nothing more, even after the fault.
    Lost,
    /// The same for bytes from the client. Ticks still arrive.
    LostFromClient,
    /// The same for bytes from the server.
    LostFromServer,
}

/// How the server crashes.
#[derive(Clone, Copy)]
enum Crash {
    /// Its kernel resets all connections, as after `kill -9`.
    Process,
    /// Clients receive nothing, as after a power failure.
    Machine,
}

/// When the server crashes, and when it is back.
#[derive(Clone, Copy)]
struct Outage {
    how: Crash,
    at: Duration,
    back_at: Duration,
}

/// The faults of one scenario.
pub(super) struct Faults {
    rng: Rng,
    /// Longest latency of a message.
    pub(super) max_latency: Duration,
    /// The fault of each client's connections, and when it ends.
    connections: [Option<(Fault, Duration)>; CLIENTS as usize],
    /// The crash that is still to come, or to end.
    outage: Option<Outage>,
    is_down: bool,
}

impl Faults {
    /// Chooses the faults of a seed. In two scenarios of five the server crashes.
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0x5707);
        let crash =
            [Some(Crash::Process), Some(Crash::Machine), None, None, None][seed as usize % 5];
        let outage = crash.map(|how| {
            let at = millis(&mut rng, 1_500, 4_500);
            let back_at = at + millis(&mut rng, 50, 1_500);
            Outage { how, at, back_at }
        });
        Self {
            max_latency: millis(&mut rng, 5, 300),
            rng,
            connections: [None; CLIENTS as usize],
            outage,
            is_down: false,
        }
    }

    /// Begins and ends faults. Called once for each step of the simulation.
    pub(super) fn step(&mut self, sim: &mut Sim<'_>, world: &World) {
        let now = sim.elapsed();
        self.step_server(sim, world, now);
        for n in 0..CLIENTS {
            let (client, connection) = (client_name(n), &mut self.connections[n as usize]);
            match *connection {
                Some((fault, until)) if now >= until || now >= PLAY => {
                    end(sim, &client, fault);
                    *connection = None;
                }
                None if now < PLAY && !self.is_down && self.rng.below(160) == 0 => {
                    let fault = match self.rng.below(10) {
                        8.. => {
                            let resets = &world.resets;
                            resets.lock().expect("one thread").push(sim.lookup(client));
                            continue;
                        }
                        0..4 => Fault::Held,
                        4..6 => Fault::Lost,
                        6 => Fault::LostFromClient,
                        _ => Fault::LostFromServer,
                    };
                    // Short, or longer than every timeout.
                    let most = [500, 2_000, 8_000][self.rng.below(3) as usize];
                    *connection = Some((fault, now + millis(&mut self.rng, 100, most)));
                    begin(sim, &client, fault);
                    let event = match fault {
                        Fault::Held => Event::Held,
                        Fault::Lost => Event::Lost,
                        Fault::LostFromClient | Fault::LostFromServer => Event::LostOneWay,
                    };
                    world.count(event, 1);
                }
                _ => {}
            }
        }
    }

    fn step_server(&mut self, sim: &mut Sim<'_>, world: &World, now: Duration) {
        let Some(outage) = self.outage else {
            return;
        };
        if !self.is_down && now >= outage.at {
            for n in 0..CLIENTS {
                // A machine that is down is down for every client, whatever was wrong before.
                if let Some((fault, _)) = self.connections[n as usize].take() {
                    end(sim, &client_name(n), fault);
                }
                if matches!(outage.how, Crash::Machine) {
                    sim.partition(SERVER, client_name(n));
                }
            }
            // A runtime drops its tasks in an order that no seed decides. With one latency for all,
            // the connections of a process end at the same moment.
            sim.set_max_message_latency(MIN_LATENCY);
            sim.crash(SERVER);
            sim.set_max_message_latency(self.max_latency);
            *world.crashed_at.lock().expect("one thread") = Some(sim.since_epoch());
            world.count(Event::Crashed, 1);
            self.is_down = true;
        }
        if self.is_down && now >= outage.back_at {
            (0..CLIENTS).for_each(|n| sim.repair(SERVER, client_name(n)));
            sim.bounce(SERVER);
            (self.is_down, self.outage) = (false, None);
        }
    }
}

fn begin(sim: &Sim<'_>, client: &str, fault: Fault) {
    match fault {
        Fault::Held => sim.hold(SERVER, client),
        Fault::Lost => sim.partition(SERVER, client),
        Fault::LostFromClient => sim.partition_oneway(client, SERVER),
        Fault::LostFromServer => sim.partition_oneway(SERVER, client),
    }
}

fn end(sim: &Sim<'_>, client: &str, fault: Fault) {
    match fault {
        Fault::Held => sim.release(SERVER, client),
        Fault::Lost => sim.repair(SERVER, client),
        Fault::LostFromClient => sim.repair_oneway(client, SERVER),
        Fault::LostFromServer => sim.repair_oneway(SERVER, client),
    }
}
