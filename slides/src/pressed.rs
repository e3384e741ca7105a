//! The part of `--check` that presses what a presenter presses: on a stage of its own it opens the
//! pages in Chromium, plays a vote with one phone, and starts the game and kills its server. Every
//! wait is bounded.

use crate::{
    deck::Deck,
    demo::{port, program::Program, reaper},
    finding::Finding::{self, Problem},
};
use browser::{Browser, Page};
use serde_json::Value;
use std::{
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    panic::{self, AssertUnwindSafe},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, Message, WebSocket};

/// How long a stage may take to start, and a page to be shown.
const SOON: Duration = Duration::from_secs(30);

/// How long the game may take to start: it was built by an earlier check.
const GAME: Duration = Duration::from_secs(60);

/// How long one read may take. The deadlines are checked between reads.
const READ: Duration = Duration::from_millis(500);

/// The port of the game.
const GAME_PORT: u16 = 7008;

/// Why something that was pressed did not work.
#[derive(Debug)]
enum PressError {
    /// The stage did not start. The text is the end of its output.
    NoStage(String),
    /// The deck has no slide for it.
    NoSlide(&'static str),
    /// It did not happen in time.
    TooLate(&'static str, Duration),
    /// The connection to the stage failed.
    Socket(String),
    /// What a page or a demo says.
    Said(String),
}

impl fmt::Display for PressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PressError::NoStage(output) => write!(f, "the stage does not start: {output}"),
            PressError::NoSlide(what) => write!(f, "no slide has {what}"),
            PressError::TooLate(what, time) => {
                write!(f, "{what}: not within {} s", time.as_secs())
            }
            PressError::Socket(why) => write!(f, "the connection to the stage failed: {why}"),
            PressError::Said(what) => f.write_str(what),
        }
    }
}

impl From<io::Error> for PressError {
    fn from(error: io::Error) -> PressError {
        PressError::Socket(error.to_string())
    }
}

impl From<tungstenite::Error> for PressError {
    fn from(error: tungstenite::Error) -> PressError {
        PressError::Socket(error.to_string())
    }
}

/// What was pressed, with what was seen.
pub(crate) struct Pressed {
    pub(crate) pages: Finding,
    pub(crate) vote: Finding,
    pub(crate) game: Finding,
}

/// Presses everything on a stage that shows `deck`, or the talk's own. `decks` are its slides.
pub(crate) fn all(deck: Option<&Path>, decks: &[Deck]) -> Pressed {
    let stage = match OwnStage::start(deck) {
        Ok(stage) => stage,
        Err(why) => {
            let problem = || Problem(why.to_string());
            return Pressed {
                pages: problem(),
                vote: problem(),
                game: problem(),
            };
        }
    };
    Pressed {
        pages: stage.pages().into(),
        vote: or_nothing(stage.vote(decks)).into(),
        game: or_nothing(stage.game(decks)).into(),
    }
}

/// A deck need not have a slide for everything.
fn or_nothing(result: Result<String, PressError>) -> Result<String, PressError> {
    match result {
        Err(nothing @ PressError::NoSlide(_)) => Ok(format!("nothing to press: {nothing}")),
        result => result,
    }
}

/// A stage on ports of its own. It is ended when this is dropped.
struct OwnStage {
    process: Child,
    projector: String,
    speaker: String,
    token: String,
    presenter: SocketAddr,
    phones: SocketAddr,
}

