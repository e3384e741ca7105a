//! Drawings in READMEs and SVG files. The proofs that found the schedules keep them up to date.

use crate::draw::{self, Numbers};
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::{env, fs};

const END: &str = "<!-- end -->";

impl Failure {
    /// The lanes as text, without line numbers.
    fn without_numbers(&self) -> String {
        draw::text(&self.title(), &self.story, draw::COLUMNS, Numbers::LeftOut)
    }

    /// Checks that the Markdown file `file`, a path under the tested package's folder, shows this
    /// drawing between `<!-- schedule: NAME -->`, with the name of the exploration, and
    /// `<!-- end -->`.
    ///
    /// With `BLESS=1` in the environment, writes the drawing there instead.
    ///
    /// # Panics
    /// If the file shows another drawing or none; the panic says how to update it.
    #[track_caller]
    pub fn is_drawn_in(&self, file: &str) {
        let begin = format!("<!-- schedule: {} -->\n", self.name());
        let text = read(file);
        let place = text.split_once(begin.as_str()).and_then(|(before, rest)| {
            let (drawn, after) = rest.split_once(END)?;
            Some((before, drawn, after))
        });
        let Some((before, drawn, after)) = place else {
            panic!("{file} has no place for this drawing: give it the lines\n{begin}{END}");
        };
        let fresh = format!("\n```text\n{}\n```\n\n", self.without_numbers().trim_end());
        self.keep(file, drawn, &fresh, || {
            format!("{before}{begin}{fresh}{END}{after}")
        });
    }

    /// Checks that the SVG file `file`, a path under the tested package's folder, is the picture of
    /// this schedule.
    ///
    /// With `BLESS=1` in the environment, writes the file.
    ///
    /// # Panics
    /// If the file differs or does not exist; the panic says how to update it.
    #[track_caller]
    pub fn is_pictured_in(&self, file: &str) {
        let fresh = self.to_svg();
        let drawn = fs::read_to_string(in_package(file)).unwrap_or_default();
        self.keep(file, &drawn, &fresh, || fresh.clone());
    }

    #[track_caller]
    fn keep(&self, file: &str, drawn: &str, fresh: &str, whole: impl FnOnce() -> String) {
        if drawn == fresh {
            return;
        }
        let name = self.name();
        assert!(
            env::var_os("BLESS").is_some(),
            "{file} shows another drawing of `{name}`; if the new one is right, BLESS=1 cargo test -p {}\n\n{self}",
            env::var("CARGO_PKG_NAME").unwrap_or_else(|_| "its package".into()),
        );
        if let Err(error) = fs::write(in_package(file), whole()) {
            panic!("{file} cannot be written: {error}");
        }
    }
}

#[track_caller]
fn in_package(file: &str) -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").expect("a test that cargo runs");
    Path::new(&package).join(file)
}

#[track_caller]
fn read(file: &str) -> String {
    match fs::read_to_string(in_package(file)) {
        Ok(text) => text,
        Err(error) => panic!("{file} cannot be read: {error}"),
    }
}
