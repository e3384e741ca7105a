//! The file that keeps the stage's state for the next stage: slide, clock, ends of demos, and the
//! token, so that open pages go on.
//!
//! It is beside the demos' binaries, in cargo's target folder: it belongs to this clone of the
//! repository, and `cargo clean` forgets it. Its name has the address of the presenter's pages, so
//! two stages do not share one. A task writes it, never the stage's own: a disk may be slow, full
//! or read-only, and then the talk continues without it.

use crate::{
    stage::{Snapshot, unix_ms},
    web::Token,
};
use serde::{Deserialize, Serialize};
use std::{
    env, fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{sync::watch, task, time};

/// The version of the format. Another one is not read.
const VERSION: u32 = 1;

/// The age from which a state is that of another talk.
const TOO_OLD: Duration = Duration::from_secs(4 * 60 * 60);

/// The shortest time between two writes.
const PAUSE: Duration = Duration::from_millis(100);

/// The largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Where the state of one stage is kept, and what it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    listen: SocketAddr,
    deck: PathBuf,
}

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Contents {
    version: u32,
    listen: SocketAddr,
    /// The folder of the deck.
    deck: PathBuf,
    saved_unix_ms: u64,
    token: String,
    #[serde(default)]
    stage: Snapshot,
}

/// The state of an earlier stage.
pub(crate) struct Kept {
    /// `None` if it cannot be used again.
    pub(crate) token: Option<Token>,
    pub(crate) snapshot: Snapshot,
}

/// Why the state of an earlier stage is not used.
#[derive(Debug)]
pub(crate) enum Unusable {
    Unreadable(io::Error),
    /// It is not a state, or only a part of one.
    Damaged(serde_json::Error),
    OtherVersion(u32),
    OtherDeck(PathBuf),
    OtherAddress(SocketAddr),
    TooOld(Duration),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Unusable::Damaged(error) => write!(f, "is damaged: {error}"),
            Unusable::OtherVersion(version) => write!(
                f,
                "has version {version} of the format, and this stage writes version {VERSION}"
            ),
            Unusable::OtherDeck(deck) => {
                write!(f, "belongs to another deck, {}", deck.display())
            }
            Unusable::OtherAddress(listen) => {
                write!(f, "belongs to a stage that listened on {listen}")
            }
            Unusable::TooOld(age) => {
                write!(f, "is {} hours old", age.as_secs() / 60 / 60)
            }
        }
    }
}

impl StateFile {
    /// The file of a stage whose presenter's pages are at `listen`. `deck` is the folder of its
    /// deck.
    pub(crate) fn new(listen: SocketAddr, deck: &Path) -> StateFile {
        // A colon cannot be in the name of a file on Windows.
        let name = format!("stage-{listen}.json").replace(':', "-");
        StateFile {
            path: env::current_exe().unwrap_or_default().with_file_name(name),
            listen,
            deck: fs::canonicalize(deck).unwrap_or_else(|_| deck.to_owned()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what an earlier stage left. `None` if there is no file.
    ///
    /// # Errors
    /// The state cannot be used. Then the stage starts without it.
    pub(crate) fn load(&self) -> Result<Option<Kept>, Unusable> {
        let (text, is_private) = match read(&self.path) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Unusable::Unreadable(error)),
        };
        let contents = parse(&text)?;
        if contents.listen != self.listen {
            return Err(Unusable::OtherAddress(contents.listen));
        }
        if contents.deck != self.deck {
            return Err(Unusable::OtherDeck(contents.deck));
        }
        let age = Duration::from_millis(unix_ms().saturating_sub(contents.saved_unix_ms));
        if age >= TOO_OLD {
            return Err(Unusable::TooOld(age));
        }
        Ok(Some(Kept {
            // If other users could read the file, its tokens are no longer secret.
            token: Token::from_text(&contents.token).filter(|_| is_private),
            snapshot: match is_private {
                true => contents.stage,
                false => contents.stage.without_remotes(),
            },
        }))
    }

    /// Writes the file: first beside it, then in one step in its place, so that it is whole at any
    /// moment.
    ///
    /// # Errors
    /// The file from before stays.
    fn save(&self, token: &Token, snapshot: Snapshot) -> io::Result<()> {
        let contents = Contents {
            version: VERSION,
            listen: self.listen,
            deck: self.deck.clone(),
            saved_unix_ms: unix_ms(),
            token: token.reveal().to_owned(),
            stage: snapshot,
        };
        let beside = self.path.with_extension("json.new");
        let mut file = create_private(&beside)?;
        file.write_all(&serde_json::to_vec(&contents)?)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &self.path)
    }

    /// Writes each new snapshot, until the stage has ended and its last one is written. That the
    /// state cannot be written is said once.
    pub(crate) async fn write_each(self, token: Token, mut snapshots: watch::Receiver<Snapshot>) {
        let mut fails = false;
        while snapshots.changed().await.is_ok() {
            let snapshot = snapshots.borrow_and_update().clone();
            let (file, token) = (self.clone(), token.clone());
            let saved = task::spawn_blocking(move || file.save(&token, snapshot)).await;
            let failed = match saved {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(why) = failed.as_ref().filter(|_| !fails) {
                output::err!(
                    "slides: the state of the talk is not kept: {}: {why}. The talk continues; if \
                     the stage is started again, it begins at the first slide",
                    self.path.display()
                );
            }
            fails = failed.is_some();
            time::sleep(PAUSE).await;
        }
    }
}

/// Reads the file, and returns whether only its user could read it.
fn read(path: &Path) -> io::Result<(String, bool)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() || about.len() > LARGEST {
        return Err(io::Error::other("it is no file, or too large"));
    }
    #[cfg(unix)]
    let is_private = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 == 0;
    // A folder of the user's own is private on Windows.
    #[cfg(not(unix))]
    let is_private = true;
    Ok((io::read_to_string(file)?, is_private))
}

