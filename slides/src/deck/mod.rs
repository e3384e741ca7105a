//! The deck: Markdown files, which Marp and GitHub can show as well.
//!
//! `split` cuts a file into slides, `render` turns one into HTML, and `quote` compares each code
//! block with the source that it quotes. Mistakes are returned as complaints with a file and a
//! line.

mod compare;
mod complaint;
mod fence;
mod highlight;
mod item;
mod load;
pub(crate) mod picture;
mod place;
mod promises;
mod quote;
mod region;
mod render;
mod slide;
mod split;
mod watch;

pub(crate) use complaint::Complaint;
pub(crate) use load::load;
pub(crate) use place::{LANGUAGES, Place};
pub(crate) use region::region;
pub(crate) use slide::Blocks;
pub(crate) use slide::{Deck, Seconds, Slide, TALK, clock};
pub(crate) use watch::watch;

#[cfg(test)]
mod tests;
