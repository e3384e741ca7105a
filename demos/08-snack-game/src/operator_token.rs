//! The token that opens the metrics and the x-ray.
//!
//! A request from this machine may be any client's. A proxy or a tunnel that runs here asks for
//! others, and some of them change nothing in a request that would show it. So a request needs the
//! token in any case. If no option names one, it is in a file of the data folder, which only the
//! server's own user can read.

use crate::{
    options::{Options, secret},
    rng::random,
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// The name of the file in the data folder.
const FILE: &str = "operator-token";

/// The file with the token of this data folder.
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Whether this token is in that file.
pub fn is_in(folder: &Path, token: &str) -> bool {
    fs::read_to_string(file(folder)).is_ok_and(|text| text.trim() == token)
}

/// Sets the token to that of the data folder, unless an option has set it.
///
/// Without a token the metrics and the x-ray are closed, and that is no reason not to play.
pub(crate) fn settle(options: &mut Options, folder: &Path) {
    if options.token.is_some() {
        return;
    }
    match of(folder) {
        Ok(token) => options.token = Some(token),
        Err(error) => tracing::warn!(
            file = %file(folder).display(),
            %error,
            "no token, so /metrics and /api/xray are closed: make the file readable and writable, or name another one with --token-file"
        ),
    }
}

/// The token of this data folder. A new one is written if there is none.
fn of(folder: &Path) -> io::Result<String> {
    match fs::read_to_string(file(folder)) {
        Ok(text) => match secret(text.trim()) {
            Some(token) => Ok(token),
            None => create(folder),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => create(folder),
        Err(error) => Err(error),
    }
}

/// Writes a new token. The file appears under its name when the whole token is in it.
fn create(folder: &Path) -> io::Result<String> {
    let digits = random::<16>().map(|byte| format!("{byte:02x}"));
    let token = digits.concat();
    let temporary = folder.join(format!("{FILE}.new"));
    // One that was left behind may be readable by others.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = private(&temporary)?;
    writeln!(new, "{token}")?;
    new.sync_all()?;
    fs::rename(temporary, file(folder))?;
    Ok(token)
}

/// A new file that only this user can read. On Windows it inherits the access to its folder.
fn private(path: &Path) -> io::Result<File> {
    let mut open = OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    #[test]
    fn a_folder_has_one_token_that_cannot_be_guessed() {
        let (folder, other) = (Folder::new(), Folder::new());
        let token = of(folder.path()).expect("a writable folder");
        assert_eq!(token.len(), 32);
        assert_eq!(of(folder.path()).expect("a file"), token);
        assert_ne!(of(other.path()).expect("a writable folder"), token);
        let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_token_that_is_too_short_is_replaced() {
        let folder = Folder::new();
        fs::write(file(folder.path()), "1234567\n").expect("a file");
        fs::write(folder.path().join("operator-token.new"), "left behind").expect("a file");
        assert_eq!(of(folder.path()).expect("a writable folder").len(), 32);
        fs::write(file(folder.path()), " 12345678\r\n").expect("a file");
        assert_eq!(of(folder.path()).expect("a file"), "12345678");
    }

    #[test]
    fn the_token_of_an_option_is_the_only_one() {
        let folder = Folder::new();
        let mut options = Options {
            token: Some("open-sesame".to_owned()),
            ..Options::default()
        };
        settle(&mut options, folder.path());
        assert_eq!(options.token.as_deref(), Some("open-sesame"));
        assert!(!file(folder.path()).exists());
    }

    #[test]
    fn without_a_file_there_is_no_token() {
        let folder = Folder::new();
        fs::create_dir(file(folder.path())).expect("a folder in the way");
        let mut options = Options::default();
        settle(&mut options, folder.path());
        assert_eq!(options.token, None);
    }

    #[cfg(unix)]
    #[test]
    fn only_this_user_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        of(folder.path()).expect("a writable folder");
        let mode = fs::metadata(file(folder.path())).expect("a file");
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
}
