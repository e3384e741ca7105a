//! The demos on the stage: their status, their output, and how each step ended.

use crate::{
    ansi::Screen,
    demo::{
        program::Program,
        run::{DemoEvent, DemoRun},
        verdict::{End, Verdict},
    },
};
use harness::advice;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The shortest time between two kills of the game's server. Its supervisor gives up after some
/// deaths in a row, each before the server has served for a while. This is longer than that while.
const KILL_PAUSE: Duration = Duration::from_secs(3);

/// Every demo that was started on this stage.
#[derive(Default)]
pub(super) struct Demos {
    /// By the name of the program.
    shown: BTreeMap<String, Demo>,
    /// Runs that were stopped and have not ended yet, with the binary of their step.
    stopping: Vec<(&'static str, DemoRun)>,
    /// How each step ended last, by its binary.
    ends: BTreeMap<&'static str, Status>,
}

/// A demo as it is shown.
#[derive(Default)]
struct Demo {
    /// Number of the run. Events of an earlier run are ignored.
    number: u64,
    status: Status,
    output: Output,
    /// Why it could not run, or how it failed.
    why: String,
    /// How it ended, as it says itself.
    verdict: Option<Verdict>,
    /// The port that it needs, if another program has it, and that program.
    port: Option<PortTaken>,
    recorded: bool,
    timer: Timer,
    /// `None` once it has ended or was stopped.
    run: Option<DemoRun>,
    server: Server,
}

/// A port that another program has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct PortTaken {
    port: u16,
    /// The program's name, and 0 and an empty name if the system does not say which it is.
    program: String,
    process: u32,
}

/// What the demo wrote.
#[derive(Default)]
struct Output {
    screen: Screen,
    /// Whether it has printed the address on which it listens. A page that connects before that
    /// finds no server.
    listens: bool,
}

/// How long the demo runs, or ran.
#[derive(Default)]
struct Timer {
    started: Option<Instant>,
    took: Duration,
}

impl Timer {
    fn start(&mut self) {
        self.started = Some(Instant::now());
    }

    fn stop(&mut self) {
        self.took = self.elapsed();
        self.started = None;
    }

    fn elapsed(&self) -> Duration {
        self.started.map_or(self.took, |it| it.elapsed())
    }
}

/// Kills of the process that serves the game.
#[derive(Default)]
struct Server {
    killed: u32,
    /// When a kill was wanted last.
    asked: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    #[default]
    Idle,
    Building,
    Running,
    /// It served to its end. Nothing was seen of promises.
    Served,
    /// It served to its end, and every promise was kept.
    Kept,
    /// It served to its end, and promises were broken.
    Unkept,
    /// Its threads or tasks wait for each other.
    Deadlock,
    /// It waits for a phone.
    Stuck,
    /// It gives no reply, and no wait explains it.
    Froze,
    Failed,
    /// Its source does not compile.
    Uncompiled,
    /// Another program has its port.
    Taken,
    Impossible,
    Stopped,
}

/// The demos for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    /// By the name of the program.
    shown: BTreeMap<String, SavedDemo>,
    /// How each step ended last, by its binary.
    ends: BTreeMap<String, Status>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct SavedDemo {
    status: Status,
    why: String,
    verdict: Option<Verdict>,
    port: Option<PortTaken>,
    recorded: bool,
    killed: u32,
    seconds: u64,
    /// The last rows of its output, with the terminal's colours.
    output: String,
    /// Rows that were dropped above them.
    scrolled: u64,
}

impl Demos {
    /// Starts a demo, or plays its recording. A run of the same step is stopped first, because the
    /// step has one port.
    ///
    /// `more` are options beside the program's own, `number` is that of the new run.
    pub(super) fn start(
        &mut self,
        program: &Program,
        more: &[String],
        recorded: bool,
        number: u64,
        report: impl Fn(DemoEvent) -> bool + Send + Sync + 'static,
    ) {
        self.stop_step(program);
        let run = if recorded {
            DemoRun::replay(program, report)
        } else {
            let previous = self
                .stopping
                .extract_if(.., |(bin, _)| *bin == program.bin)
                .map(|(_, it)| it)
                .collect();
            DemoRun::start(program, more, previous, report)
        };
        let mut demo = Demo {
            number,
            recorded,
            status: Status::Building,
            run: Some(run),
            ..Demo::default()
        };
        demo.timer.start();
        self.shown.insert(program.name(), demo);
    }

    fn stop_step(&mut self, program: &Program) {
        let same = |name: &&String| name.split(' ').next() == Some(program.bin);
        let names: Vec<String> = self.shown.keys().filter(same).cloned().collect();
        names.iter().for_each(|name| self.stop(name));
    }

    /// Whether a demo is being built or runs.
    pub(super) fn runs(&self, name: &str) -> bool {
        self.shown.get(name).is_some_and(|demo| demo.run.is_some())
    }

