//! The screen that keeps still: judges each answer when it is saved, and has a key for everything.
//!
//! What it shows is what the commands print: it runs them, so that a verdict can be ended with a
//! key, and reads their text.

mod board;
mod frame;
mod signals;
mod state;
mod terminal;
mod wake;

use crate::attack::{Attack, Whose};
use crate::commands::Context;
use crate::libraries::Libraries;
use crate::places::{Places, Saved};
use crate::progress::Progress;
use crate::reading::Reading;
use crate::runner::Runner;
use crate::saved::Restore;
use crate::screen::{DESK, PAGE, UNSEEN};
use crate::set::{Exercise, Set};
use board::{Board, Move};
use frame::{Line, Size};
use judge::play::Scene;
use signals::Signals;
use state::{Action, Desk, ERROR, Entry, Said, View, essence};
use std::env;
use std::io::{self, BufRead, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};
use terminal::{Key, Terminal};
use wake::{Wake, Waker};

pub(crate) use terminal::is_there;

/// How long to sleep while a game's program is asked: its answer wakes nothing.
const LOOK: Duration = Duration::from_millis(60);
/// How long to sleep while a sign moves, or the size of the window settles.
const BEAT: Duration = Duration::from_millis(150);
/// How long a window has to keep its size before the verdict is written again.
const RESIZED: Duration = Duration::from_millis(400);
/// What is told until the page in a browser can be opened.
const BUILDS_PAGE: &str = "Building the page…";
/// What is told while the libraries of every answer are built.
const BUILDS_JUDGE: &str = "The judge is built first: once, for a minute or two. If another cargo \
                            runs, it waits for that one.";
/// How many bytes of a command's text are read.
const PRINTED: u64 = 1 << 20;

/// A command that runs.
struct Running {
    what: What,
    began: Instant,
    child: Child,
    /// What it has printed, when it has ended.
    printed: Receiver<String>,
    /// Whether the libraries were not there when it began.
    builds: bool,
}

impl Drop for Running {
    /// Ends what runs, also if this program ends by a panic. The judged program reads the end of
    /// its input then, and ends too.
    fn drop(&mut self) {
        #[cfg(unix)]
        if matches!(self.child.try_wait(), Ok(None)) {
            use rustix::process::{Pid, Signal, kill_process_group};

            // The compiler, too: the command began a process group.
            let _unless_it_ended = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        let _unless_it_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// How the screen ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The learner quits; `true` if the current exercise is solved.
    Quit(bool),
    /// Ctrl-C, or a signal of this number.
    Signal(u8),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Judge(usize),
    Page,
}

/// A game, and the runner that keeps its program.
struct Playing {
    board: Board,
    attack: Attack,
    _runner: Runner,
    is_asked: bool,
}

type Began = Result<(Attack, Runner), String>;

struct Loop<'a> {
    context: &'a mut Context,
    desk: Desk,
    running: Option<Running>,
    begins: Option<Receiver<Began>>,
    playing: Option<Playing>,
    web: Web,
    /// The exercise whose original is being restored: that is no save of the learner's, so what is
    /// said about it stays.
    restores: Option<usize>,
    places: Places,
    /// What was judged last, and what the files were when they were last looked at.
    judged: Vec<Saved>,
    before: Vec<Saved>,
    signals: Signals,
    wake: Wake,
    beat: usize,
    size: Size,
    /// When the window got another size.
    resized: Option<Instant>,
}

/// Opens the screen, at a game if there is one to begin. Returns how it ends.
pub(crate) fn open(context: &mut Context, plays: Option<&Exercise>) -> Result<Ended, String> {
    let current = plays.cloned().or_else(|| context.exercise(None).ok());
    let current = current.unwrap_or_else(|| context.set.exercises[0].clone());
    let index = context.set.exercises.iter().position(|it| *it == current);
    let desk = Desk::new(vec![], index.unwrap_or(0));
    let mut places = Places::of(&context.set);
    // Before the first look: what is saved after it wakes the screen.
    let wake = Wake::new(&places).map_err(|why| format!("the terminal: {why}"))?;
    let judged = places.look();
    let mut open = Loop {
        context,
        desk,
        running: None,
        begins: None,
        playing: None,
        web: Web::default(),
        restores: None,
        places,
        before: judged.clone(),
        judged,
        signals: Signals::watch(&wake),
        wake,
        beat: 0,
        size: Size {
            columns: 0,
            rows: 0,
        },
        resized: None,
    };
    open.refresh();
    open.read_question();
    match plays {
        Some(_) => open.begin(Whose::Original, None),
        None => open.desk.waiting.push(open.desk.current),
    }
    let mut terminal = Terminal::open(&open.wake).map_err(|why| format!("the terminal: {why}"))?;
    let ended = open.go(&mut terminal);
    drop(terminal);
    open.stop();
    if let Some(signal) = open.signals.came() {
        // A window that was closed is no error either.
        return Ok(Ended::Signal(signal));
    }
    ended.map_err(|why| format!("the terminal: {why}"))?;
    let is_green = open.desk.said.as_ref().is_some_and(|said| said.is_green);
    Ok(Ended::Quit(is_green))
}

impl Loop<'_> {
    fn go(&mut self, terminal: &mut Terminal) -> io::Result<()> {
        let began = Instant::now();
        loop {
            if self.signals.came().is_some() {
                return Ok(());
            }
            let size = terminal.size();
            if size != self.size {
                (self.size, self.resized) = (size, Some(Instant::now()));
            }
            // The text of a verdict is as wide as the window was.
            if self.resized.take_if(|at| at.elapsed() > RESIZED).is_some()
                && self.desk.said.is_some()
                && self.running.is_none()
            {
                self.desk.waiting.push(self.desk.current);
            }
            self.start_waiting(size);
            self.draw(terminal)?;
            let (key, is_noticed) = terminal.key(&self.wake, self.rest())?;
            if let Some(key) = key
                && !self.press(key, terminal.size())
            {
                return Ok(());
            }
            self.beat =
                usize::try_from(began.elapsed().as_millis() / BEAT.as_millis()).unwrap_or(0);
            self.look_at_command();
            self.look_at_game();
            self.look_at_files(is_noticed);
            self.look_at_restored();
        }
    }

