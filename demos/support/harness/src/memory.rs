//! The memory of this process.

use lock::lock;
use std::process::{self, Command, Stdio};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// How often a system tool is run, on systems other than Linux.
const PAUSE: Duration = Duration::from_secs(3);

/// How long to wait for the first figure.
const PATIENCE: Duration = Duration::from_secs(1);

/// An older figure is not shown, because the tool hangs.
const STALE: Duration = Duration::from_secs(15);

/// Resident memory of this process in bytes: `VmRSS` on Linux (proc_pid_status(5)); on other
/// systems the recent figure of a system tool, see [`Meter`]. `None` if neither is available.
pub(crate) fn resident() -> Option<u64> {
    static METER: LazyLock<Option<&Meter>> = LazyLock::new(|| Meter::start(ask));
    if cfg!(target_os = "linux") {
        return vm_rss(&fs::read_to_string("/proc/self/status").ok()?);
    }
    METER.and_then(|meter| meter.read(Instant::now()))
}

/// The latest figure of a slow tool, which a thread of its own runs every [`PAUSE`]. So the caller
/// never waits for the tool, and reading the figure often starts no more processes.
#[derive(Default)]
struct Meter {
    said: Mutex<Said>,
    news: Condvar,
}

#[derive(Default)]
struct Said {
    /// Whether the tool has answered at least once, or does not exist.
    answered: bool,
    latest: Option<(Instant, u64)>,
}

impl Meter {
    /// Starts a thread that calls `ask` until it returns `None`, and waits a moment for the first
    /// figure. `None` if the thread cannot be started.
    fn start(ask: fn() -> Option<u64>) -> Option<&'static Meter> {
        let meter: &Meter = Box::leak(Box::default());
        let asking = move || {
            while let Some(bytes) = ask() {
                meter.note(Some((Instant::now(), bytes)));
                thread::sleep(PAUSE);
            }
            meter.note(None);
        };
        let thread = thread::Builder::new().name("memory meter".into());
        thread.spawn(asking).ok()?;
        let unanswered = |said: &mut Said| !said.answered;
        let news = &meter.news;
        drop(news.wait_timeout_while(meter.said(), PATIENCE, unanswered));
        Some(meter)
    }

    fn note(&self, latest: Option<(Instant, u64)>) {
        *self.said() = Said {
            answered: true,
            latest,
        };
        self.news.notify_all();
    }

    fn read(&self, now: Instant) -> Option<u64> {
        let (at, bytes) = self.said().latest?;
        (now.saturating_duration_since(at) < STALE).then_some(bytes)
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        lock(&self.said)
    }
}

/// Runs this system's tool.
fn ask() -> Option<u64> {
    let id = process::id().to_string();
    if cfg!(windows) {
        let filter = format!("PID eq {id}");
        working_set(
            &output("tasklist", &["/FI", &filter, "/FO", "CSV", "/NH"])?,
            &id,
        )
    } else {
        kibibytes(str::from_utf8(&output("ps", &["-o", "rss=", "-p", &id])?).ok()?)
    }
}

fn output(tool: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut tool = Command::new(tool);
    tool.args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    Some(tool.output().ok()?.stdout)
}

fn vm_rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    kibibytes(line?.trim().strip_suffix("kB")?)
}

/// Reads the line of `tasklist /FO CSV /NH` for process `id`:
/// `"01-deadlock.exe","4711","Console","1","8,908 K"`. The unit is 1,024 bytes. How thousands are
/// grouped depends on the country, and not every code page is UTF-8, so only the digits count.
fn working_set(said: &[u8], id: &str) -> Option<u64> {
    let line = said.split(|byte| *byte == b'\n').find_map(|line| {
        let fields: Vec<&[u8]> = line
            .trim_ascii()
            .strip_prefix(b"\"")?
            .strip_suffix(b"\"")?
            .split(|byte| *byte == b'"')
            .step_by(2) // Between two fields there is `","`.
            .collect();
        (fields.get(1) == Some(&id.as_bytes())).then_some(fields)
    });
    let digits = line?.get(4)?.iter().filter(|byte| byte.is_ascii_digit());
    kibibytes(&digits.map(|byte| char::from(*byte)).collect::<String>())
}

