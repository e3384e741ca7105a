//! A story as a picture: in text, and as SVG.

mod layout;
mod svg;
mod text;
mod width;

pub(crate) use layout::Numbers;
pub(crate) use svg::svg;
pub(crate) use text::{COLUMNS, text};