    /// How long to sleep if nothing wakes the screen.
    fn rest(&self) -> Duration {
        let is_asked = |it: &Playing| it.is_asked || it.attack.is_computing();
        if self.playing.as_ref().is_some_and(is_asked) || self.before != self.judged {
            // Or a file that is no text was saved: it is looked at twice.
            LOOK
        } else if self.running.is_some() || self.resized.is_some() {
            BEAT
        } else {
            self.wake.idle()
        }
    }

    fn draw(&mut self, terminal: &mut Terminal) -> io::Result<()> {
        let size = terminal.size();
        if let Some(playing) = &mut self.playing {
            let asked = playing.is_asked.then_some(self.beat);
            let frame = playing.board.draw(&playing.attack, size, asked);
            let (lines, scroll) = frame.lay_out(size, playing.board.scroll);
            if playing.board.scroll > 0 {
                playing.board.scroll = scroll;
            }
            return terminal.draw(lines);
        }
        self.desk.builds_a_game = self.begins.is_some();
        if let Some(running) = &self.running {
            let long = running.began.elapsed();
            if let What::Judge(index) = running.what {
                self.desk.judging = Some((index, long));
            }
            if running.builds && long > Duration::from_secs(2) {
                self.desk.notice = BUILDS_JUDGE.into();
            }
        }
        let (lines, scroll) = self
            .desk
            .draw(size, self.beat)
            .lay_out(size, self.desk.scroll);
        self.desk.scroll = scroll;
        terminal.draw(lines)
    }

