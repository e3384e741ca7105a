//! Models, and what lanes says about them.

mod attempts;
mod channels;
mod common;
mod locks;
mod more;
mod names;
mod net;
mod noise;
mod ordering;
mod picture;
mod play;
mod readme;
mod replay;
mod tasks;
mod unasked;
