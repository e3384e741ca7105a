//! Checks the system's firewall, as far as that works without administrator rights. By hand,
//! because no crate asks more than one kind of firewall.

use crate::finding::Finding::{self, Fine, Problem};
use limited::{Ended, Input, Limits};
use std::{fs, process::Command, time::Duration};

/// How long a program of the system may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Whether a firewall blocks connections from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Off,
    On,
    Unknown,
}

/// Checks whether phones can reach `port`.
pub(crate) fn check(port: u16) -> Finding {
    if cfg!(target_os = "macos") {
        let program = "/usr/libexec/ApplicationFirewall/socketfilterfw";
        match mac(output(program, &["--getglobalstate"]).as_deref()) {
            State::Off => Fine("off".to_owned()),
            State::On => Problem(
                "on: when macOS asks whether `slides` and the game may accept connections, \
                 allow it (System Settings, Network, Firewall, Options)"
                    .to_owned(),
            ),
            State::Unknown => Problem(
                "its state is unknown: allow incoming connections in System Settings, Network, \
                Firewall"
                    .to_owned(),
            ),
        }
    } else if cfg!(windows) {
        let words = ["advfirewall", "show", "currentprofile", "state"];
        match windows(output("netsh", &words).as_deref()) {
            State::Off => Fine("off in the current profile".to_owned()),
            State::On => Problem(
                "on: when Windows asks whether `slides` and the game may communicate, allow it \
                 on this kind of network (private or public)"
                    .to_owned(),
            ),
            State::Unknown => Problem(
                "its state is unknown: allow incoming connections in Windows Security, Firewall \
                & network protection"
                    .to_owned(),
            ),
        }
    } else {
        let ufw = ufw(fs::read_to_string("/etc/ufw/ufw.conf").ok().as_deref());
        let firewalld = output("firewall-cmd", &["--state"]);
        match (ufw, firewalld.as_deref().map(str::trim)) {
            (State::On, _) => Problem(format!(
                "ufw is on: `sudo ufw allow {port}/tcp` and `sudo ufw allow 7008/tcp` allow phones"
            )),
            (_, Some("running")) => Problem(format!(
                "firewalld is on: `sudo firewall-cmd --add-port={port}/tcp --add-port=7008/tcp` \
                allows phones"
            )),
            (State::Off, _) | (_, Some(_)) => Fine("ufw and firewalld are off".to_owned()),
            (State::Unknown, None) => Problem(format!(
                "ufw and firewalld are not installed; `sudo nft list ruleset` shows other rules \
                for port {port}"
            )),
        }
    }
}

/// Parses `socketfilterfw --getglobalstate`: `Firewall is disabled. (State = 0)`; 1 and 2 are on.
fn mac(output: Option<&str>) -> State {
    match output.and_then(|text| text.split_once("State = ")) {
        Some((_, rest)) if rest.starts_with('0') => State::Off,
        Some((_, rest)) if rest.starts_with(['1', '2']) => State::On,
        _ => State::Unknown,
    }
}

/// Parses `netsh advfirewall show currentprofile state`: a row that ends with ON or OFF. In other
/// languages than English the words are others.
fn windows(output: Option<&str>) -> State {
    let mut words = output
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_whitespace().last());
    words
        .find_map(|word| match word {
            "ON" => Some(State::On),
            "OFF" => Some(State::Off),
            _ => None,
        })
        .unwrap_or(State::Unknown)
}

/// Parses `/etc/ufw/ufw.conf`, which every user may read: `ENABLED=yes`.
fn ufw(file: Option<&str>) -> State {
    let value = |line: &str| {
        let value = line.trim().strip_prefix("ENABLED=")?;
        Some(value.trim_matches('"').eq_ignore_ascii_case("yes"))
    };
    match file.and_then(|file| file.lines().find_map(value)) {
        Some(true) => State::On,
        Some(false) => State::Off,
        None => State::Unknown,
    }
}

/// What a program of the system prints. `None` if it is not installed or takes too long.
fn output(program: &str, words: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    let finished = limited::run(command.args(words), Input::Empty, Limits::time(TIMEOUT));
    let finished = finished.ok()?;
    (finished.ended != Ended::TooLong).then(|| finished.stdout())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_each_system_is_parsed() {
        for (output, state) in [
            (Some("Firewall is disabled. (State = 0)\n"), State::Off),
            (Some("Firewall is enabled. (State = 1)\n"), State::On),
            (Some("Firewall is enabled. (State = 2)\n"), State::On),
            (Some("must be root"), State::Unknown),
            (None, State::Unknown),
        ] {
            assert_eq!(mac(output), state, "{output:?}");
        }
        let netsh = |state| {
            format!("\r\nPublic Profile Settings: \r\n-----------\r\nState    {state}\r\nOk.\r\n")
        };
        assert_eq!(windows(Some(&netsh("ON"))), State::On);
        assert_eq!(windows(Some(&netsh("OFF"))), State::Off);
        assert_eq!(windows(Some(&netsh("사용"))), State::Unknown);
        assert_eq!(windows(None), State::Unknown);
        assert_eq!(
            ufw(Some("# a comment\nENABLED=yes\nLOGLEVEL=low\n")),
            State::On
        );
        assert_eq!(ufw(Some("ENABLED=no\n")), State::Off);
        assert_eq!(ufw(Some("LOGLEVEL=low\n")), State::Unknown);
        assert_eq!(ufw(None), State::Unknown);
    }

    #[test]
    fn a_program_that_is_not_installed_has_no_output() {
        assert_eq!(output("no-such-program-here", &[]), None);
    }
}