    /// Handles a key. Returns `false` to quit.
    fn press(&mut self, key: Key, size: Size) -> bool {
        if key == Key::Interrupt {
            self.signals.interrupt();
            return false;
        }
        // A window that gets another size comes as such a key.
        if key != Key::Other {
            self.restores = None;
        }
        if let Some(playing) = &mut self.playing {
            if key == Key::Char('p') {
                playing.attack.compute();
            }
            let asks = playing.board.apply(key, &playing.attack);
            match asks {
                None => {}
                Some(Move::Quit) => return false,
                Some(Move::Leave) => self.leave(),
                Some(Move::LeaveWith(key)) => {
                    self.leave();
                    return self.press(key, size);
                }
                Some(Move::Switch) => {
                    let whose = playing.attack.whose.other();
                    let scene = playing.attack.scene().clone();
                    self.leave();
                    self.begin(whose, Some(scene));
                }
                Some(Move::Web) => {
                    let name = playing.attack.exercise.name.clone();
                    playing.attack.notice =
                        self.web.open(&self.context.set, &name, self.wake.waker());
                }
                // A key that comes before the answer would be about another position.
                Some(Move::Ask(_) | Move::Choose(_)) if playing.is_asked => {}
                Some(Move::Choose(number)) => match playing.attack.choose(number) {
                    Ok(()) => playing.is_asked = true,
                    Err(why) => self.fails(&why.to_string()),
                },
                Some(Move::Ask(ask)) => match playing.attack.ask(&ask) {
                    Ok(()) => {
                        playing.is_asked = true;
                        playing.board.scroll = 0;
                    }
                    Err(why) => self.fails(&why.to_string()),
                },
            }
            return true;
        }
        // A game may have been begun by a key since the screen was drawn.
        self.desk.builds_a_game = self.begins.is_some();
        for action in self.desk.apply(key, size) {
            match action {
                Action::Quit => return false,
                Action::Judge(index) => self.wants(index),
                Action::JudgeAll => (0..self.desk.exercises.len()).for_each(|it| self.wants(it)),
                Action::Stop => {
                    self.desk.waiting.clear();
                    self.stop();
                    self.desk.before.clear();
                    self.desk.notice = "Stopped: there is no verdict.".into();
                }
                Action::StopBuilding => {
                    self.begins = None;
                    self.judge_if_new();
                }
                Action::Run(command, index) => self.run(command, index, size),
                Action::Reset(index) => {
                    self.run("reset", index, size);
                    self.restores = Some(index);
                    self.desk.said = None;
                    self.desk.before.clear();
                }
                Action::Break(_) => self.begin(Whose::Original, None),
                Action::Go(index) => self.move_to(index),
            }
        }
        true
    }

    /// Puts an exercise into the queue of those to judge, unless it waits there or is judged now.
    fn wants(&mut self, index: usize) {
        let is_judged = |it: &Running| it.what == What::Judge(index);
        if !self.desk.waiting.contains(&index) && !self.running.as_ref().is_some_and(is_judged) {
            self.desk.waiting.push(index);
        }
    }

    /// Makes an exercise the current one, and judges it.
    fn move_to(&mut self, index: usize) {
        self.desk.current = index;
        self.desk.said = None;
        self.desk.before.clear();
        self.desk.scroll = 0;
        // A game that is being built is one of the exercise before.
        self.begins = None;
        let set = &self.context.set;
        let current = Some(set.exercises[index].name.clone());
        let ((), saved) = Progress::update(set, |progress| progress.current = current);
        if let Err(why) = saved {
            self.desk.notice = why.to_string();
        }
        self.read_question();
        self.wants(index);
    }

    fn read_question(&mut self) {
        let exercise = &self.context.set.exercises[self.desk.current];
        let question = self.context.set.read(&exercise.file("README.md"));
        self.desk.question = question.unwrap_or_else(|why| why.to_string());
        if let Some(reading) = Reading::of(&self.context.set, exercise) {
            self.desk.question += &format!("\n{}\n", reading.before);
        }
    }

    /// Reads which exercises are solved.
    fn refresh(&mut self) {
        let set = &self.context.set;
        let progress = Progress::read(set);
        let entry = |exercise: &Exercise| Entry {
            name: exercise.name.clone(),
            asks: essence(&set.read(&exercise.file("README.md")).unwrap_or_default()),
            state: progress.state(set, exercise),
        };
        self.desk.exercises = set.exercises.iter().map(entry).collect();
    }

    /// Begins to judge the next answer that waits, if nothing runs.
    fn start_waiting(&mut self, size: Size) {
        if self.running.is_none() && !self.desk.waiting.is_empty() {
            let index = self.desk.waiting.remove(0);
            self.start("run", index, What::Judge(index), size);
        }
    }

    /// Runs a command and shows what it prints. A verdict that was on its way comes after it.
    fn run(&mut self, command: &'static str, index: usize, size: Size) {
        if let Some(What::Judge(judged)) = self.running.as_ref().map(|it| it.what) {
            self.desk.waiting.insert(0, judged);
        }
        self.stop();
        self.start(command, index, What::Page, size);
    }

    fn start(&mut self, command: &str, index: usize, what: What, size: Size) {
        let name = self.context.set.exercises[index].name.clone();
        let shows = match what {
            What::Page => PAGE,
            What::Judge(_) if index == self.desk.current => "verdict",
            What::Judge(_) => UNSEEN,
        };
        let builds = !Libraries::are_built();
        let started = env::current_exe().and_then(|learn| {
            let mut run = Command::new(learn);
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(&mut run, 0);
            run.arg("--in")
                .arg(&self.context.set.here)
                .args([command, &name])
                .env("COLUMNS", size.columns.to_string())
                .env(DESK, shows)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
        });
        let mut child = match started {
            Ok(child) => child,
            Err(why) => {
                self.desk.notice = format!(
                    "learn cannot be started: {why}. If it was built again meanwhile, quit it, \
                     and begin again."
                );
                return;
            }
        };
        let (send, printed) = channel();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let waker = self.wake.waker();
        thread::spawn(move || {
            let errors = thread::spawn(move || text(stderr));
            let mut all = text(stdout);
            all += &errors.join().unwrap_or_default();
            // An error: it was stopped meanwhile.
            let _unless_stopped = send.send(all);
            waker.wake();
        });
        self.running = Some(Running {
            what,
            began: Instant::now(),
            child,
            printed,
            builds,
        });
    }