    /// The word for the status of a demo.
    pub(super) fn status(&self, name: &str) -> &'static str {
        self.shown
            .get(name)
            .map_or("idle", |demo| demo.status.word())
    }

    /// Stops a demo, and does not wait until it has ended.
    pub(super) fn stop(&mut self, name: &str) {
        let Some(demo) = self.shown.get_mut(name) else {
            return;
        };
        let Some(run) = demo.run.take() else { return };
        run.stop();
        demo.status = Status::Stopped;
        demo.timer.stop();
        let bin = Program::named(name).map_or("", |it| it.bin);
        self.stopping.retain(|(_, it)| !it.has_ended());
        self.stopping.push((bin, run));
    }

    /// Kills the process that serves the game, if the game runs and was not killed just now.
    pub(super) fn kill_server(&mut self, name: &str) {
        let is_the_game = Program::named(name).is_some_and(|it| it.is_the_game());
        let demo = self.shown.get_mut(name).filter(|demo| {
            demo.status == Status::Running
                && !demo.recorded
                && demo.server.asked.is_none_or(|it| it.elapsed() > KILL_PAUSE)
        });
        if let Some(demo) = demo.filter(|_| is_the_game) {
            demo.server.asked = Some(Instant::now());
            demo.run.iter().for_each(DemoRun::kill_server);
        }
    }

    /// Takes an event of the run with this number, unless that run was stopped or replaced.
    pub(super) fn handle(&mut self, number: u64, event: DemoEvent) {
        let mut demos = self.shown.iter_mut();
        let Some((name, demo)) = demos.find(|(_, demo)| demo.number == number) else {
            return;
        };
        if demo.run.is_none() {
            return;
        }
        match event {
            DemoEvent::Building => demo.status = Status::Building,
            DemoEvent::Started => {
                demo.status = Status::Running;
                demo.timer.start();
            }
            DemoEvent::Output(bytes) => {
                demo.output.screen.write(&bytes);
                let has_address = |line: &String| line.contains("listening on ");
                demo.output.listens =
                    demo.output.listens || demo.output.screen.html().iter().any(has_address);
            }
            DemoEvent::ServerKilled(process) => {
                demo.server.killed += 1;
                let line = format!("(the presenter killed process {process}, the game's server)\n");
                demo.output.screen.write(line.as_bytes());
            }
            DemoEvent::CannotRun(why) => {
                demo.status = Status::Impossible;
                demo.why = why;
                demo.finish();
            }
            DemoEvent::NotCompiled(errors) => {
                demo.status = Status::Uncompiled;
                // The first error, and not the end of a long list.
                demo.output.screen = Screen::default();
                demo.output.screen.write(errors.as_bytes());
                demo.why = errors.lines().next().unwrap_or_default().to_owned();
                demo.finish();
            }
            DemoEvent::PortTaken(port, holder) => {
                demo.status = Status::Taken;
                let (program, process) =
                    holder.map_or((String::new(), 0), |holder| (holder.name, holder.process));
                demo.port = Some(PortTaken {
                    port,
                    program,
                    process,
                });
                demo.why = advice::port_is_taken(port);
                demo.finish();
            }
            DemoEvent::Verdict(verdict) => demo.verdict = Some(verdict),
            DemoEvent::Ended(code) => {
                let verdict = demo.verdict.as_ref().map(|it| it.end);
                demo.status = match (code, verdict) {
                    (Some(0), Some(End::Kept)) => Status::Kept,
                    (Some(0), Some(End::Unkept)) => Status::Unkept,
                    (Some(0), _) => Status::Served,
                    (Some(2), Some(End::Deadlock)) => Status::Deadlock,
                    (Some(2), Some(End::Stuck)) => Status::Stuck,
                    (Some(2), _) => Status::Froze,
                    _ => Status::Failed,
                };
                if demo.status == Status::Failed {
                    demo.why = code.map_or("a signal ended it".to_owned(), |code| {
                        format!("it ended with exit status {code}")
                    });
                } else if let Some(program) = Program::named(name) {
                    self.ends.insert(program.bin, demo.status);
                }
                demo.finish();
            }
        }
    }

    /// The demos for the presenter's pages. Only those named in `on_slide` have their output.
    pub(super) fn for_pages(&self, on_slide: &[String]) -> Map<String, Value> {
        let json =
            |(name, demo): (&String, &Demo)| (name.clone(), demo.json(on_slide.contains(name)));
        self.shown.iter().map(json).collect()
    }

    /// The demos for the phones: their status.
    pub(super) fn for_phones(&self) -> Map<String, Value> {
        let json = |(name, demo): (&String, &Demo)| (name.clone(), demo.end_json());
        self.shown.iter().map(json).collect()
    }

    /// How each step ended, by its binary.
    pub(super) fn lights(&self) -> Map<String, Value> {
        let json = |(bin, status): (&&str, &Status)| ((*bin).to_owned(), json!(status.word()));
        self.ends.iter().map(json).collect()
    }

    pub(super) fn save(&self) -> Saved {
        let shown = self.shown.iter();
        let ends = self.ends.iter();
        Saved {
            shown: shown.map(|(name, it)| (name.clone(), it.save())).collect(),
            ends: ends.map(|(bin, end)| ((*bin).to_owned(), *end)).collect(),
        }
    }

    /// Shows the demos of an earlier stage as they were. One that ran is stopped: when a stage
    /// ends, its demos end, too.
    pub(super) fn restore(&mut self, saved: Saved) {
        let step = |name: &str| Program::named(name).map(|it| it.bin);
        for (name, demo) in saved.shown {
            if step(&name).is_some() {
                self.shown.insert(name, Demo::restored(demo));
            }
        }
        let ends = saved.ends.into_iter();
        self.ends = ends
            .filter_map(|(bin, end)| Some((step(&bin)?, end)))
            .collect();
    }

    /// Ends every demo, and waits until all have ended.
    pub(super) fn end(self) {
        let running = self.shown.into_values().filter_map(|demo| demo.run);
        let stopping = self.stopping.into_iter().map(|(_, it)| it);
        let all: Vec<DemoRun> = running.chain(stopping).collect();
        // Each is asked before the first is waited for.
        all.iter().for_each(DemoRun::stop);
        all.into_iter().for_each(DemoRun::end);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Adds a demo that runs and that does not report.
    #[cfg(test)]
    pub(super) fn insert_running(&mut self, name: &str, number: u64) {
        let program = Program::named(name).expect("a step");
        let demo = Demo {
            number,
            status: Status::Running,
            run: Some(DemoRun::replay(&program, |_| false)),
            ..Demo::default()
        };
        self.shown.insert(name.to_owned(), demo);
    }
}

