//! The snack bar of a test, and the guests that it is visited by.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use bots::program::Program;
use browser::{Browser, Page};
use serde_json::{Value, json};

/// For whatever happens within a moment: also on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// Between two looks at a page.
const LOOK: Duration = Duration::from_millis(60);

/// Servers of this test's process, counted.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// A server of a test. It ends with it, and so does what it kept.
pub(crate) struct TestServer {
    program: Program,
    kept: PathBuf,
    #[cfg(unix)]
    options: Vec<String>,
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// A server with these options, and without bots unless they ask for some.
pub(crate) fn open(options: &[&str]) -> TestServer {
    let count = OPENED.fetch_add(1, Ordering::Relaxed);
    let kept = env::temp_dir().join(format!("snack-rush-{}-{count}", process::id()));
    fs::create_dir_all(&kept).expect("the temporary folder can be written");
    let data = kept.to_string_lossy();
    let options = [&["--bots", "0", "--data", &data], options].concat();
    TestServer {
        program: Program::start(PROGRAM, &options),
        #[cfg(unix)]
        options: options.iter().map(|&option| option.to_owned()).collect(),
        kept,
    }
}

impl TestServer {
    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.program.address()
    }

    /// Tells it to end, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn ends(&mut self) {
        self.signal(rustix::process::Signal::TERM);
        let ended = self.program.wait(SOON);
        assert_eq!(ended.code, Some(0), "{ended}");
    }

    /// It hangs: its lines are open, new ones are accepted, and nothing is said any more.
    #[cfg(unix)]
    pub(crate) fn hangs(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.program.pid().cast_signed());
        rustix::process::kill_process(pid.expect("a process"), signal).expect("it runs");
    }

    /// Starts it again, where it was.
    #[cfg(unix)]
    pub(crate) fn again(&mut self) {
        let options: Vec<&str> = self.options.iter().map(String::as_str).collect();
        self.program = Program::start_at(self.program.address(), PROGRAM, &options);
    }

    /// What it has said.
    #[cfg(target_os = "linux")]
    pub(crate) fn stdout(&self) -> String {
        self.program.stdout()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.kept);
    }
}

/// Waits until something is true.
#[track_caller]
#[cfg(target_os = "linux")]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + SOON;
    while !is_so() {
        assert!(Instant::now() < until, "waited for {what}");
        thread::sleep(LOOK);
    }
}

/// `http://…` of a page there.
pub(crate) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

/// Somebody who plays: the page, and what can be asked of it.
pub(crate) struct Player {
    /// Their phone.
    pub(crate) page: Page,
}

impl Player {
    /// Walks up with a phone of this size, types a name, and taps `Play`.
    #[track_caller]
    pub(crate) fn joins(
        browser: &Browser,
        address: SocketAddr,
        name: &str,
        (width, height): (u32, u32),
    ) -> Self {
        Self::joins_at(browser, &url(address, "/?lang=en"), name, (width, height))
    }

    /// The same, at this very address.
    #[track_caller]
    pub(crate) fn joins_at(
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
        let guest = Self { page };
        guest.is_seated();
        guest
    }

    /// Waits until they play.
    #[track_caller]
    pub(crate) fn is_seated(&self) {
        self.page.wait_for("!document.getElementById('hud').hidden && document.getElementById('points').textContent", SOON);
    }

    /// Something of the page's own picture: `line`, `scene`, `me` and `mirror` can be asked for.
    #[track_caller]
    pub(crate) fn asks(&self, js: &str) -> Value {
        self.page.eval(&inside(js))
    }

    /// Waits for something of the page's own picture.
    #[track_caller]
    pub(crate) fn waits_for(&self, js: &str, within: Duration) {
        let until = Instant::now() + within;
        while self.asks(&format!("Boolean({js})")) != json!(true) {
            assert!(
                Instant::now() < until,
                "not after {within:?}: {js}\nIt says: {}",
                self.hears()
            );
            thread::sleep(LOOK);
        }
    }

    /// Swipes across the middle of the phone: 0 up, 1 right, 2 down, 3 left.
    #[track_caller]
    pub(crate) fn swipes(&self, dir: u8) {
        let middle = self.page.eval("[innerWidth / 2, innerHeight * 0.6]");
        let (x, y) = (
            middle[0].as_f64().expect("a number"),
            middle[1].as_f64().expect("a number"),
        );
        let (dx, dy) = [(0.0, -60.0), (60.0, 0.0), (0.0, 60.0), (-60.0, 0.0)][usize::from(dir % 4)];
        self.page.swipe((x, y), (x + dx, y + dy));
    }

    /// Runs after snacks, until this many points are theirs. The keys are pressed within the page,
    /// a look at each tick: a test on a busy machine would always come too late. They go the way of
    /// every key.
    #[track_caller]
    pub(crate) fn eats(&self, points: u64, within: Duration) {
        self.asks(PILOT);
        self.waits_for(&format!("me && me.points >= {points}"), within);
        self.page.eval("clearInterval(window.pilot)");
    }

    /// The points that the page shows.
    #[track_caller]
    pub(crate) fn points(&self) -> u64 {
        self.asks("me ? me.points : 0").as_u64().expect("a number")
    }

    /// What the page says is going on.
    #[track_caller]
    pub(crate) fn hears(&self) -> String {
        let said = self
            .page
            .eval("document.getElementById('status').textContent");
        said.as_str().unwrap_or_default().to_owned()
    }

    /// Nothing went wrong that a person would not have seen: no error, no exception, nothing that
    /// the policy refused.
    #[track_caller]
    pub(crate) fn is_fine(&self) {
        fine(&self.page);
    }
}

/// Presses the arrow towards the nearest snack: first across, then along.
const PILOT: &str = "void (window.pilot = setInterval(() => {
    const mirror = scene.mirror, me = mirror?.players.get(line.seat);
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

/// A question to the modules of the page. They are the very ones that run: a module is loaded once.
fn inside(js: &str) -> String {
    format!(
        "import('/web/js/phone.js').then(({{ line, scene }}) => {{
            const mirror = scene.mirror;
            const me = mirror?.players.get(line.seat) ?? null;
            return ({js});
        }})"
    )
}

/// The same, after its line was cut: that a connection failed is said by the browser itself.
#[track_caller]
pub(crate) fn fine_but_for_the_line(page: &Page) {
    let mut errors = page.errors();
    errors
        .retain(|error| !error.contains("WebSocket connection to") && !error.contains("net::ERR_"));
    assert_eq!(errors, Vec::<String>::new());
}

/// No error on the console, no exception, nothing that the content security policy refused.
#[track_caller]
pub(crate) fn fine(page: &Page) {
    assert_eq!(page.errors(), Vec::<String>::new());
}

/// A script of a page, called with this.
pub(crate) fn call(script: &str, argument: &Value) -> String {
    let code: Vec<&str> = script
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    format!("({})({})", code.join("\n"), json!(argument))
}