    /// Ends what runs.
    fn stop(&mut self) {
        self.running = None;
        self.desk.judging = None;
    }

    fn look_at_command(&mut self) {
        let Some(running) = &mut self.running else {
            return;
        };
        let Ok(printed) = running.printed.try_recv() else {
            return;
        };
        let is_green = running.child.wait().is_ok_and(|status| status.success());
        let (what, took) = (running.what, running.began.elapsed());
        self.running = None;
        self.desk.judging = None;
        if self.desk.notice == BUILDS_JUDGE {
            self.desk.notice.clear();
        }
        match what {
            What::Judge(index) if index == self.desk.current => {
                let mut said = Said::read(&printed, is_green);
                said.took = said.is_judged.then_some(took);
                if let Some(why) = said.take_not_saved() {
                    self.desk.notice = why;
                }
                self.desk.before.clear();
                self.desk.said = Some(said);
                // Its first line is in sight; a page that is being read stays.
                if self.desk.view == View::Verdict {
                    self.desk.scroll = 0;
                }
            }
            // Another one that was saved, or one of all.
            What::Judge(_) => self.desk.notice = Said::read(&printed, is_green).headline,
            What::Page => {
                let said = printed.strip_prefix(ERROR).unwrap_or(&printed);
                let lines = said.lines().map(Line::printed).collect();
                self.desk.view = View::Page(lines);
                self.desk.scroll = 0;
            }
        }
        self.refresh();
    }

    /// Builds a program to play, in a thread of its own.
    fn begin(&mut self, whose: Whose, before: Option<Scene>) {
        let (set, root) = (self.context.set.clone(), self.context.root.clone());
        let exercise = set.exercises[self.desk.current].clone();
        let (send, begins) = channel();
        let waker = self.wake.waker();
        thread::spawn(move || {
            let begin = || -> Began {
                let runner = Runner::open(&root)?;
                let mut attack = Attack::begin(&set, &runner, &exercise, whose, before.as_ref())?;
                attack.wait(&set)?;
                Ok((attack, runner))
            };
            // An error: the player has left meanwhile.
            let _unless_left = send.send(begin());
            waker.wake();
        });
        self.begins = Some(begins);
    }

    fn leave(&mut self) {
        self.playing = None;
        self.desk.notice.clear();
        self.judge_if_new();
    }

    /// Judges the current exercise if it has no verdict yet: a game came before it.
    fn judge_if_new(&mut self) {
        if self.desk.said.is_none() {
            self.wants(self.desk.current);
        }
    }

    fn fails(&mut self, why: &str) {
        self.leave();
        self.desk.notice = format!("The game has ended: {why}.");
    }

    fn look_at_game(&mut self) {
        let began = self.begins.as_ref().map(Receiver::try_recv);
        let began = match began {
            None | Some(Err(TryRecvError::Empty)) => None,
            Some(Ok(began)) => Some(began),
            Some(Err(TryRecvError::Disconnected)) => Some(Err("learn itself failed".into())),
        };
        if let Some(began) = began {
            self.begins = None;
            self.desk.notice.clear();
            match began {
                Ok((attack, runner)) => {
                    self.playing = Some(Playing {
                        board: Board::default(),
                        attack,
                        _runner: runner,
                        is_asked: false,
                    });
                }
                Err(why) => {
                    let why = Restore::with_the_key(&why);
                    let said = self.desk.said.as_ref().map(|said| said.headline.as_str());
                    // What the headline says already is not said again.
                    self.desk.notice = match said.is_some_and(|said| said.contains(&why)) {
                        true => "There is no game.".into(),
                        false => format!("There is no game: {}.", why.trim_end_matches('.')),
                    };
                }
            }
        }
        if let Some(told) = self.web.hear() {
            match &mut self.playing {
                Some(playing) => playing.attack.notice = told,
                None => self.desk.notice = told,
            }
        }
        let Some(playing) = &mut self.playing else {
            return;
        };
        playing.attack.look();
        if !playing.is_asked {
            return;
        }
        match playing.attack.hear(&self.context.set, Duration::ZERO) {
            Ok(false) => {}
            Ok(true) => {
                playing.is_asked = false;
                let able = playing.attack.able().count();
                playing.board.chosen = playing.board.chosen.min(able.saturating_sub(1));
            }
            Err(why) => self.fails(&why.to_string()),
        }
    }

