//! The kit that a stage hands out while it runs: prepared in a thread of its own, then kept in
//! memory.
//!
//! No request opens a file. What can be asked for is a list of names, made when the kit was
//! prepared.

use super::{
    cargo_config,
    copy::{self, Copy, Network},
    error::KitError,
    megabytes,
    rate_limit::Pace,
    repository::Source,
    scratch::Scratch,
    sha256,
};
use axum::body::Bytes;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, time::timeout};

/// How much of the stage and of the Wi-Fi the kit may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Responses at once.
    pub(super) responses: usize,
    /// Requests that wait until a response is free, and for how long. git does not try again after
    /// a refusal.
    pub(super) waiting: usize,
    pub(super) patience: Duration,
    /// Bytes in a second for all responses together, and for one.
    pub(super) together: u32,
    pub(super) alone: u32,
    /// How long a client may take for a piece of a file, and for a whole response.
    pub(super) stall: Duration,
    pub(super) deadline: Duration,
}

/// The limits in a hall: phones are on the same Wi-Fi.
const LIMITS: Limits = Limits {
    responses: 128,
    waiting: 512,
    patience: Duration::from_secs(20),
    together: 8 << 20,
    alone: 4 << 20,
    stall: Duration::from_secs(10),
    deadline: Duration::from_secs(180),
};

/// How long the end of a stage waits for a preparation, and how often it looks. A preparation takes
/// two seconds; on a machine with several times as many busy threads as cores it took more than
/// ten.
const CLOSING: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(10);

/// What the stage shows of its kit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Offer {
    /// This stage hands out no kit.
    #[default]
    None,
    Preparing,
    /// The address for `git clone`.
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
    /// Changes with the content.
    pub(super) tag: String,
}

/// Files by the path under which they are asked for.
pub(super) type Files = BTreeMap<String, File>;

/// The kit of a stage, and the limits within which it is handed out.
#[derive(Debug)]
pub(crate) struct Hall {
    /// The files, or why there are none; nothing while they are being prepared.
    pub(super) files: OnceLock<Result<Files, String>>,
    responses: Arc<Semaphore>,
    waiting: Semaphore,
    pub(super) limits: Limits,
    pub(super) pace: Pace,
    /// Prepares the files.
    preparing: OnceLock<JoinHandle<()>>,
}

/// One of the responses at once. Given back when dropped.
pub(super) type Seat = tokio::sync::OwnedSemaphorePermit;

impl Hall {
    pub(super) fn new(limits: Limits) -> Hall {
        Hall {
            files: OnceLock::new(),
            responses: Arc::new(Semaphore::new(limits.responses)),
            waiting: Semaphore::new(limits.waiting),
            pace: Pace::new(limits.together),
            limits,
            preparing: OnceLock::new(),
        }
    }

    /// Prepares a kit of the repository in `root` for clients that find this stage at `address`,
    /// such as `http://192.168.0.5:7011/`. What comes of it is printed in a line, and given to
    /// `tell`.
    pub(crate) fn open(
        root: PathBuf,
        address: String,
        tell: impl Fn(Offer) + Send + 'static,
    ) -> Arc<Hall> {
        let hall = Arc::new(Hall::new(LIMITS));
        let its = Arc::clone(&hall);
        let preparing = thread::spawn(move || {
            tell(Offer::Preparing);
            let began = Instant::now();
            let (files, offer, said) = match prepare(&root, &address) {
                Ok((files, said)) => {
                    let clone = format!("{address}snackbar.git");
                    let took = began.elapsed().as_secs_f32();
                    let said = format!("git clone {clone}  ({said}, after {took:.1} s)");
                    (Ok(files), Offer::Ready(clone), said)
                }
                Err(why) => {
                    let said = format!("none is handed out: {why}");
                    (Err(why.to_string()), Offer::None, said)
                }
            };
            let _unless_it_is_closed = writeln!(io::stdout(), "  kit        {said}");
            let _it_is_set_once = its.files.set(files);
            tell(offer);
        });
        let _it_is_set_once = hall.preparing.set(preparing);
        hall
    }

    /// Waits a moment for a preparation that has not ended: it removes its temporary folder itself.
    pub(crate) fn close(&self) {
        let until = Instant::now() + CLOSING;
        while self.preparing.get().is_some_and(|it| !it.is_finished()) && Instant::now() < until {
            thread::sleep(POLL);
        }
    }

    /// Waits for a response to be free. `None` if too many wait, or it takes too long.
    pub(super) async fn seat(&self) -> Option<Seat> {
        let _place = self.waiting.try_acquire().ok()?;
        let seat = timeout(
            self.limits.patience,
            Arc::clone(&self.responses).acquire_owned(),
        )
        .await;
        seat.ok()?.ok()
    }
}

/// Everything that git and cargo may ask for, and its figures for the presenter.
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
        let is_asked_for = matches!(path.as_str(), "HEAD" | "info/refs" | "objects/info/packs")
            || path.starts_with("objects/pack/")
                && (path.ends_with(".pack") || path.ends_with(".idx"));
        if is_asked_for {
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
    let said = format!(
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
    Ok((files, said))
}

#[cfg(test)]
impl Hall {
    /// Responses that are free.
    pub(super) fn seats_left(&self) -> usize {
        self.responses.available_permits()
    }
}
