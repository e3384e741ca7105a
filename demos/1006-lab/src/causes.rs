//! The table of causes: their texts, and what was measured. One file per group.

mod browser;
mod close;
mod frame;
mod network;
mod refusal;
mod server;

use super::cause::{Cause, Outcome, Words};

/// Every cause, in the order of the page.
pub fn all() -> impl Iterator<Item = &'static Cause> {
    let groups = [
        server::CAUSES,
        close::CAUSES,
        frame::CAUSES,
        refusal::CAUSES,
        network::CAUSES,
        browser::CAUSES,
    ];
    groups.into_iter().flatten()
}

/// The cause of this name.
pub fn by_name(name: &str) -> Option<&'static Cause> {
    all().find(|cause| cause.name == name)
}

const fn words(en: &'static str, ko: &'static str) -> Words {
    Words { en, ko }
}

/// It opened, and ended without a Close frame.
const fn cut(saw: &'static str) -> Outcome<&'static str> {
    Outcome {
        opened: true,
        code: Some(1006),
        reason: "",
        clean: false,
        saw,
    }
}

/// It opened, and ended with a Close frame.
const fn closed(code: u16, reason: &'static str, saw: &'static str) -> Outcome<&'static str> {
    Outcome {
        opened: true,
        code: Some(code),
        reason,
        clean: true,
        saw,
    }
}

/// It never opened.
const fn refused(saw: &'static str) -> Outcome<&'static str> {
    Outcome {
        opened: false,
        code: Some(1006),
        reason: "",
        clean: false,
        saw,
    }
}

/// No `close` event came.
const fn no_event(opened: bool, reason: &'static str, saw: &'static str) -> Outcome<&'static str> {
    Outcome {
        opened,
        code: None,
        reason,
        clean: false,
        saw,
    }
}

/// An axum handler, as [`super::cause::Serve`] wants it.
macro_rules! axum {
    ($handler:path) => {
        $crate::cause::Serve::Axum(|socket, visit| Box::pin($handler(socket, visit)))
    };
}

/// The server of a bare stream, as [`super::cause::Serve`] wants it.
macro_rules! raw {
    ($handler:path) => {
        $crate::cause::Serve::Raw(|stream, visit| Box::pin($handler(stream, visit)))
    };
}

use {axum, raw};

#[cfg(test)]
mod tests {
    use super::all;
    use std::collections::HashSet;

    #[test]
    fn every_cause_has_a_unique_name_and_texts_in_both_languages() {
        let mut names = HashSet::new();
        for cause in all() {
            assert!(
                names.insert(cause.name),
                "two causes are called {}",
                cause.name
            );
            for words in [cause.title, cause.why, cause.todo] {
                assert!(
                    words.en.is_ascii() || !words.en.is_empty(),
                    "{}",
                    cause.name
                );
                let is_korean = |letter: char| ('가'..='힣').contains(&letter);
                assert!(
                    words.ko.chars().any(is_korean),
                    "{}: {}",
                    cause.name,
                    words.ko
                );
                assert!(
                    !words.en.chars().any(is_korean),
                    "{}: {}",
                    cause.name,
                    words.en
                );
            }
        }
        assert!(names.len() > 35, "{} causes", names.len());
    }
}