    /// Judges each answer that was saved.
    fn look_at_files(&mut self, is_noticed: bool) {
        let now = self.places.look();
        if now != self.before {
            self.wake.found(&self.places, is_noticed);
        }
        // A file that is no text may be one that an editor is just writing: look twice.
        let is_saved = |index: &usize| {
            let (now, before) = (&now[*index], &self.before[*index]);
            *now != self.judged[*index] && (now.is_ok() || now == before)
        };
        let saved: Vec<usize> = (0..now.len()).filter(is_saved).collect();
        for &index in &saved {
            self.judged[index] = now[index].clone();
        }
        self.before = now;
        let Some(&last) = saved.last() else { return };
        self.playing = None;
        self.begins = None;
        // A verdict on what was there before is of no use.
        if self
            .running
            .as_ref()
            .is_some_and(|it| saved.iter().any(|&index| it.what == What::Judge(index)))
        {
            self.stop();
        }
        self.desk.waiting.retain(|index| !saved.contains(index));
        self.desk.waiting.extend(&saved);
        let said = self.desk.said.take();
        if !saved.contains(&self.desk.current) {
            self.desk.current = last;
            self.desk.before.clear();
            self.read_question();
        } else if let Some(said) = said {
            self.desk.before = said.rest;
        }
        if self.restores.take_if(|it| saved == [*it]).is_none() {
            self.desk.view = View::Verdict;
        }
        self.desk.notice.clear();
        self.refresh();
    }

    /// Judges the exercise that was to be restored if nothing was saved: its original was there
    /// already, or it cannot be written. The next save is the learner's.
    fn look_at_restored(&mut self) {
        if self.running.is_none() && self.restores.take().is_some() {
            self.judge_if_new();
        }
    }
}

/// The page in a browser: a process that ends with this one.
#[derive(Default)]
struct Web {
    served: Option<(String, Child)>,
    address: Option<String>,
    /// Its first line: it comes when the program to play is built.
    says: Option<Receiver<String>>,
}

impl Web {
    /// Serves the page of this exercise, unless it is served already. Returns what to tell.
    fn open(&mut self, set: &Set, name: &str, waker: Waker) -> String {
        if let Some((served, _)) = &self.served
            && served == name
        {
            return match &self.address {
                None => BUILDS_PAGE.into(),
                Some(address) => format!("The page is open already: {address}"),
            };
        }
        self.close();
        let started = env::current_exe().and_then(|learn| {
            Command::new(learn)
                .arg("--in")
                .arg(&set.here)
                .args(["break", name, "--web"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
        });
        let mut child = match started {
            Ok(child) => child,
            Err(why) => return format!("The page cannot be served: {why}."),
        };
        let stdout = child.stdout.take();
        let (send, says) = channel();
        thread::spawn(move || {
            let mut line = String::new();
            if let Some(stdout) = stdout {
                let _until_then = io::BufReader::new(stdout.take(PRINTED)).read_line(&mut line);
            }
            // An error: another page was opened meanwhile.
            let _unless_closed = send.send(line);
            waker.wake();
        });
        (self.served, self.says) = (Some((name.to_owned(), child)), Some(says));
        BUILDS_PAGE.into()
    }

    /// Returns what to tell when the page is there, or has failed.
    fn hear(&mut self) -> Option<String> {
        let line = self.says.as_ref()?.try_recv().ok()?;
        self.says = None;
        match line.split_whitespace().find(|it| it.starts_with("http")) {
            Some(address) => {
                self.address = Some(address.to_owned());
                Some(format!("Open {address}"))
            }
            None => {
                self.close();
                Some("The page cannot be served: `learn break --web` says why.".into())
            }
        }
    }

    fn close(&mut self) {
        (self.says, self.address) = (None, None);
        if let Some((_, mut child)) = self.served.take() {
            let _unless_it_ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.close();
    }
}

fn text(pipe: Option<impl Read>) -> String {
    let mut bytes = vec![];
    if let Some(pipe) = pipe {
        // An error ends the text, as the end of the pipe does.
        let _until_then = pipe.take(PRINTED).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
