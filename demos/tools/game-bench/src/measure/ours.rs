//! The game's own server, started as an operator starts it.

use std::io;
use std::path::PathBuf;
use std::process::Command;

use crate::server::Server;

/// The token that opens the server's figures. The server listens on this machine alone, and serves
/// for as long as a measurement takes.
pub(super) const TOKEN: &str = "game-bench";

/// The built program, and the core that it gets.
pub(super) struct Ours {
    exe: PathBuf,
    pub(super) core: usize,
    data: PathBuf,
}

impl Ours {
    /// Builds the program beside this one.
    pub(super) fn build(core: usize) -> Result<Self, String> {
        let here =
            std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
        let exe = here.with_file_name("08-snack-game");
        if let Some(cargo) = std::env::var_os("CARGO") {
            let built = Command::new(cargo)
                .args(["build", "--release", "--quiet", "--bin", "08-snack-game"])
                .status();
            if !built.is_ok_and(|status| status.success()) {
                return Err("08-snack-game does not build".to_owned());
            }
        }
        if !exe.exists() {
            return Err("there is no 08-snack-game beside this program: cargo build --release -p demo-08-snack-game".to_owned());
        }
        let data = std::env::temp_dir().join(format!("game-bench-{}", std::process::id()));
        Ok(Self { exe, core, data })
    }

    /// Starts the server, with `seats` per room and `most` in total.
    pub(super) fn start(&self, seats: u32, most: u32) -> io::Result<Server> {
        let _ = std::fs::remove_dir_all(&self.data); // Of the server before; there may be none.
        let [seats, most] = [seats, most].map(|number| number.to_string());
        let args = [
            "--listen",
            "127.0.0.1:0",
            "--seats",
            &seats,
            "--max-players",
            &most,
            "--bots",
            "0",
            "--token",
            TOKEN,
            "--data",
        ];
        let mut what = vec!["program".to_owned(), self.exe.display().to_string()];
        what.extend(args.map(String::from));
        what.push(self.data.display().to_string());
        Server::start(self.core, &what)
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