fn parse(text: &str) -> Result<Contents, Unusable> {
    // Read first and alone, because the rest of another version may have another form.
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_str(text).map_err(Unusable::Damaged)?;
    if version != VERSION {
        return Err(Unusable::OtherVersion(version));
    }
    serde_json::from_str(text).map_err(Unusable::Damaged)
}

/// Creates a file that only its user can read and write.
fn create_private(path: &Path) -> io::Result<File> {
    // A leftover may have other permissions.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::process;

    /// A state file in a folder of its own, removed when dropped.
    struct Scratch(StateFile);

    impl Scratch {
        fn new(name: &str) -> Scratch {
            let folder = env::temp_dir().join(format!("snackbar-{name}-{}", process::id()));
            // Of a test program with the same number that was killed.
            let _no_leftover = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).expect("a scratch folder");
            let mut file = StateFile::new("127.0.0.1:7010".parse().expect("one"), &folder);
            file.path = folder.join("stage.json");
            Scratch(file)
        }

        /// Changes what the file holds.
        fn edit(&self, change: impl Fn(&mut Value)) {
            let text = fs::read_to_string(&self.0.path).expect("a state");
            let mut value = serde_json::from_str(&text).expect("a state");
            change(&mut value);
            fs::write(&self.0.path, value.to_string()).expect("an edit");
        }

        fn why(&self) -> String {
            match self.0.load() {
                Ok(kept) => panic!("usable: {}", kept.is_some()),
                Err(why) => why.to_string(),
            }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let folder = self.0.path.parent().expect("a folder");
            let _left_for_the_system = fs::remove_dir_all(folder);
        }
    }

    fn snapshot() -> Snapshot {
        serde_json::from_value(json!({"slideshow": {"slide": 20, "step": 1}, "all_lit": true}))
            .expect("a snapshot without its other fields")
    }

    #[test]
    fn what_was_saved_is_loaded_with_its_token_and_only_its_user_can_read_it() {
        let scratch = Scratch::new("state");
        assert!(scratch.0.load().expect("no file is no error").is_none());
        let token = Token::new().expect("random numbers");
        // A leftover of a write that was killed, which others could read.
        fs::write(scratch.0.path.with_extension("json.new"), "half").expect("a leftover");
        scratch.0.save(&token, Snapshot::default()).expect("saved");
        scratch.0.save(&token, snapshot()).expect("saved again");
        let kept = scratch.0.load().expect("usable").expect("a state");
        assert_eq!(kept.snapshot, snapshot());
        assert_eq!(kept.token.expect("usable").reveal(), token.reveal());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |mode| fs::Permissions::from_mode(mode);
            let about = fs::metadata(&scratch.0.path).expect("a file");
            assert_eq!(about.permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&scratch.0.path, mode(0o640)).expect("a mode");
            let kept = scratch.0.load().expect("usable").expect("a state");
            assert!(kept.token.is_none(), "a token that others could read");
        }
    }

    #[test]
    fn a_state_that_does_not_belong_to_this_stage_is_not_used() {
        let scratch = Scratch::new("other");
        let token = Token::new().expect("random numbers");
        let save = || scratch.0.save(&token, snapshot()).expect("saved");
        let hours_ago = |hours: u64| unix_ms() - hours * 60 * 60 * 1000;
        for (key, value, why) in [
            ("version", json!(2), "version 2"),
            ("deck", json!("/elsewhere"), "another deck, /elsewhere"),
            ("listen", json!("127.0.0.1:7020"), "127.0.0.1:7020"),
            ("saved_unix_ms", json!(hours_ago(5)), "is 5 hours old"),
            ("saved_unix_ms", json!("soon"), "is damaged"),
            ("stage", json!("slide 20"), "is damaged"),
            ("token", json!(null), "is damaged"),
        ] {
            save();
            scratch.edit(|it| it[key] = value.clone());
            assert!(scratch.why().contains(why), "{key}: {}", scratch.why());
        }
        save();
        scratch.edit(|it| it["saved_unix_ms"] = json!(hours_ago(3)));
        assert!(scratch.0.load().expect("usable").is_some());
        // The system's clock was set back.
        scratch.edit(|it| it["saved_unix_ms"] = json!(u64::MAX));
        assert!(scratch.0.load().expect("usable").is_some());
        scratch.edit(|it| it["token"] = json!("guess"));
        let kept = scratch.0.load().expect("usable").expect("a state");
        assert!(kept.token.is_none());
    }

    #[test]
    fn every_beginning_of_a_file_and_noise_are_refused() {
        let scratch = Scratch::new("half");
        let token = Token::new().expect("random numbers");
        scratch.0.save(&token, snapshot()).expect("saved");
        let whole = fs::read(&scratch.0.path).expect("a state");
        for length in 0..whole.len() {
            fs::write(&scratch.0.path, &whole[..length]).expect("half a state");
            assert!(scratch.0.load().is_err(), "{length} bytes");
        }
        fs::write(&scratch.0.path, [0xff; 64]).expect("noise");
        assert!(scratch.why().contains("cannot be read"));
        fs::remove_file(&scratch.0.path).expect("removed");
        fs::create_dir(&scratch.0.path).expect("a folder in its place");
        assert!(scratch.why().contains("cannot be read"));
        assert!(scratch.0.save(&token, snapshot()).is_err());
    }
}