fn kibibytes(said: &str) -> Option<u64> {
    said.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    #[test]
    fn kibibytes_are_read() {
        assert_eq!(kibibytes(" 3812 "), Some(3812 * 1024));
        assert_eq!(kibibytes("\n"), None);
        assert_eq!(kibibytes(&u64::MAX.to_string()), None);
        assert_eq!(vm_rss("Name:\tx\nVmRSS:\t   3812 kB\n"), Some(3812 * 1024));
    }

    #[test]
    fn tasklist_is_read_however_thousands_are_grouped() {
        let rows: [&[u8]; 6] = [
            b"\"01-deadlock.exe\",\"4711\",\"Console\",\"1\",\"8,908 K\"\r\n",
            b"\"01-deadlock.exe\",\"4711\",\"Console\",\"1\",\"8.908 K\"\r\n",
            b"\"01-deadlock.exe\",\"4711\",\"Console\",\"1\",\"8\xff908 Ko\"\r\n",
            "\"01-deadlock.exe\",\"4711\",\"콘솔\",\"1\",\"8\u{202f}908 K\"\r\n".as_bytes(),
            b"\r\n\"a, b.exe\",\"4711\",\"Console\",\"1\",\"8'908 K\"\r\n",
            b"\"x.exe\",\"471\",\"Console\",\"1\",\"1 K\"\r\n\"y.exe\",\"4711\",\"Console\",\"1\",\"8908 K\"",
        ];
        for row in rows {
            let shown = String::from_utf8_lossy(row);
            assert_eq!(working_set(row, "4711"), Some(8908 * 1024), "{shown}");
        }
    }

    #[test]
    fn other_output_of_tasklist_is_no_figure() {
        let rows: [&[u8]; 5] = [
            b"",
            b"INFO: No tasks are running which match the specified criteria.\r\n",
            b"\"x.exe\",\"4711\",\"Console\",\"1\"\r\n",
            b"\"x.exe\",\"4711\",\"Console\",\"1\",\"N/A\"\r\n",
            b"\"x.exe\",\"12\",\"Console\",\"4711\",\"8,908 K\"\r\n",
        ];
        for row in rows {
            assert_eq!(working_set(row, "4711"), None);
        }
    }

    #[test]
    fn reading_the_figure_does_not_run_the_tool() {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let began = Instant::now();
        let meter = Meter::start(|| Some(u64::from(ASKED.fetch_add(1, Relaxed)))).unwrap();
        while meter.read(Instant::now()).is_none() {
            assert!(began.elapsed() < Duration::from_secs(60));
            thread::yield_now();
        }
        for _ in 0..1_000 {
            assert!(meter.read(Instant::now()).is_some());
        }
        // In this order: it may be asked again meanwhile.
        let asked = u64::from(ASKED.load(Relaxed));
        let most = began.elapsed().as_secs() / PAUSE.as_secs() + 1;
        assert!(asked <= most, "{asked}");
        assert_eq!(meter.read(Instant::now() + STALE), None);
    }

    #[test]
    fn without_a_tool_there_is_no_figure() {
        let meter = Meter::start(|| None).unwrap();
        assert_eq!(meter.read(Instant::now()), None);
    }

    /// The tool of other systems, tested wherever it exists.
    #[test]
    #[cfg(unix)]
    fn ps_reports_this_process() {
        if let Some(bytes) = ask() {
            assert!(bytes > 100 * 1024, "{bytes}");
        }
    }

    #[test]
    fn resident_memory_grows_with_an_allocation() {
        let before = resident().expect("Linux, every Unix and Windows report it");
        let room = vec![1_u8; 64 << 20];
        let until = Instant::now() + Duration::from_secs(60);
        while resident().is_none_or(|after| after < before + (32 << 20)) {
            assert!(Instant::now() < until, "{before} -> {:?}", resident());
            thread::sleep(Duration::from_millis(50));
        }
        drop(std::hint::black_box(room));
    }
}
