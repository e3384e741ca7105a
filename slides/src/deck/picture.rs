//! The pictures of a deck: which kinds can be shown, how large one may be, and its URL.

use std::{fmt::Write, fs, path::Path};

/// The largest picture that is served, in bytes.
pub(crate) const LARGEST: u64 = 8 * 1024 * 1024;

/// The content type of a picture, by the end of its name, as cameras write it, too: `P1.JPG`.
/// `None` if it is no picture that every browser shows.
pub(crate) fn kind(path: &str) -> Option<&'static str> {
    let (_, end) = path.rsplit_once('.')?;
    Some(match end.to_ascii_lowercase().as_str() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        _ => return None,
    })
}

/// Checks that a picture can be served. The error completes the sentence "the picture …".
pub(super) fn check(file: &Path) -> Result<(), String> {
    if kind(&file.to_string_lossy()).is_none() {
        return Err("is no png, jpg, webp, gif or svg: convert it".to_owned());
    }
    let size = fs::metadata(file).map_or(0, |it| it.len());
    if size > LARGEST {
        let (size, most) = (size >> 20, LARGEST >> 20);
        return Err(format!(
            "has {size} MiB, and phones load it, too: make it smaller than {most} MiB"
        ));
    }
    Ok(())
}

/// A path for a URL: everything but letters, digits and a few signs as `%41`.
pub(super) fn encode(path: &str) -> String {
    let mut url = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _always = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// The path in a Markdown file, where a space may be written as `%20`. `None` if it is not UTF-8.
/// A `%` that begins no number stays.
pub(super) fn decode(target: &str) -> Option<String> {
    let bytes = target.as_bytes();
    let (mut path, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let digits = target.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                path.push(byte);
                at += 3;
            }
            None => {
                path.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_picture_tells_its_kind() {
        assert_eq!(kind("a/P1.JPG"), Some("image/jpeg"));
        assert_eq!(kind("a.b.webp"), Some("image/webp"));
        for other in ["png", "a.html", "a.svg.js", "a.", ""] {
            assert_eq!(kind(other), None, "{other}");
        }
    }

    #[test]
    fn a_path_becomes_a_url_and_a_target_a_path() {
        assert_eq!(encode("a b/사.png"), "a%20b/%EC%82%AC.png");
        assert_eq!(encode("100%.svg\"><"), "100%25.svg%22%3E%3C");
        for (target, path) in [
            ("my%20photo.png", "my photo.png"),
            ("100%.png", "100%.png"),
            ("%", "%"),
            ("a%2e%2e", "a.."),
            ("사진.png", "사진.png"),
            ("%EC%82%AC", "사"),
        ] {
            assert_eq!(decode(target).as_deref(), Some(path), "{target}");
        }
        assert_eq!(decode("%ff"), None);
    }
}
