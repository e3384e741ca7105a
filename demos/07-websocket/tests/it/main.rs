//! Step 7 over real sockets: a server in the test's process, the program as a user starts it, and
//! its page in a browser.

mod server;

mod ends;
#[cfg(target_os = "linux")]
mod memory;
mod page;
mod play;
mod wire;
