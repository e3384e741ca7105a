//! What a learner saved: a text, or the reason why it is none.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Why an answer cannot be judged as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Missing,
    Folder,
    /// A pipe, a device, a socket.
    NoFile,
    Empty,
    Utf16,
    /// Text in another encoding, or no text.
    NotUtf8,
    /// The system refuses to read it.
    Refused(ErrorKind),
}

/// Reads the answer that lies here.
pub(crate) fn read(path: &Path) -> Result<String, Unusable> {
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Unusable::Missing,
        kind => Unusable::Refused(kind),
    };
    let kind = fs::metadata(path).map_err(refused)?.file_type();
    if kind.is_dir() {
        return Err(Unusable::Folder);
    }
    if !kind.is_file() {
        return Err(Unusable::NoFile);
    }
    text(&fs::read(path).map_err(refused)?)
}

fn text(bytes: &[u8]) -> Result<String, Unusable> {
    if is_utf16(bytes) {
        return Err(Unusable::Utf16);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => Err(Unusable::Empty),
        // Rust has no such character outside of strings, and no editor shows it.
        Ok(text) if text.contains('\0') => Err(Unusable::NotUtf8),
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Unusable::NotUtf8),
    }
}

/// Whether two texts say the same. An editor may have its own line ends, and a mark at the
/// beginning: saving with those changes nothing.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| text.trim_start_matches('\u{feff}').lines());
    one.eq(other)
}

/// Whether it begins as UTF-16 does, or is English in UTF-16: every second byte is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let first = bytes.get(..64).unwrap_or(bytes);
    let zeros = |from| first.iter().skip(from).step_by(2).all(|&byte| byte == 0);
    bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || (first.len() > 1 && (zeros(0) != zeros(1)))
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "is not there"),
            Self::Folder => write!(f, "is a folder, and not a file"),
            Self::NoFile => write!(f, "is no ordinary file"),
            Self::Empty => write!(f, "is empty"),
            Self::Utf16 => write!(f, "is UTF-16, and Rust is UTF-8: save it as UTF-8"),
            Self::NotUtf8 => write!(f, "is not UTF-8 text: save it as UTF-8"),
            Self::Refused(kind) => write!(f, "cannot be read: {kind}"),
        }
    }
}

/// Sends the learner to `reset` of this exercise, behind why its answer cannot be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restore<'a>(pub(crate) &'a str);

impl Restore<'_> {
    const COMMAND: &'static str = "To restore the original exercise: cargo run -p learn -- reset ";
    const KEY: &'static str = "Press r to restore the original exercise.";

    /// Names the desk's key in place of the command, in what a command has printed.
    pub(crate) fn with_the_key(text: &str) -> String {
        match text.split_once(Restore::COMMAND) {
            Some((why, _)) => format!("{why}{}", Restore::KEY),
            None => text.to_owned(),
        }
    }
}

impl fmt::Display for Restore<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Restore::COMMAND, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desk_names_its_key_in_place_of_the_command() {
        let said = format!("a.rs is empty. {}", Restore("01_lock_order"));
        assert!(said.ends_with("cargo run -p learn -- reset 01_lock_order"));
        assert_eq!(
            Restore::with_the_key(&said),
            "a.rs is empty. Press r to restore the original exercise."
        );
        assert_eq!(Restore::with_the_key("another reason"), "another reason");
    }

    #[test]
    fn other_line_ends_are_no_other_text() {
        let text = "use a;\n\nfn b() {}\n";
        for same in [
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.trim_end().into(),
        ] {
            assert!(is_same(text, &same), "{same:?}");
        }
        for other in [
            text.replace("\n\n", "\n"),
            text.replace('b', "c"),
            String::new(),
        ] {
            assert!(!is_same(text, &other), "{other:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        let wide = |text: &str, little: bool| -> Vec<u8> {
            let bytes = |unit: u16| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            };
            text.encode_utf16().flat_map(bytes).collect()
        };
        for (bytes, found) in [
            (vec![], Err(Unusable::Empty)),
            (b" \r\n\n".to_vec(), Err(Unusable::Empty)),
            ("\u{feff}\n".into(), Err(Unusable::Empty)),
            (wide("\u{feff}use a;", true), Err(Unusable::Utf16)),
            (wide("\u{feff}use a;", false), Err(Unusable::Utf16)),
            (wide("use a;", true), Err(Unusable::Utf16)),
            (wide("use a;", false), Err(Unusable::Utf16)),
            (b"// caf\xe9".to_vec(), Err(Unusable::NotUtf8)),
            (b"\x7fELF\0\0\0\x01".to_vec(), Err(Unusable::NotUtf8)),
            (vec![0; 9], Err(Unusable::NotUtf8)),
            ("// 데드락".into(), Ok("// 데드락".to_owned())),
            ("\u{feff}a".into(), Ok("\u{feff}a".to_owned())),
        ] {
            assert_eq!(text(&bytes), found, "{bytes:?}");
        }
    }
}
