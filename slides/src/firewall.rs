//! The system's firewall, as far as it can be asked without an administrator's rights.

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a system's program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(20);

/// What a firewall does to connections from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Off,
    On,
    Unknown,
}

/// Whether phones can reach `port`. An error says what to look at.
pub(crate) fn look(port: u16) -> Result<String, String> {
    if cfg!(target_os = "macos") {
        let program = "/usr/libexec/ApplicationFirewall/socketfilterfw";
        match mac(said(program, &["--getglobalstate"]).as_deref()) {
            State::Off => Ok("off".to_owned()),
            State::On => Err(
                "on: when macOS asks whether `slides` and the game may accept connections, allow it \
                 (System Settings, Network, Firewall, Options)"
                    .to_owned(),
            ),
            State::Unknown => Err(
                "look at System Settings, Network, Firewall: phones need incoming connections"
                    .to_owned(),
            ),
        }
    } else if cfg!(windows) {
        let words = ["advfirewall", "show", "currentprofile", "state"];
        match windows(said("netsh", &words).as_deref()) {
            State::Off => Ok("off in the current profile".to_owned()),
            State::On => Err(
                "on: when Windows asks whether `slides` and the game may communicate, allow it on this kind of network \
                 (private or public)"
                    .to_owned(),
            ),
            State::Unknown => Err(
                "look at Windows Security, Firewall & network protection: phones need incoming connections"
                    .to_owned(),
            ),
        }
    } else {
        let ufw = ufw(fs::read_to_string("/etc/ufw/ufw.conf").ok().as_deref());
        let firewalld = said("firewall-cmd", &["--state"]);
        match (ufw, firewalld.as_deref().map(str::trim)) {
            (State::On, _) => Err(format!(
                "ufw is on: `sudo ufw allow {port}/tcp` and `sudo ufw allow 7008/tcp` let phones in"
            )),
            (_, Some("running")) => Err(format!(
                "firewalld is on: `sudo firewall-cmd --add-port={port}/tcp --add-port=7008/tcp` lets phones in"
            )),
            (State::Off, _) | (_, Some(_)) => Ok("ufw and firewalld are off".to_owned()),
            (State::Unknown, None) => Err(format!(
                "neither ufw nor firewalld is here; `sudo nft list ruleset` shows other rules for port {port}"
            )),
        }
    }
}

/// `socketfilterfw --getglobalstate`: `Firewall is disabled. (State = 0)`; 1 and 2 are on.
fn mac(said: Option<&str>) -> State {
    match said.and_then(|said| said.split_once("State = ")) {
        Some((_, rest)) if rest.starts_with('0') => State::Off,
        Some((_, rest)) if rest.starts_with(['1', '2']) => State::On,
        _ => State::Unknown,
    }
}

/// `netsh advfirewall show currentprofile state`: a row that ends with ON or OFF; other languages
/// say other words.
fn windows(said: Option<&str>) -> State {
    let mut words = said
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

/// `/etc/ufw/ufw.conf`, which everyone may read: `ENABLED=yes`.
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

/// What a program of the system prints; `None` if it is not here or takes too long.
fn said(program: &str, words: &[&str]) -> Option<String> {
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let until = Instant::now() + PATIENCE;
    // A few lines fit into the pipe, so it ends before it is read.
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > until {
            let _ended_already = child.kill();
            let _is_waited_for = child.wait();
            return None;
        }
        thread::sleep(LOOK);
    }
    let mut text = Vec::new();
    child.stdout.take()?.read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_is_read_in_its_own_words() {
        for (said, state) in [
            (Some("Firewall is disabled. (State = 0)\n"), State::Off),
            (Some("Firewall is enabled. (State = 1)\n"), State::On),
            (Some("Firewall is enabled. (State = 2)\n"), State::On),
            (Some("must be root"), State::Unknown),
            (None, State::Unknown),
        ] {
            assert_eq!(mac(said), state, "{said:?}");
        }
        let netsh = |state| {
            format!(
                "\r\nPublic Profile Settings: \r\n-----------\r\nState                                 {state}\r\nOk.\r\n"
            )
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
    fn a_program_that_is_not_here_says_nothing() {
        assert_eq!(said("no-such-program-here", &[]), None);
    }
}
