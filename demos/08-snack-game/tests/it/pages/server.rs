//! A server of a test, and a player: a page with helpers.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use bots::program::Program;
use browser::{Browser, Page};
use serde_json::{Value, json};

pub(crate) use crate::common::PATIENCE as SOON;
use crate::common::{Folder, free_address, program::PROGRAM};

/// Interval between two checks of a page.
const LOOK: Duration = Duration::from_millis(60);

/// A running server. It is killed when the test ends, and its data folder is removed.
pub(crate) struct TestServer {
    program: Program,
    _folder: Folder,
    #[cfg(unix)]
    options: Vec<String>,
}

/// Starts a server with these options, and without bots unless they ask for some.
pub(crate) fn open(options: &[&str]) -> TestServer {
    let folder = Folder::with_token();
    let data = folder.path().to_string_lossy();
    let options = [&["--bots", "0", "--data", &data], options].concat();
    TestServer {
        program: Program::start_at(free_address(), PROGRAM, &options),
        #[cfg(unix)]
        options: options.iter().map(|&option| option.to_owned()).collect(),
        _folder: folder,
    }
}

impl TestServer {
    /// The address of the server.
    pub(crate) fn address(&self) -> SocketAddr {
        self.program.address()
    }

    /// Shuts the server down and waits until it has exited.
    #[cfg(unix)]
    pub(crate) fn shut_down(&mut self) {
        self.signal(rustix::process::Signal::TERM);
        let ended = self.program.wait(SOON);
        assert_eq!(ended.code, Some(0), "{ended}");
    }

    /// Stops the process with SIGSTOP: connections stay open, new ones are accepted, and no answer
    /// comes.
    #[cfg(unix)]
    pub(crate) fn hang(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.program.pid().cast_signed());
        rustix::process::kill_process(pid.expect("a process"), signal).expect("the server runs");
    }

    /// Starts the server again on the same port.
    #[cfg(unix)]
    pub(crate) fn restart(&mut self) {
        let options: Vec<&str> = self.options.iter().map(String::as_str).collect();
        self.program = Program::start_at(self.program.address(), PROGRAM, &options);
    }

    /// What the server has printed.
    #[cfg(target_os = "linux")]
    pub(crate) fn stdout(&self) -> String {
        self.program.stdout()
    }
}

/// Returns the URL of a page.
pub(crate) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

/// A player with a page.
pub(crate) struct Player {
    /// The page on the phone.
    pub(crate) page: Page,
}

impl Player {
    /// Opens the page with a screen of this size, types a name, and taps `Play`.
    #[track_caller]
    pub(crate) fn join(
        browser: &Browser,
        address: SocketAddr,
        name: &str,
        (width, height): (u32, u32),
    ) -> Self {
        Self::join_at(browser, &url(address, "/?lang=en"), name, (width, height))
    }

    /// Joins at this URL.
    #[track_caller]
    pub(crate) fn join_at(
        browser: &Browser,
        url: &str,
        name: &str,
        (width, height): (u32, u32),
    ) -> Self {
        let player = Self::knock_at(browser, url, name, (width, height));
        player.wait_for_seat();
        player
    }

    /// As [`join_at`](Self::join_at), without waiting for a seat.
    #[track_caller]
    pub(crate) fn knock_at(
        browser: &Browser,
        url: &str,
        name: &str,
        (width, height): (u32, u32),
    ) -> Self {
        let page = browser.open("about:blank");
        page.phone(width, height);
        page.go(url);
        page.tap("#name");
        page.type_text(name);
        page.tap("#join .big");
        Self { page }
    }

    /// Waits until the player has a seat.
    #[track_caller]
    pub(crate) fn wait_for_seat(&self) {
        self.page.wait_for("!document.getElementById('hud').hidden && document.getElementById('points').textContent", SOON);
    }

