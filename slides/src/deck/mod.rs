//! The deck: Markdown files that Marp and GitHub can show as well, read, checked and drawn.
//!
//! `split` cuts a file into slides, `render` draws one, `quote` holds it to the sources that it shows; what is wrong
//! comes back as complaints with a file and a line.

mod fence;
mod highlight;
mod item;
pub(crate) mod markup;
mod promises;
mod quote;
mod render;
mod split;

use std::{
    collections::BTreeSet,
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
    compare(place, &decks, &mut complaints);
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
    on_time(place, &deck, complaints);
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

/// The plan begins at 0:00, never goes back, and ends within the talk; answers come after the talk.
fn on_time(place: &Place, deck: &Deck, complaints: &mut Vec<Complaint>) {
    let mut last = None;
    let mut over = false;
    for slide in &deck.slides {
        let what = match slide.plan {
            Some(_) if over => Some("a slide with a time stands after one without: answers come last".to_owned()),
            Some(at) if at >= TALK => Some(format!("the talk is over at {}", clock(TALK))),
            Some(at) if last.is_none() && at != 0 => Some("the first slide's plan is 0:00".to_owned()),
            Some(at) if last.is_some_and(|last| at < last) => {
                Some(format!("the plan goes back, from {} to {}", clock(last.unwrap_or(0)), clock(at)))
            }
            _ => None,
        };
        over |= slide.plan.is_none();
        last = slide.plan.or(last);
        if let Some(what) = what {
            complaints.push(complaint(place, deck, slide, what));
        }
    }
}

fn complaint(place: &Place, deck: &Deck, slide: &Slide, what: String) -> Complaint {
    let file = place.folder.join(&deck.language).join(&slide.file);
    Complaint {
        file: place.name(&file),
        line: slide.line,
        what,
    }
}

/// Both languages have the same files, with the same slides in them: times, demos, steps and pictures.
fn compare(place: &Place, decks: &[Deck], complaints: &mut Vec<Complaint>) {
    let [first, second] = decks else { return };
    let names = |deck: &Deck| -> BTreeSet<String> {
        let files = place.files(&deck.language).into_iter();
        files
            .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
            .collect()
    };
    let [ours, theirs] = [names(first), names(second)];
    for file in ours.symmetric_difference(&theirs) {
        let lacks = if ours.contains(file) { second } else { first };
        complaints.push(Complaint {
            file: place.name(&place.folder.join(&lacks.language).join(file)),
            line: 1,
            what: "is missing here, and there in the other language".to_owned(),
        });
    }
    for file in ours.intersection(&theirs) {
        let of = |deck: &Deck| -> Vec<Slide> {
            deck.slides.iter().filter(|it| &it.file == file).cloned().collect()
        };
        let [ours, theirs] = [of(first), of(second)];
        for (one, other) in ours.iter().zip(&theirs) {
            if let Some(what) = differs(one, other) {
                complaints.push(complaint(place, second, other, what));
            }
        }
        if ours.len() != theirs.len() {
            complaints.push(Complaint {
                file: place.name(&place.folder.join(&second.language).join(file)),
                line: 1,
                what: format!("has {} slides, and {} in {}", theirs.len(), ours.len(), first.language),
            });
        }
    }
}

fn differs(one: &Slide, other: &Slide) -> Option<String> {
    let plan = |slide: &Slide| slide.plan.map_or("-".to_owned(), clock);
    if one.plan != other.plan {
        Some(format!("plan: {} here, {} in the other language", plan(other), plan(one)))
    } else if one.look != other.look {
        Some(format!("look: {} here, {} in the other language", other.look, one.look))
    } else if one.steps != other.steps {
        Some(format!("reveals {} steps here, {} in the other language", other.steps, one.steps))
    } else if one.shape != other.shape {
        Some(format!(
            "shows [{}] here, [{}] in the other language",
            other.shape.join(", "),
            one.shape.join(", ")
        ))
    } else {
        None
    }
}

/// `90` is `1:30`.
pub(crate) fn clock(seconds: Seconds) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests;
