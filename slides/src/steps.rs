//! The steps of the walk, in their order.

/// One step, as the list shows it.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its binary.
    pub(crate) bin: &'static str,
    /// What it is started with to show what it is here to show.
    pub(crate) options: &'static [&'static str],
    /// What is to be seen.
    pub(crate) shows: &'static str,
}

impl Step {
    /// The command that an attendee would type.
    pub(crate) fn command(&self) -> String {
        let mut command = command(self.bin);
        if !self.options.is_empty() {
            command.push_str(" -- ");
            command.push_str(&self.options.join(" "));
        }
        command
    }
}

/// The command that starts a binary of the ladder. It names the package: cargo then fetches what
/// this package needs, and not what every member of the workspace needs.
pub(crate) fn command(bin: &str) -> String {
    match bin {
        // Packages of several programs. `default-run` could choose one, but `cargo run` alone
        // begins the talk only while this package is the only one of the workspace that has it.
        "04-await" | "04-async-mutex" => format!("cargo run -p demo-04-await --bin {bin}"),
        "07-websocket" => format!("cargo run -p demo-07-websocket --bin {bin}"),
        _ => format!("cargo run -p demo-{bin}"),
    }
}

/// Every step that can be run.
pub(crate) const STEPS: &[Step] = &[
    Step {
        bin: "01-deadlock",
        options: &[],
        shows: "two locks in two orders: it freezes within seconds",
    },
    Step {
        bin: "02-lock-order",
        options: &["--slow", "1"],
        shows: "one order: it survives that crowd, but not one slow phone",
    },
    Step {
        bin: "03-short-locks",
        options: &["--slow", "1"],
        shows: "short locks: nobody waits, and snacks are taken twice",
    },
    Step {
        bin: "04-await",
        options: &["--slow", "1"],
        shows: "a lock held across an await: even the heartbeat stops",
    },
    Step {
        bin: "05-channels",
        options: &["--slow", "1"],
        shows: "channels alone: a circle of full ones, and not a lock in sight",
    },
    Step {
        bin: "06-actor",
        options: &["--slow", "3"],
        shows: "the room never waits for a player: it survives them all",
    },
    Step {
        bin: "07-websocket",
        options: &["--slow", "3"],
        shows: "the same room in a browser: every end has a cause",
    },
    Step {
        bin: "08-snack-game",
        options: &["--audience"],
        shows: "Snack Rush: the whole room plays",
    },
];
