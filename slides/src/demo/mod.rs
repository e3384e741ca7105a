//! The demos: which programs a slide may start, how one is built, run, killed and ended.

pub(crate) mod program;
pub(crate) mod reaper;
pub(crate) mod run;
mod worker;
