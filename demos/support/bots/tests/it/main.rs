//! The crowd against servers whose behaviour is known, and programs that tests start.

mod crowd;
mod program;
