//! A hardened unit that allows no netlink: the game serves, and a supervisor says what it needs.

use crate::common::{Folder, PATIENCE, program::PROGRAM};
use bots::program::Program;
use std::{
    net::UdpSocket,
    process::{Command, Stdio},
};

/// Runs the rest of its arguments in a process whose `socket(AF_NETLINK)` fails, as under
/// `RestrictAddressFamilies=` without AF_NETLINK. The filter looks at the low half of the argument.
const WITHOUT_NETLINK: &str = r#"
import ctypes, os, struct, sys
SOCKET = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
ALLOW, EAFNOSUPPORT, AF_NETLINK = 0x7fff0000, 0x00050000 | 97, 16
def step(code, yes, no, value):
    return struct.pack("HBBI", code, yes, no, value)
filter = (step(0x20, 0, 0, 0) + step(0x15, 0, 3, SOCKET) + step(0x20, 0, 0, 16)
    + step(0x15, 0, 1, AF_NETLINK) + step(0x06, 0, 0, EAFNOSUPPORT) + step(0x06, 0, 0, ALLOW))
kept = ctypes.create_string_buffer(filter)
class Program(ctypes.Structure):
    _fields_ = [("steps", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
program = Program(6, ctypes.addressof(kept))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit("no seccomp")
os.execv(sys.argv[1], sys.argv[1:])
"#;

fn has_seccomp() -> bool {
    let tried = Command::new("python3")
        .args(["-c", WITHOUT_NETLINK, "/bin/true"])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|it| it.success())
}

#[test]
fn without_netlink_the_game_serves_and_a_supervisor_says_what_to_allow() {
    if !has_seccomp() {
        skipped::skip("no seccomp here, or no python3 that sets it");
        return;
    }
    let folder = Folder::with_token();
    let data = folder.path().to_str().expect("a path in Unicode");
    let args = [
        "-c",
        WITHOUT_NETLINK,
        PROGRAM,
        "--bots",
        "0",
        "--data",
        data,
    ];
    let audience = [
        &args[..],
        &["--audience", "--seconds", "1", "--log", "pretty"],
    ]
    .concat();
    let ended = Program::start_at(([0, 0, 0, 0], 0).into(), "python3", &audience).wait(PATIENCE);
    assert_eq!(ended.code, Some(0), "{ended}");
    let way_out = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    match way_out {
        Ok(address) => {
            let url = format!("play at http://{}:", address.ip());
            assert!(ended.stdout.contains(&url), "{url}: {ended}");
        }
        Err(_no_network) => assert!(ended.stderr.contains("address is unknown"), "{ended}"),
    }
    let kept = [&args[..], &["--keep", "--listen", "127.0.0.1:0"]].concat();
    let kept = Program::run(Command::new("python3").args(kept), PATIENCE);
    assert_eq!(kept.code, Some(1), "{kept}");
    let families = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK";
    assert!(kept.stderr.contains(families), "{kept}");
}