impl OwnStage {
    fn start(deck: Option<&Path>) -> Result<OwnStage, PressError> {
        let mut command = Command::new(reaper::myself());
        command.args(["--listen", "127.0.0.1:0", "--phones", "0", "--no-kit"]);
        command.args(deck.into_iter().flat_map(|it| ["--deck".as_ref(), it]));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // It stays in this process group: Ctrl-C in the terminal ends both.
        let mut process = command.spawn()?;
        let (lines, heard) = mpsc::channel();
        for pipe in [
            process.stdout.take().map(boxed),
            process.stderr.take().map(boxed),
        ] {
            let lines = lines.clone();
            // Ends with the stage.
            thread::spawn(move || {
                for line in BufReader::new(pipe.into_iter().next()?).lines() {
                    let _unless_unheard = lines.send(line.ok()?);
                }
                Some(())
            });
        }
        drop(lines);
        let mut stage = OwnStage {
            process,
            projector: String::new(),
            speaker: String::new(),
            token: String::new(),
            presenter: SocketAddr::from(([127, 0, 0, 1], 0)),
            phones: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        stage.read_addresses(&heard)?;
        Ok(stage)
    }

    /// Reads the addresses that the stage prints.
    fn read_addresses(&mut self, heard: &Receiver<String>) -> Result<(), PressError> {
        let until = Instant::now() + SOON;
        let mut output = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = heard.recv_timeout(left) else {
                let last = output.len().saturating_sub(3);
                return Err(PressError::NoStage(output[last..].join(" / ")));
            };
            let url = line.split_whitespace().nth(1).unwrap_or_default();
            match line.trim_start().split(' ').next() {
                Some("projector") => {
                    self.projector = url.to_owned();
                    self.token = url.rsplit('=').next().unwrap_or_default().to_owned();
                    self.presenter = SocketAddr::new(self.presenter.ip(), port_in(url));
                }
                Some("speaker") => self.speaker = url.to_owned(),
                Some("phones") => self.phones = SocketAddr::new(self.phones.ip(), port_in(url)),
                Some("Ctrl-C") => return Ok(()),
                _ => {}
            }
            output.push(line);
        }
    }

    /// Opens the projector's, the speaker's and the phones' page in Chromium, if there is one.
    fn pages(&self) -> Result<String, PressError> {
        let follow = format!("http://{}/", self.phones);
        let pages = [
            ("projector", &self.projector, "#stage .slide.current"),
            ("speaker's page", &self.speaker, "#now .slide"),
            ("phones' page", &follow, "#page .slide"),
        ];
        if browser::find().is_none() || cfg!(not(unix)) {
            for (name, url, _) in pages {
                let status = get(host_of(url), "/")?;
                if status != 200 {
                    return Err(PressError::Said(format!("{name}: HTTP status {status}")));
                }
            }
            return Ok(
                "served; open them in your browser and look: no Chromium does it here".into(),
            );
        }
        let browser = Browser::launch().map_err(|error| PressError::Said(error.to_string()))?;
        for (name, url, shows) in pages {
            // A page's failures are panics, as tests want them.
            let seen = quietly(|| look(&browser, url, shows));
            let errors = seen.map_err(|why| PressError::Said(format!("{name}: {why}")))?;
            if let Some(error) = errors.first() {
                return Err(PressError::Said(format!("{name}: {error}")));
            }
        }
        Ok(format!(
            "projector, speaker's page and phones' page are shown by {}, without an error",
            browser.version()
        ))
    }

