//! The deck: Markdown files that Marp and GitHub can show as well, read, checked and drawn.
//!
//! `split` cuts a file into slides, `render` draws one, `quote` holds it to the sources that it
//! shows; what is wrong comes back as complaints with a file and a line.

mod compare;
mod fence;
mod highlight;
mod item;
pub(crate) mod markup;
mod promises;
mod quote;
mod render;
mod split;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// A minute and a half of talk is `90`.
pub(crate) type Seconds = u32;

/// The talk's length: the last slide that has a time begins before it is over.
pub(crate) const TALK: Seconds = 40 * 60;

/// The languages of the deck; both say the same, slide by slide.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "ko"];

/// What is wrong with the deck, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    /// From the root of the repository.
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// A sentence, and what to do about it.
    pub(crate) what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// One slide, drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slide {
    /// The file that it is written in, without its folder.
    pub(crate) file: String,
    /// The line on which it begins.
    pub(crate) line: usize,
    /// Its heading as text.
    pub(crate) title: String,
    /// What everybody sees.
    pub(crate) html: String,
    /// What only the speaker sees, and whoever reads at home.
    pub(crate) notes: String,
    /// When the talk should arrive here; none for an answer that is kept for questions.
    pub(crate) plan: Option<Seconds>,
    /// How it is laid out: a word of `split::LOOKS`.
    pub(crate) look: String,
    /// How often "next" reveals something before it leaves the slide.
    pub(crate) steps: u32,
    /// The demos that can be started from it, as they are named in `data-demo`.
    pub(crate) demos: Vec<String>,
    /// The steps of which the audience may be the scheduler here.
    pub(crate) schedulers: Vec<String>,
    /// Pictures, as paths from the root of the repository.
    pub(crate) pictures: Vec<String>,
    /// The kinds of its blocks, in order: what two languages must share.
    pub(crate) shape: Vec<String>,
}

/// The deck in one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deck {
    /// `en` or `ko`.
    pub(crate) language: String,
    /// The talk's name.
    pub(crate) title: String,
    /// In the order in which they are shown.
    pub(crate) slides: Vec<Slide>,
}

/// Where a deck lies, and what it may quote.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// The folder with `en/` and `ko/`.
    pub(crate) folder: PathBuf,
}

impl Place {
    /// This repository's own deck, or the one in `folder`.
    pub(crate) fn new(folder: Option<PathBuf>) -> Place {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Place {
            root: here.parent().unwrap_or(here).to_path_buf(),
            folder: folder.unwrap_or_else(|| here.to_path_buf()),
        }
    }

    /// The files of one language, in their order.
    pub(crate) fn files(&self, language: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join(language))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|it| it == "md"))
            .collect();
        files.sort();
        files
    }

    /// A file's name as a reader of a complaint knows it.
    pub(crate) fn name(&self, file: &Path) -> String {
        let near = file.strip_prefix(&self.root).unwrap_or(file);
        near.to_string_lossy().replace('\\', "/")
    }
}

/// Both decks, and everything that is wrong with them.
pub(crate) fn load(place: &Place) -> (Vec<Deck>, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let decks: Vec<Deck> = LANGUAGES
        .iter()
        .map(|language| read(place, language, &mut complaints))
        .collect();
    compare::compare(place, &decks, &mut complaints);
    complaints.sort();
    complaints.dedup();
    (decks, complaints)
}

fn read(place: &Place, language: &str, complaints: &mut Vec<Complaint>) -> Deck {
    let mut deck = Deck {
        language: language.to_owned(),
        ..Deck::default()
    };
    for file in place.files(language) {
        let name = place.name(&file);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                complaints.push(Complaint {
                    file: name,
                    line: 1,
                    what: format!("cannot be read: {error}"),
                });
                continue;
            }
        };
        let mut pen = Pen {
            place,
            file: &name,
            complaints,
        };
        let raw = split::split(&text, language, &mut pen);
        if deck.title.is_empty() {
            deck.title = raw.title;
        }
        for slide in raw.slides {
            deck.slides.push(render::render(&slide, &file, &mut pen));
        }
    }
    compare::on_time(place, &deck, complaints);
    deck
}

/// Who writes complaints about one file.
pub(crate) struct Pen<'a> {
    pub(crate) place: &'a Place,
    pub(crate) file: &'a str,
    pub(crate) complaints: &'a mut Vec<Complaint>,
}

impl Pen<'_> {
    pub(crate) fn complain(&mut self, line: usize, what: impl Into<String>) {
        self.complaints.push(Complaint {
            file: self.file.to_owned(),
            line,
            what: what.into(),
        });
    }
}

/// `90` is `1:30`.
pub(crate) fn clock(seconds: Seconds) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests;
