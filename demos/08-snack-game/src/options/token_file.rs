//! Tokens, and the file of `--token-file`.

use std::{
    fmt,
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

/// The longest token, in bytes. A longer one does not fit into the head of a request with the rest.
const LONGEST: usize = 1_000;

/// Why a file has no token in it. Displayed, it is a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFileError {
    file: PathBuf,
    why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    Missing,
    Folder,
    /// The system's reason.
    Unreadable(String),
    NotText,
    Empty,
    /// It has this many bytes.
    TooShort(usize),
    TooLong,
    Lines,
}

/// A token, if it is long enough not to be guessed.
pub(crate) fn secret(value: &str) -> Option<String> {
    (value.len() >= 8).then(|| value.to_owned())
}

/// Reads the token in this file: one line, without the white space around it.
pub(super) fn read(file: &Path) -> Result<String, TokenFileError> {
    token_in(file).map_err(|why| TokenFileError {
        file: file.to_owned(),
        why,
    })
}

fn token_in(file: &Path) -> Result<String, Why> {
    if file.is_dir() {
        return Err(Why::Folder);
    }
    let mut text = Vec::new();
    // A file without an end, such as /dev/zero, is not read to it.
    let most = 2 * LONGEST as u64;
    let read = File::open(file).and_then(|it| it.take(most).read_to_end(&mut text));
    read.map_err(|error: io::Error| match error.kind() {
        ErrorKind::NotFound => Why::Missing,
        _ => Why::Unreadable(error.to_string()),
    })?;
    if text.len() > LONGEST {
        return Err(Why::TooLong);
    }
    let text = str::from_utf8(&text).map_err(|_| Why::NotText)?.trim();
    if text.contains(char::is_control) {
        return Err(Why::Lines);
    }
    secret(text).ok_or(match text.len() {
        0 => Why::Empty,
        short => Why::TooShort(short),
    })
}

impl fmt::Display for TokenFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WRITE: &str = "write a token of 8 characters or more into it";
        write!(f, "--token-file {}: ", self.file.display())?;
        match &self.why {
            Why::Missing => write!(f, "there is no such file; make it, and {WRITE}"),
            Why::Folder => write!(f, "it is a folder; name the file with the token"),
            Why::Unreadable(why) => write!(
                f,
                "it cannot be read ({why}); let the user of the game read it"
            ),
            Why::NotText => write!(f, "it is not text; {WRITE}"),
            Why::Empty => write!(f, "it is empty; {WRITE}"),
            Why::TooShort(length) => write!(f, "its token has {length} characters; {WRITE}"),
            Why::TooLong => write!(
                f,
                "it is longer than {LONGEST} bytes, and a token is not; name the file with the token"
            ),
            Why::Lines => write!(
                f,
                "it has more than one line, and a token has one; name the file with the token alone"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;
    use std::fs;

    #[test]
    fn a_token_is_one_line_of_eight_to_a_thousand_characters() {
        let folder = Folder::new();
        let file = folder.path().join("token");
        for token in ["12345678", &"a".repeat(LONGEST - 2)] {
            fs::write(&file, format!("{token}\r\n")).expect("a file");
            assert_eq!(read(&file).as_deref(), Ok(token));
        }
        let said = |file: &Path| read(file).map_err(|error| error.to_string());
        let begins = format!("--token-file {}: ", file.display());
        for (bytes, why) in [
            (&b""[..], "it is empty; write a token"),
            (b" \n\n", "it is empty; write a token"),
            (b"1234567\n", "its token has 7 characters; write a token"),
            (&[b'a'; LONGEST + 1], "it is longer than 1000 bytes"),
            (&[b'a'; 100_000], "it is longer than 1000 bytes"),
            (b"12345678\xff", "it is not text; write a token"),
            (b"12345678\n12345678\n", "it has more than one line"),
        ] {
            fs::write(&file, bytes).expect("a file");
            let said = said(&file).expect_err(why);
            assert!(said.starts_with(&format!("{begins}{why}")), "{said}");
            assert!(!said.contains("1234567\n"), "it is a secret: {said}");
        }
        fs::remove_file(&file).expect("ours");
        let missing = said(&file).expect_err("no file");
        assert_eq!(
            missing,
            format!(
                "{begins}there is no such file; make it, and write a token of 8 characters or more into it"
            )
        );
        fs::create_dir(&file).expect("a folder");
        let folder = said(&file).expect_err("a folder");
        assert!(folder.starts_with(&format!("{begins}it is a folder; name the file")));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_an_end_is_too_long() {
        let endless = read(Path::new("/dev/zero")).map_err(|error| error.why);
        assert_eq!(endless, Err(Why::TooLong));
    }
}
