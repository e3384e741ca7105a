//! The demos of a talk, as the stage sees them: what was asked of them, and what was heard of them.

use super::Stage;
use crate::{
    ansi::Screen,
    demo::{
        program::Program,
        run::{Heard, Running},
    },
};
use std::time::{Duration, Instant};

/// A demo as it is shown.
#[derive(Debug, Default)]
pub(super) struct Demo {
    pub(super) number: u64,
    pub(super) status: Status,
    pub(super) screen: Screen,
    pub(super) why: String,
    pub(super) recorded: bool,
    pub(super) since: Option<Instant>,
    pub(super) took: Duration,
    pub(super) running: Option<Running>,
    /// Whether it has said where it listens: before that a page that asks finds nobody.
    pub(super) listens: bool,
    /// How often the process that serves in it was killed, and when that was wanted last.
    pub(super) killed: u32,
    pub(super) crashed: Option<Instant>,
}

/// A keeper takes two crashes in one breath for a program that cannot live.
const BREATH: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    #[default]
    Idle,
    Building,
    Running,
    Served,
    Froze,
    Failed,
    Impossible,
    Stopped,
}

impl Stage {
    pub(super) fn start(&mut self, name: &str, recorded: bool) {
        // Only what the deck shows can be started, and a step runs once.
        let shown = self
            .decks
            .iter()
            .flat_map(|deck| &deck.slides)
            .any(|slide| slide.demos.iter().any(|it| it == name));
        let Some(program) = Program::named(name).filter(|_| shown) else {
            return;
        };
        self.stop_all(&program);
        let number = self.number();
        // When it is stopped, players hear so at once: nobody waits for the end of their round.
        let more: Vec<String> = if program.is_the_game() {
            // On Linux it has a keeper: its server may be killed in front of everybody.
            let kept = cfg!(target_os = "linux").then_some("--keep");
            let words = ["--listen", &self.addresses.game, "--drain-seconds", "1"].into_iter();
            // It writes into a pipe, and a speaker reads it.
            let words = words.chain(["--log", "pretty"]);
            words.chain(kept).map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        let running = if recorded {
            Running::replay(&program, number, self.myself.clone())
        } else {
            let before = self
                .ending
                .extract_if(.., |(bin, _)| *bin == program.bin)
                .map(|(_, it)| it)
                .collect();
            Running::start(&program, &more, number, self.myself.clone(), before)
        };
        let demo = Demo {
            number,
            recorded,
            status: Status::Building,
            since: Some(Instant::now()),
            running: Some(running),
            ..Demo::default()
        };
        self.demos.insert(name.to_owned(), demo);
    }

    /// One port for a step: whatever runs of it makes room.
    fn stop_all(&mut self, program: &Program) {
        let same = |name: &String| name.split(' ').next() == Some(program.bin);
        for name in self
            .demos
            .keys()
            .filter(|name| same(name))
            .cloned()
            .collect::<Vec<_>>()
        {
            self.stop(&name);
        }
    }

    pub(super) fn stop(&mut self, name: &str) {
        let demo = self.demos.get_mut(name);
        if let Some(demo) = demo.filter(|demo| demo.running.is_some()) {
            self.ending.retain(|(_, it)| !it.is_over());
            if let Some(running) = demo.running.take() {
                running.stop();
                let bin = Program::named(name).map_or("", |it| it.bin);
                self.ending.push((bin, running));
            }
            demo.status = Status::Stopped;
            demo.took = demo.since.take().map_or(demo.took, |since| since.elapsed());
        }
    }

    /// Kills the server of the game that runs, and of nothing else.
    pub(super) fn crash(&mut self, name: &str) {
        let is_the_game = Program::named(name).is_some_and(|it| it.is_the_game());
        let demo = self.demos.get_mut(name).filter(|demo| {
            demo.status == Status::Running
                && !demo.recorded
                && demo.crashed.is_none_or(|it| it.elapsed() > BREATH)
        });
        if let Some(demo) = demo.filter(|_| is_the_game) {
            demo.crashed = Some(Instant::now());
            demo.running.iter().for_each(Running::crash);
        }
    }

    pub(super) fn hear(&mut self, number: u64, heard: Heard) {
        let Some((name, demo)) = self
            .demos
            .iter_mut()
            .find(|(_, demo)| demo.number == number)
        else {
            return;
        };
        if demo.running.is_none() {
            return;
        }
        match heard {
            Heard::Building => demo.status = Status::Building,
            Heard::Running => {
                demo.status = Status::Running;
                demo.since = Some(Instant::now());
            }
            Heard::Said(bytes) => {
                demo.screen.write(&bytes);
                let is_where = |line: &String| line.contains("listening on ");
                demo.listens = demo.listens || demo.screen.html().iter().any(is_where);
                return;
            }
            Heard::Killed(process) => {
                demo.killed += 1;
                let told = format!("(the presenter has killed {process}, which served)\n");
                return demo.screen.write(told.as_bytes());
            }
            Heard::Impossible(why) => {
                demo.status = Status::Impossible;
                demo.why = why;
            }
            Heard::Ended(code) => {
                demo.status = match code {
                    Some(0) => Status::Served,
                    Some(2) => Status::Froze,
                    _ => Status::Failed,
                };
                if demo.status == Status::Failed {
                    demo.why = code.map_or("a signal ended it".to_owned(), |code| {
                        format!("it ended with exit status {code}")
                    });
                }
                let program = Program::named(name).filter(|_| demo.status != Status::Failed);
                self.lights
                    .extend(program.map(|program| (program.bin, demo.status)));
            }
        }
        if !matches!(demo.status, Status::Building | Status::Running) {
            demo.running = None;
            demo.took = demo.since.take().map_or(demo.took, |since| since.elapsed());
        }
    }
}
