//! The demos: which programs a slide may start, and how one is built, run, killed and ended.

pub(crate) mod cargo;
pub(crate) mod port;
pub(crate) mod program;
pub(crate) mod reaper;
pub(crate) mod run;
pub(crate) mod verdict;
mod worker;
