//! The command line of the player, and its exit status.

use player::{Ended, connect, play, read};
use std::io::{self, BufReader, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
A player for steps 1 to 6: what is typed goes to the server, line by line, and
what the server says is shown.

Usage: cargo run -p player -- [HOST:PORT]

  HOST:PORT   the server             [default: 127.0.0.1:7001]
              a port alone is one of this machine: 7003 is 127.0.0.1:7003
  --help      this text

Type, a line each: join ann, grab, leave. Ctrl-D ends it (on Windows Ctrl-Z and
Enter). The input may be a pipe: printf 'join ann\\ngrab\\nleave\\n' | cargo run -p player

It ends with status 0 when the server or the input has ended, and with 1 when
it cannot connect, the connection breaks, the server reads nothing for 5 s, or
still keeps the connection open 5 s after the input has ended.";

/// How long to read the server's lines after the end of the input.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        let _unless_closed = writeln!(io::stdout(), "{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("player: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<(), String> {
    let address = match words.iter().find(|word| word.starts_with('-')) {
        Some(option) => {
            return Err(format!(
                "unknown option {option}; --help says what there is"
            ));
        }
        None => read(words)?,
    };
    let stream = connect(&address)?;
    if io::stdin().is_terminal() {
        let end = if cfg!(windows) {
            "Ctrl-Z and Enter end it"
        } else {
            "Ctrl-D ends it"
        };
        say(&format!(
            "Connected to {address}. Type: join NAME, grab, leave; {end}."
        ));
    }
    let ended = play(stream, BufReader::new(io::stdin()), io::stdout(), PATIENCE);
    match ended.map_err(|error| format!("cannot play on {address}: {error}"))? {
        Ended::ByInput | Ended::Unread => Ok(()),
        Ended::ByServer => {
            say("The server closed the connection.");
            Ok(())
        }
        Ended::Unanswered => Err(format!(
            "the input has ended, and after {} s the server still keeps the connection open: is it frozen?",
            PATIENCE.as_secs()
        )),
        Ended::Unheard => Err(format!(
            "the server at {address} has read nothing for {} s: is it frozen?",
            PATIENCE.as_secs()
        )),
        Ended::Http => Err(format!(
            "the server at {address} speaks HTTP: open http://{address}/ in a browser"
        )),
        Ended::Broken(why) => Err(format!("the connection to {address} broke: {why}")),
    }
}

/// Prints a message of this program to standard error. If that is closed, the message is lost.
fn say(line: &str) {
    let _unless_closed = writeln!(io::stderr(), "{line}");
}