    /// Evaluates an expression with the page's `connection`, `scene`, `seats`, `me` and `mirror`.
    #[track_caller]
    pub(crate) fn eval(&self, js: &str) -> Value {
        self.page.eval(&inside(js))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_for(&self, js: &str, within: Duration) {
        let until = Instant::now() + within;
        while self.eval(&format!("Boolean({js})")) != json!(true) {
            assert!(
                Instant::now() < until,
                "not after {within:?}: {js}\nThe page says: {}",
                self.status()
            );
            thread::sleep(LOOK);
        }
    }

    /// Makes the page wait a minute for a silent server, and not three seconds. For tests in which
    /// the page keeps its connection, on a machine that may stand still for a while.
    #[track_caller]
    pub(crate) fn be_patient(&self) {
        self.eval(
            "void (() => {
                const { watchdog } = connection;
                connection.watchdog = () => watchdog.call(connection, 60_000);
            })()",
        );
    }

    /// Swipes in the middle of the screen: 0 up, 1 right, 2 down, 3 left.
    #[track_caller]
    pub(crate) fn swipe(&self, dir: u8) {
        let middle = self.page.eval("[innerWidth / 2, innerHeight * 0.6]");
        let (x, y) = (
            middle[0].as_f64().expect("a number"),
            middle[1].as_f64().expect("a number"),
        );
        let (dx, dy) = [(0.0, -60.0), (60.0, 0.0), (0.0, 60.0), (-60.0, 0.0)][usize::from(dir % 4)];
        self.page.swipe((x, y), (x + dx, y + dy));
    }

    /// Plays until the player has this many points. A script in the page presses the keys, one per
    /// tick, because a test on a busy machine would be too slow. The keys are handled as usual.
    #[track_caller]
    pub(crate) fn eat(&self, points: u64, within: Duration) {
        self.eval(PILOT);
        self.wait_for(&format!("me && me.points >= {points}"), within);
        self.page.eval("clearInterval(window.pilot)");
    }

    /// Returns the points that the page shows.
    #[track_caller]
    pub(crate) fn points(&self) -> u64 {
        self.eval("me ? me.points : 0").as_u64().expect("a number")
    }

    /// Returns the status text of the page.
    #[track_caller]
    pub(crate) fn status(&self) -> String {
        let said = self
            .page
            .eval("document.getElementById('status').textContent");
        said.as_str().unwrap_or_default().to_owned()
    }

    /// Checks that nothing went wrong behind the player's back: no error, no exception, nothing
    /// refused by the policy.
    #[track_caller]
    pub(crate) fn check_errors(&self) {
        fine(&self.page);
    }
}

/// Presses the arrow towards the nearest snack: first across, then along.
const PILOT: &str = "void (window.pilot = setInterval(() => {
    const mirror = scene.mirror, me = mirror?.players.get(connection.seat);
    if (!me || mirror.phase !== 0) return;
    const { width, height } = mirror.config;
    const short = (off, length) => off - Math.round(off / length) * length;
    let best = null;
    for (const cell of mirror.snacks.keys()) {
        const dx = short((cell % width) - me.x, width), dy = short(Math.floor(cell / width) - me.y, height);
        const far = Math.abs(dx) + Math.abs(dy);
        if (far > 0 && (!best || far < best.far)) best = { far, dx, dy };
    }
    if (!best) return;
    const code = best.dx > 0 ? 'ArrowRight' : best.dx < 0 ? 'ArrowLeft' : best.dy > 0 ? 'ArrowDown' : 'ArrowUp';
    window.dispatchEvent(new KeyboardEvent('keydown', { code }));
}, 50))";

/// Wraps an expression so that it sees the page's modules. A page has one script, which exports
/// them, and a script is loaded once, so these are the running ones.
fn inside(js: &str) -> String {
    format!(
        "import(document.scripts[0].src).then(({{ $phone: {{ connection, scene, seats }} }}) => {{
            const mirror = scene.mirror;
            const me = mirror?.players.get(connection.seat) ?? null;
            return ({js});
        }})"
    )
}

/// As [`fine`], for a page whose connection was cut: the browser itself logs that.
#[track_caller]
pub(crate) fn fine_except_connection_errors(page: &Page) {
    let mut errors = page.errors();
    errors
        .retain(|error| !error.contains("WebSocket connection to") && !error.contains("net::ERR_"));
    assert_eq!(errors, Vec::<String>::new());
}

/// Checks for console errors, exceptions and violations of the Content-Security-Policy.
#[track_caller]
pub(crate) fn fine(page: &Page) {
    assert_eq!(page.errors(), Vec::<String>::new());
}

/// Makes a call of a script's function with this argument.
pub(crate) fn call(script: &str, argument: &Value) -> String {
    let code: Vec<&str> = script
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    format!("({})({})", code.join("\n"), json!(argument))
}