impl Demo {
    fn save(&self) -> SavedDemo {
        let runs = matches!(self.status, Status::Building | Status::Running);
        SavedDemo {
            status: if runs { Status::Stopped } else { self.status },
            why: match runs {
                true => "the stage ended while it ran".to_owned(),
                false => self.why.clone(),
            },
            verdict: self.verdict.clone(),
            port: self.port.clone(),
            recorded: self.recorded,
            killed: self.server.killed,
            // Of a demo that runs, this would change on its own.
            seconds: if runs { 0 } else { self.timer.took.as_secs() },
            output: self.output.screen.ansi(),
            scrolled: self.output.screen.scrolled(),
        }
    }

    fn restored(saved: SavedDemo) -> Demo {
        Demo {
            status: saved.status,
            output: Output {
                screen: Screen::restored(&saved.output, saved.scrolled),
                listens: false,
            },
            why: saved.why,
            verdict: saved.verdict,
            port: saved.port,
            recorded: saved.recorded,
            timer: Timer {
                started: None,
                took: Duration::from_secs(saved.seconds),
            },
            server: Server {
                killed: saved.killed,
                asked: None,
            },
            ..Demo::default()
        }
    }

    fn finish(&mut self) {
        self.run = None;
        self.timer.stop();
    }

    /// Its status, and the names in its verdict.
    fn end_json(&self) -> Value {
        let mut json = json!({"status": self.status.word()});
        if let Some(verdict) = &self.verdict {
            json["names"] = json!(verdict.names);
            json["heart"] = json!(verdict.heart.word());
        }
        json
    }

    fn json(&self, with_output: bool) -> Value {
        let screen = &self.output.screen;
        let mut json = self.end_json();
        if let Some(PortTaken {
            port,
            program,
            process,
        }) = &self.port
        {
            json["taken"] = json!({"port": port, "program": program, "process": process});
        }
        let more = json!({
            "why": self.why, "recorded": self.recorded,
            "killed": self.server.killed, "listens": self.output.listens,
            "seconds": self.timer.elapsed().as_secs(),
            "lines": if with_output { screen.html() } else { Vec::new() },
            "scrolled": screen.scrolled(),
        });
        if let (Value::Object(json), Value::Object(more)) = (&mut json, more) {
            json.extend(more);
        }
        json
    }
}

impl Status {
    /// The word for it in the JSON.
    fn word(self) -> &'static str {
        match self {
            Status::Idle => "idle",
            Status::Building => "building",
            Status::Running => "running",
            Status::Served => "served",
            Status::Kept => "kept",
            Status::Unkept => "unkept",
            Status::Deadlock => "deadlock",
            Status::Stuck => "stuck",
            Status::Froze => "froze",
            Status::Uncompiled => "uncompiled",
            Status::Taken => "taken",
            Status::Failed => "failed",
            Status::Impossible => "impossible",
            Status::Stopped => "stopped",
        }
    }
}
