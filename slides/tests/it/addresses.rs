//! The address in the code is one that phones can use: in networks of their own, whose interfaces
//! a test chooses. A phone is a plain HTTP request from inside.

use bots::program::Program;
use limited::{Input, Limits};
use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

const LIMIT: Duration = Duration::from_secs(60);

/// A stage in a network namespace with these interfaces, and what it printed. `None` if the system
/// permits none; then the test is skipped.
struct Hall {
    stage: Program,
    /// A process in the namespace.
    process: u32,
}

/// Adds an interface of any name: one end of a pair of virtual network cards.
fn interface(name: &str, address: &str) -> String {
    format!(
        "ip link add {name} type veth peer name {name}p && ip link set {name} up && \
         ip link set {name}p up && ip addr add {address} dev {name}{} && ",
        if address.contains("::") { " nodad" } else { "" }
    )
}

impl Hall {
    #[track_caller]
    fn open(interfaces: &[(&str, &str)], options: &[&str]) -> Option<Hall> {
        let interfaces = interfaces.iter().map(|(name, it)| interface(name, it));
        let interfaces: String = interfaces.collect();
        let network = format!("ip link set lo up && {interfaces}true");
        let enter = ["-rn", "sh", "-c"];
        let mut probe = Command::new("unshare");
        probe.args(enter).arg(&network);
        let probe = limited::run(&mut probe, Input::Empty, Limits::time(LIMIT));
        match probe {
            Ok(probe) if probe.code() == Some(0) => {}
            Ok(probe) => return no_namespace(&probe.stderr()),
            Err(error) => return no_namespace(&error.to_string()),
        }
        let program = env!("CARGO_BIN_EXE_slides");
        let script = format!("{network} && exec '{program}' \"$@\"");
        let first = ["-rn", "sh", "-c", &script, "slides", "--no-kit"];
        let words = [&first[..], options].concat();
        let stage = Program::start("unshare", &words);
        let process = stage.pid();
        let hall = Hall { stage, process };
        hall.line("Ctrl-C ends");
        Some(hall)
    }

    fn line(&self, word: &str) -> String {
        let until = Instant::now() + LIMIT;
        loop {
            let stdout = self.stage.stdout();
            if let Some(line) = stdout.lines().find(|line| line.contains(word)) {
                return line.trim().to_owned();
            }
            assert!(Instant::now() < until, "no line has {word:?} in\n{stdout}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The answer to a phone that opens `at`, such as `192.168.0.5:7011`, and asks for `host`.
    fn ask(&self, at: &str, host: &str) -> String {
        let (ip, port) = at.rsplit_once(':').expect("a port");
        let ip = ip.trim_matches(['[', ']']);
        // Bash alone can open a socket without another program.
        let script = format!(
            "exec 3<>/dev/tcp/{ip}/{port} && printf 'GET / HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -c 600 <&3"
        );
        let mut command = Command::new("nsenter");
        let process = self.process.to_string();
        command.args(["-t", &process, "-U", "-n", "--preserve-credentials"]);
        command.args(["bash", "-c", &script]);
        let ended = limited::run(&mut command, Input::Empty, Limits::time(LIMIT));
        let ended = ended.expect("nsenter starts");
        ended.stdout() + &ended.stderr()
    }

    #[track_caller]
    fn serves(&self, at: &str, host: &str) {
        let answer = self.ask(at, host);
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "{host} at {at}: {answer}"
        );
    }
}

#[track_caller]
fn no_namespace<T>(why: &str) -> Option<T> {
    skipped::skip(&format!(
        "no network namespace with interfaces here: `unshare`, `ip`: {}",
        why.trim()
    ));
    None
}

#[test]
fn of_several_networks_the_halls_is_in_the_code_and_phones_may_use_any() {
    let interfaces = [
        ("docker0", "172.17.0.1/16"),
        ("tun0", "10.8.0.2/24"),
        ("vboxnet0", "192.168.56.1/24"),
        ("wlan0", "10.20.0.7/24"),
    ];
    let Some(hall) = Hall::open(&interfaces, &["--audience"]) else {
        return;
    };
    assert_eq!(hall.line("phones"), "phones     http://10.20.0.7:7011/");
    let others = hall.line("also at");
    assert!(others.starts_with("(also at 10.8.0.2, "), "{others}");
    hall.serves("10.20.0.7:7011", "10.20.0.7:7011");
    hall.serves("192.168.56.1:7011", "192.168.56.1:7011");
    let rebound = hall.ask("10.20.0.7:7011", "evil.example:7011");
    assert!(rebound.starts_with("HTTP/1.1 403"), "{rebound}");
}

#[test]
fn a_hall_with_ipv6_alone_works() {
    let Some(hall) = Hall::open(&[("wlan0", "fd00::7/64")], &["--audience"]) else {
        return;
    };
    assert_eq!(hall.line("phones"), "phones     http://[fd00::7]:7011/");
    hall.serves("[fd00::7]:7011", "[fd00::7]:7011");
    hall.serves("127.0.0.1:7011", "localhost:7011");
}

#[test]
fn an_address_that_is_not_this_machines_is_admitted_and_doubted() {
    let options = ["--audience", "--address", "Laptop.local"];
    let Some(hall) = Hall::open(&[("eth0", "10.0.2.15/24")], &options) else {
        return;
    };
    assert_eq!(hall.line("phones"), "phones     http://laptop.local:7011/");
    assert!(hall.line("is not found from here").contains("Avahi"));
    hall.serves("10.0.2.15:7011", "laptop.local:7011");
    let options = ["--audience", "--address", "192.0.2.7"];
    let Some(hall) = Hall::open(&[("eth0", "10.0.2.15/24")], &options) else {
        return;
    };
    hall.line("192.0.2.7 is not an address of this machine");
    hall.serves("10.0.2.15:7011", "192.0.2.7:7011");
}

#[test]
fn a_machine_behind_its_own_nat_or_with_a_vpn_alone_is_told_so() {
    let Some(hall) = Hall::open(&[("eth0", "10.0.2.15/24")], &["--audience"]) else {
        return;
    };
    hall.line("this is a virtual machine behind its own NAT");
    let Some(hall) = Hall::open(&[("wg0", "10.9.0.2/24")], &["--audience"]) else {
        return;
    };
    hall.line("this address belongs to a VPN");
}