    /// Plays a vote: the presenter begins it, and one phone votes.
    fn vote(&self, decks: &[Deck]) -> Result<String, PressError> {
        let (slide, step) = first(decks, |it| it.schedulers.first())
            .ok_or(PressError::NoSlide("a schedule game"))?;
        let mut presenter = self.presenter()?;
        presenter.send(&format!("[\"go\",{slide},0]"))?;
        presenter.send(&format!("[\"play\",{}]", Value::from(step.as_str())))?;
        presenter.wait("the schedule game begins", SOON, |state| {
            (state["game"]["state"] == "running").then_some(())
        })?;
        let mut phone = Socket::connect(self.phones, "/live")?;
        let until = Instant::now() + SOON;
        let mut last_round = 0;
        loop {
            let began = Instant::now();
            presenter.send("[\"votes\",true]")?;
            let asked = phone.wait("the phone is asked", SOON, |state| {
                let vote = &state["vote"];
                if is_over(vote) {
                    return Some(None);
                }
                let round = vote["round"].as_u64().filter(|it| *it > last_round)?;
                Some(Some((round, vote["count"][0][0].as_u64()?)))
            })?;
            if let Some((round, choice)) = asked {
                last_round = round;
                phone.send(&format!("[\"vote\",{round},{choice}]"))?;
                let is_counted = presenter.wait("the vote is counted", SOON, |state| {
                    let vote = &state["vote"];
                    let mine = vote["round"] == round && vote["count"][0][1] == 1;
                    // A short vote may be over when its count arrives. Then a thread has moved.
                    let moved = state["game"]["rows"]
                        .as_array()
                        .is_some_and(|it| !it.is_empty());
                    (mine || moved || is_over(vote)).then_some(mine || moved)
                })?;
                if is_counted {
                    let took = began.elapsed().as_millis();
                    presenter.send("[\"votes\",false]")?;
                    return Ok(format!("a phone's vote was counted after {took} ms"));
                }
            }
            // On a busy machine the vote may be over before the ballot is there.
            if Instant::now() > until {
                return Err(PressError::TooLate("the vote is counted", SOON));
            }
            presenter.send("[\"votes\",false]")?;
            presenter.wait("the votes end", SOON, |state| {
                state["vote"].is_null().then_some(())
            })?;
            phone.wait("the votes end", SOON, |state| {
                (state.is_object() && state["vote"].is_null()).then_some(())
            })?;
        }
    }

    /// Starts the game, kills its server where a supervisor starts the next one, and ends it.
    fn game(&self, decks: &[Deck]) -> Result<String, PressError> {
        let is_game =
            |name: &&String| Program::named(name).is_some_and(|program| program.is_the_game());
        let (slide, name) = first(decks, |it| it.demos.iter().find(is_game))
            .ok_or(PressError::NoSlide("the game"))?;
        let here = SocketAddr::from(([127, 0, 0, 1], GAME_PORT));
        if TcpStream::connect_timeout(&here, READ).is_ok() {
            let who = port::who(GAME_PORT);
            return Err(PressError::Said(format!(
                "not started: {who} listens on port {GAME_PORT}"
            )));
        }
        let mut presenter = self.presenter()?;
        let name = Value::from(name.as_str());
        let key = name.as_str().unwrap_or_default().to_owned();
        presenter.send(&format!("[\"go\",{slide},0]"))?;
        presenter.send(&format!("[\"start\",{name}]"))?;
        presenter.wait("the game starts", GAME, |state| {
            let demo = &state["demos"][&key];
            match demo["status"].as_str() {
                Some("running") => (demo["listens"] == true).then_some(Ok(())),
                Some("failed" | "impossible" | "uncompiled" | "taken") => Some(Err(
                    PressError::Said(demo["why"].as_str().unwrap_or_default().to_owned()),
                )),
                _ => None,
            }
        })??;
        serves(here, "the game's page", SOON)?;
        let mut seen = "its page was shown".to_owned();
        if cfg!(target_os = "linux") {
            presenter.send(&format!("[\"crash\",{name}]"))?;
            presenter.wait("its server is killed", SOON, |state| {
                (state["demos"][&key]["killed"] == 1).then_some(())
            })?;
            let killed = Instant::now();
            serves(here, "the next server", SOON)?;
            seen += &format!(
                ", its server was killed, and the next one served after {} ms",
                killed.elapsed().as_millis()
            );
        }
        presenter.send(&format!("[\"stop\",{name}]"))?;
        presenter.wait("the game ends", SOON, |state| {
            (state["demos"][&key]["status"] == "stopped").then_some(())
        })?;
        Ok(seen)
    }

    fn presenter(&self) -> Result<Socket, PressError> {
        let mut socket = Socket::connect(self.presenter, "/control")?;
        socket.send(&self.token)?;
        Ok(socket)
    }
}

