//! The kit that a running stage hands out. A thread prepares it, then it stays in memory.
//!
//! No request opens a file: only the prepared files can be requested, by their exact names.

use super::{
    cargo_config,
    copy::{self, Copy, Network},
    error::KitError,
    rate_limit::RateLimit,
    repository::Source,
    scratch::Scratch,
    text::{megabytes, sha256},
};
use axum::body::Bytes;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, time::timeout};

/// Limits that leave the Wi-Fi and the stage to the phones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Responses at once.
    pub(super) responses: usize,
    /// Requests that may wait for a response to end, and for how long. git does not try again after
    /// a refusal.
    pub(super) waiting: usize,
    pub(super) patience: Duration,
    /// Bytes per second for all responses together, and for one.
    pub(super) together: u32,
    pub(super) alone: u32,
    /// How long a client may take for a piece of a file, and for a whole response.
    pub(super) stall: Duration,
    pub(super) deadline: Duration,
}

/// The limits during a talk, where phones use the same Wi-Fi.
const LIMITS: Limits = Limits {
    responses: 128,
    waiting: 512,
    patience: Duration::from_secs(20),
    together: 8 << 20,
    alone: 4 << 20,
    stall: Duration::from_secs(10),
    deadline: Duration::from_secs(180),
};

/// How long the stage waits for the preparation when it shuts down. A preparation takes two
/// seconds; on a machine with several busy threads per core it took more than ten.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(10);

/// Whether the stage hands out a kit, for its slides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Offer {
    /// This stage hands out no kit.
    #[default]
    None,
    Preparing,
    /// The URL for `git clone`.
    Ready(String),
}

impl Offer {
    /// For the pages.
    pub(crate) fn json(&self) -> Value {
        match self {
            Offer::None => Value::Null,
            Offer::Preparing => json!({"clone": null}),
            Offer::Ready(clone) => json!({"clone": clone}),
        }
    }
}

/// A file that is handed out.
#[derive(Debug)]
pub(super) struct File {
    pub(super) bytes: Bytes,
    /// The `ETag`, which changes with the content.
    pub(super) tag: String,
}

/// The files by the path of their request.
pub(super) type Files = BTreeMap<String, File>;

/// The kit of a running stage, with its limits.
#[derive(Debug)]
pub(crate) struct Handout {
    /// The files, or why there are none. Empty while they are being prepared.
    pub(super) files: OnceLock<Result<Files, KitError>>,
    responses: Arc<Semaphore>,
    waiting: Semaphore,
    pub(super) limits: Limits,
    pub(super) rate_limit: RateLimit,
    /// The thread that prepares the files.
    preparing: OnceLock<JoinHandle<()>>,
}

/// Allows one response. Released when dropped.
pub(super) type Permit = tokio::sync::OwnedSemaphorePermit;

impl Handout {
    pub(super) fn new(limits: Limits) -> Handout {
        Handout {
            files: OnceLock::new(),
            responses: Arc::new(Semaphore::new(limits.responses)),
            waiting: Semaphore::new(limits.waiting),
            rate_limit: RateLimit::new(limits.together),
            limits,
            preparing: OnceLock::new(),
        }
    }

    /// Prepares a kit of the repository in `root`, for clients that reach this stage at `address`,
    /// such as `http://192.168.0.5:7011/`. The result is printed and reported.
    pub(crate) fn open(
        root: PathBuf,
        address: String,
        report: impl Fn(Offer) + Send + 'static,
    ) -> Arc<Handout> {
        let handout = Arc::new(Handout::new(LIMITS));
        let of_the_thread = Arc::clone(&handout);
        let preparing = thread::spawn(move || {
            report(Offer::Preparing);
            let began = Instant::now();
            let (files, offer, line) = match prepare(&root, &address) {
                Ok((files, summary)) => {
                    let clone = format!("{address}snackbar.git");
                    let took = began.elapsed().as_secs_f32();
                    let line = format!("git clone {clone}  ({summary}, after {took:.1} s)");
                    (Ok(files), Offer::Ready(clone), line)
                }
                Err(why) => {
                    let line = format!("none is handed out: {why}");
                    (Err(why), Offer::None, line)
                }
            };
            output::out!("  kit        {line}");
            let _it_is_set_once = of_the_thread.files.set(files);
            report(offer);
        });
        let _it_is_set_once = handout.preparing.set(preparing);
        handout
    }

    /// Waits for a preparation that still runs, so that it can remove its temporary folder.
    pub(crate) fn close(&self) {
        let until = Instant::now() + CLOSE_TIMEOUT;
        while self.preparing.get().is_some_and(|it| !it.is_finished()) && Instant::now() < until {
            thread::sleep(POLL);
        }
    }

    /// Waits until another response is allowed. `None` if too many requests wait, or it takes too
    /// long.
    pub(super) async fn permit(&self) -> Option<Permit> {
        let _waiting = self.waiting.try_acquire().ok()?;
        let permit = timeout(
            self.limits.patience,
            Arc::clone(&self.responses).acquire_owned(),
        )
        .await;
        permit.ok()?.ok()
    }
}

/// Makes every file that git and cargo may request, and a summary for the presenter.
fn prepare(root: &Path, address: &str) -> Result<(Files, String), KitError> {
    let source = Source::open(root)?;
    let scratch = Scratch::new(&env::temp_dir())?;
    let registry = format!("{address}registry/");
    let copy = Copy::make(
        &source,
        scratch.path(),
        Some(&cargo_config::sparse(&registry)),
        Network::No,
    )?;
    let mut files = Files::new();
    let mut put = |path: String, bytes: Vec<u8>, sum: &str| {
        let tag = format!("\"{}\"", &sum[..sum.len().min(16)]);
        files.insert(
            path,
            File {
                bytes: bytes.into(),
                tag,
            },
        );
    };
    let mut pack = 0;
    for (path, file) in copy::files(&copy.bare)? {
        let is_requested = matches!(path.as_str(), "HEAD" | "info/refs" | "objects/info/packs")
            || path.starts_with("objects/pack/")
                && (path.ends_with(".pack") || path.ends_with(".idx"));
        if is_requested {
            let bytes = fs::read(&file).map_err(KitError::file(&file))?;
            pack += bytes.len() as u64;
            let sum = sha256(&bytes);
            put(format!("/snackbar.git/{path}"), bytes, &sum);
        }
    }
    let config = json!({"dl": format!("{registry}crates/{{crate}}-{{version}}.crate")});
    let config = config.to_string();
    let texts = copy.index.iter().map(|(path, text)| (path.as_str(), text));
    for (path, text) in texts.chain([("config.json", &config)]) {
        let bytes = text.clone().into_bytes();
        put(format!("/registry/{path}"), bytes, &sha256(text.as_bytes()));
    }
    let summary = format!(
        "commit {}, {}; {} crates, {}",
        source.short(),
        megabytes(pack),
        copy.crates.len(),
        megabytes(copy.bytes())
    );
    for it in copy.crates {
        let path = format!("/registry/crates/{}", it.locked.file());
        put(path, it.bytes, &it.locked.checksum);
    }
    Ok((files, summary))
}

#[cfg(test)]
impl Handout {
    /// How many more responses are allowed.
    pub(super) fn free(&self) -> usize {
        self.responses.available_permits()
    }
}
