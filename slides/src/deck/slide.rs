//! A deck and its slides, rendered.

/// A time of the talk, in seconds from its beginning.
pub(crate) type Seconds = u32;

/// The length of the talk. The last slide with a planned time begins before it is over.
pub(crate) const TALK: Seconds = 40 * 60;

/// The deck in one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deck {
    /// `en` or `ko`.
    pub(crate) language: String,
    /// The title of the talk.
    pub(crate) title: String,
    /// In the order of the talk.
    pub(crate) slides: Vec<Slide>,
}

/// One slide.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slide {
    pub(crate) source: Source,
    /// Its heading, without markup.
    pub(crate) title: String,
    /// What the audience sees.
    pub(crate) html: String,
    /// What the speaker and the reader see beside it.
    pub(crate) notes: String,
    /// When the talk should arrive here. `None` for an answer to a question, after the talk.
    pub(crate) plan: Option<Seconds>,
    /// Its layout: a word of `split::LOOKS`.
    pub(crate) look: String,
    /// How many times "next" reveals something before it goes to the next slide.
    pub(crate) steps: u32,
    pub(crate) blocks: Blocks,
}

/// Where a slide is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The name of the file, without the folder.
    pub(crate) file: String,
    /// The line on which the slide begins, counted from 1.
    pub(crate) line: usize,
}

/// What a slide shows beside its text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    /// The names of the demos that can be started from it, as in `data-demo`.
    pub(crate) demos: Vec<String>,
    /// The steps whose schedule game can be played on it.
    pub(crate) schedulers: Vec<String>,
    /// Its pictures, as paths from the root of the repository.
    pub(crate) pictures: Vec<String>,
    /// The kinds of its blocks, from top to bottom. They are the same in every language.
    pub(crate) shape: Vec<String>,
}

/// A time as `M:SS`: 90 seconds are `1:30`.
pub(crate) fn clock(seconds: Seconds) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