impl Drop for OwnStage {
    fn drop(&mut self) {
        // The stage ends its demos. Where there is no SIGTERM, its reapers do that.
        #[cfg(unix)]
        let _asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        let until = Instant::now() + if cfg!(unix) { SOON / 2 } else { Duration::ZERO };
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        let _unless_it_ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// Whether a vote ended without a ballot.
fn is_over(vote: &Value) -> bool {
    vote["state"] == "nobody"
}

fn boxed(pipe: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(pipe)
}

/// The number of the first slide for which `of` finds something, and what it finds.
fn first<'d, T: ?Sized>(
    decks: &'d [Deck],
    of: impl Fn(&'d crate::deck::Blocks) -> Option<&'d T>,
) -> Option<(usize, &'d T)> {
    let slides = decks.first()?.slides.iter().enumerate();
    slides
        .filter_map(|(at, slide)| Some((at, of(&slide.blocks)?)))
        .next()
}

/// Waits until the page shows an element, and returns its errors.
fn look(browser: &Browser, url: &str, shows: &str) -> Vec<String> {
    let page: Page = browser.open(url);
    page.wait_for(&format!("document.querySelector('{shows}')"), SOON);
    page.errors()
}

/// Runs it, and returns the first line of its panic instead of printing it.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    result.map_err(|panic| {
        let text = harness::panic_text(&*panic).unwrap_or("it panicked");
        text.lines().next().unwrap_or_default().to_owned()
    })
}

/// The port in a URL such as `http://127.0.0.1:7011/`.
fn port_in(url: &str) -> u16 {
    let host = host_of(url);
    host.rsplit(':')
        .next()
        .and_then(|it| it.parse().ok())
        .unwrap_or(0)
}

fn host_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    rest.split('/').next().unwrap_or_default()
}

/// The HTTP status of a page.
fn get(host: &str, path: &str) -> Result<u16, PressError> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(10 * READ))?;
    stream.set_write_timeout(Some(10 * READ))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).take(200).read_line(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
    status.ok_or_else(|| PressError::Said(format!("{host} gives no HTTP answer")))
}

/// Waits until a server answers with its page.
fn serves(address: SocketAddr, what: &'static str, within: Duration) -> Result<(), PressError> {
    let until = Instant::now() + within;
    while Instant::now() < until {
        if get(&address.to_string(), "/").is_ok_and(|status| status == 200) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(PressError::TooLate(what, within))
}

/// A page's connection to the stage.
struct Socket(WebSocket<TcpStream>);

impl Socket {
    fn connect(address: SocketAddr, path: &str) -> Result<Socket, PressError> {
        let stream = TcpStream::connect_timeout(&address, SOON)?;
        stream.set_read_timeout(Some(SOON))?;
        let uri = format!("ws://{address}{path}").parse();
        let uri = uri.map_err(|_| PressError::Said(format!("{address} is no address")))?;
        let (socket, _) = tungstenite::client(ClientRequestBuilder::new(uri), stream)
            .map_err(|error| PressError::Socket(error.to_string()))?;
        socket.get_ref().set_read_timeout(Some(READ))?;
        Ok(Socket(socket))
    }

    fn send(&mut self, text: &str) -> Result<(), PressError> {
        Ok(self.0.send(Message::text(text))?)
    }

    /// Waits for a state in which `find` finds something.
    fn wait<T>(
        &mut self,
        what: &'static str,
        within: Duration,
        find: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, PressError> {
        let until = Instant::now() + within;
        while Instant::now() < until {
            let message = match self.0.read() {
                Ok(message) => message,
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => continue,
                Err(error) => return Err(error.into()),
            };
            let found = message
                .to_text()
                .ok()
                .and_then(|text| serde_json::from_str(text).ok())
                .and_then(|state| find(&state));
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(PressError::TooLate(what, within))
    }
}

/// Whether a read may be tried again. Ctrl-Z and `fg` interrupt one whose time is limited.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
