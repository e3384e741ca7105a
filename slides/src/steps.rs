//! The steps, from the first to the last, and the commands that start them.

/// One step, as `--list` shows it.
#[derive(Debug)]
pub(crate) struct Step {
    /// The name of its binary.
    pub(crate) bin: &'static str,
    /// The options with which it shows its failure or its cure.
    pub(crate) options: &'static [&'static str],
    /// What an attendee sees.
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

/// The command that starts a step's binary. It names the package: cargo then downloads the crates
/// of this package only, not those of the whole workspace.
pub(crate) fn command(bin: &str) -> String {
    match bin {
        // These packages have several binaries. `default-run` is no way out: `cargo run` without
        // options starts the stage only while no other package of the workspace has it.
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
        shows: "one lock order: it survives that load, but not one slow phone",
    },
    Step {
        bin: "03-short-locks",
        options: &["--slow", "1"],
        shows: "short locks: no waiting, but some snacks are taken twice",
    },
    Step {
        bin: "04-await",
        options: &["--slow", "1"],
        shows: "a lock held across an await: even the heartbeat stops",
    },
    Step {
        bin: "05-channels",
        options: &["--slow", "1"],
        shows: "channels only: a cycle of full channels, and not a lock in sight",
    },
    Step {
        bin: "06-actor",
        options: &["--slow", "3"],
        shows: "the room never waits for a player: it survives every slow phone",
    },
    Step {
        bin: "07-websocket",
        options: &["--slow", "3"],
        shows: "the same room in a browser: every way a connection ends",
    },
    Step {
        bin: "08-snack-game",
        options: &["--audience"],
        shows: "Snack Rush: the whole audience plays",
    },
];
