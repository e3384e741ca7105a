//! The kernel's counters of a TCP connection: to the byte, what a dead process had written and
//! read.
//!
//! They come from `NETLINK_SOCK_DIAG`, as in `ss -ti`. No privilege is needed, and a test asks as
//! the user `nobody`. By hand: it is one request and four numbers of its answer, and crates for
//! netlink bring a decoder for everything else.

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
    sockopt::{Timeout, set_socket_timeout},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::OwnedFd,
    time::Duration,
};

/// How many answers are read until two in a row agree: a packet may arrive while the kernel writes
/// one answer.
const TRIES: usize = 200;

const REQUEST: usize = 16 + 56;
const BY_FAMILY: u16 = 20;
const ERROR: u16 = 2;
const INFO: u16 = 2;
/// In an answer: where the attributes begin, after both headers.
const ATTRIBUTES: usize = 16 + 72;
/// Offsets in the kernel's `tcp_info`, which grows from version to version.
const BYTES_ACKED: usize = 120;
const BYTES_RECEIVED: usize = 128;
const SHORTEST: usize = BYTES_RECEIVED + 8;

/// A connection's two positions, in bytes since its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes that the kernel accepted for sending.
    pub accepted: u64,
    /// Bytes that the process has read from the kernel.
    pub consumed: u64,
}

/// A netlink socket that reads the counters of connections.
#[derive(Debug)]
pub struct SockDiag(OwnedFd);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TcpInfo {
    pub(crate) acked: u64,
    pub(crate) unacked: u64,
    pub(crate) received: u64,
    pub(crate) unread: u64,
}

impl SockDiag {
    /// Opens the socket and asks once. Some kernels, and sandboxes, let it be opened but answer
    /// nothing; a server must know that before it accepts a player.
    ///
    /// # Errors
    /// This kernel does not report the counters.
    pub fn open() -> io::Result<Self> {
        let protocol = Some(netlink::SOCK_DIAG);
        let flags = SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol);
        let socket = socket.map_err(|error| {
            let sentence = format!(
                "this system allows no netlink socket ({error}), which reports a connection's \
                 counters: allow the address family AF_NETLINK, in a systemd unit with \
                 `RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK`; or start it \
                 without --keep"
            );
            io::Error::other(sentence)
        })?;
        set_socket_timeout(&socket, Timeout::Recv, Some(Duration::from_secs(1)))?;
        let sock_diag = Self(socket);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let answer = sock_diag.counters(&TcpStream::connect(listener.local_addr()?)?);
        answer.map_err(|error| {
            let sentence = format!("this kernel does not report a connection's counters ({error})");
            io::Error::other(sentence)
        })?;
        Ok(sock_diag)
    }

    /// Reads a connection's counters. No process may write to it or read from it meanwhile.
    ///
    /// # Errors
    /// The connection has ended, or its counters change all the time.
    pub fn counters(&self, stream: &TcpStream) -> io::Result<Counters> {
        let (here, there) = (stream.local_addr()?, stream.peer_addr()?);
        let mut before = self.ask(here, there)?;
        for _ in 0..TRIES {
            let now = self.ask(here, there)?;
            // No byte was acknowledged between the two answers, so this `unacked` belongs to this
            // `acked`. The same holds for what was received.
            if (now.acked, now.received) == (before.acked, before.received) {
                return Ok(Counters {
                    accepted: now.acked + now.unacked,
                    consumed: now.received.saturating_sub(now.unread),
                });
            }
            before = now;
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn ask(&self, here: SocketAddr, there: SocketAddr) -> io::Result<TcpInfo> {
        send(&self.0, &request(here, there), SendFlags::empty())?;
        let mut answer = [0; 4_096];
        let (length, _) = recv(&self.0, &mut answer, RecvFlags::empty())?;
        decode(&answer[..length])
    }
}

fn request(here: SocketAddr, there: SocketAddr) -> [u8; REQUEST] {
    let mut bytes = [0; REQUEST];
    bytes[..4].copy_from_slice(&(REQUEST as u32).to_ne_bytes());
    bytes[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
    bytes[6..8].copy_from_slice(&1_u16.to_ne_bytes()); // NLM_F_REQUEST.
    let family = match here {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    bytes[16] = family.as_raw() as u8;
    bytes[17] = 6; // TCP.
    bytes[18] = 1 << (INFO - 1);
    bytes[20..24].fill(0xff); // In any state.
    bytes[24..26].copy_from_slice(&here.port().to_be_bytes());
    bytes[26..28].copy_from_slice(&there.port().to_be_bytes());
    put(&mut bytes[28..44], here.ip());
    put(&mut bytes[44..60], there.ip());
    bytes[64..72].fill(0xff); // With any cookie.
    bytes
}

fn put(to: &mut [u8], ip: IpAddr) {
    match ip {
        IpAddr::V4(ip) => to[..4].copy_from_slice(&ip.octets()),
        IpAddr::V6(ip) => to.copy_from_slice(&ip.octets()),
    }
}

/// The `N` bytes at this offset.
fn chunk<const N: usize>(answer: &[u8], at: usize) -> io::Result<[u8; N]> {
    let chunk = answer.get(at..).and_then(<[u8]>::first_chunk);
    chunk.copied().ok_or_else(malformed)
}

fn malformed() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Decodes the kernel's answer.
pub(crate) fn decode(answer: &[u8]) -> io::Result<TcpInfo> {
    let half = |at| chunk(answer, at).map(u16::from_ne_bytes);
    let word = |at| chunk(answer, at).map(u32::from_ne_bytes);
    let long = |at| chunk(answer, at).map(u64::from_ne_bytes);
    match half(4)? {
        BY_FAMILY => {}
        ERROR => {
            let errno = (word(16)? as i32).wrapping_neg();
            return Err(match errno {
                1..4_096 => io::Error::from_raw_os_error(errno),
                _ => malformed(), // An error without a number.
            });
        }
        _ => return Err(malformed()),
    }
    let (unread, unacked) = (word(16 + 56)?.into(), word(16 + 60)?.into());
    let mut at = ATTRIBUTES;
    loop {
        let (length, kind) = (usize::from(half(at)?), half(at + 2)?);
        if kind == INFO {
            if length < 4 + SHORTEST {
                return Err(io::ErrorKind::Unsupported.into()); // A kernel before 4.1.
            }
            return Ok(TcpInfo {
                acked: long(at + 4 + BYTES_ACKED)?,
                received: long(at + 4 + BYTES_RECEIVED)?,
                unacked,
                unread,
            });
        }
        at += length.max(4).next_multiple_of(4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        env, fs,
        io::{Read, Write},
        os::unix::{
            fs::{MetadataExt, PermissionsExt},
            process::CommandExt,
        },
        process::Command,
    };

    /// The user that owns no files.
    const NOBODY: u32 = 65_534;

    /// A server's end and a player's.
    fn connection(address: &str) -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind(address).expect("a port");
        let phone = TcpStream::connect(listener.local_addr().expect("an address"));
        let (server, _) = listener.accept().expect("a connection");
        (server, phone.expect("it listens"))
    }

    #[test]
    fn every_byte_written_or_read_is_counted_even_if_the_peer_does_not_read() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let sock_diag = SockDiag::open().expect("the kernel reports");
            let (mut server, mut phone) = connection(address);
            let base = sock_diag.counters(&server).expect("it is open");
            server.set_nonblocking(true).expect("a socket");
            let mut written = 0;
            for round in 0..50_u64 {
                for _ in 0..round {
                    match server.write(&[7; 7_777]) {
                        Ok(count) => written += count as u64,
                        Err(_full) => break,
                    }
                }
                let counters = sock_diag.counters(&server).expect("it is open");
                assert_eq!(counters.accepted - base.accepted, written, "round {round}");
                let mut some = vec![0; 5_000 * (round as usize % 3)];
                phone.set_nonblocking(true).expect("a socket");
                let _nothing_there = phone.read(&mut some);
            }
            phone.set_nonblocking(false).expect("a socket");
            phone.write_all(&[1; 1_000]).expect("it is open");
            server.set_nonblocking(false).expect("a socket");
            server.read_exact(&mut [0; 300]).expect("they come");
            let read = sock_diag.counters(&server).expect("it is open").consumed - base.consumed;
            assert_eq!(read, 300);
            server.peek(&mut [0; 100]).expect("they are there");
            let read = sock_diag.counters(&server).expect("it is open").consumed - base.consumed;
            assert_eq!(read, 300, "peeking does not consume");
        }
    }

    /// Runs the test above as `nobody`, if root runs this program. If another user runs it, the
    /// test above was an ordinary user's already, so this one is not skipped: it has nothing to
    /// add.
    #[test]
    fn an_ordinary_user_gets_the_same_counters_as_root() {
        let me = fs::metadata("/proc/self").expect("Linux").uid();
        if me != 0 {
            return;
        }
        // `nobody` may not read the folder of this program.
        let folder = env::temp_dir().join(format!("supervisor-as-nobody-{}", std::process::id()));
        fs::create_dir(&folder).expect("a new folder");
        let open = |mode| fs::Permissions::from_mode(mode);
        fs::set_permissions(&folder, open(0o755)).expect("it is ours");
        let program = folder.join("tests");
        fs::copy(env::current_exe().expect("it runs"), &program).expect("there is space");
        fs::set_permissions(&program, open(0o755)).expect("it is ours");
        let output = Command::new(&program)
            .args(["--nocapture", "every_byte_written_or_read"])
            .current_dir("/")
            .gid(NOBODY)
            .uid(NOBODY)
            .output();
        fs::remove_dir_all(&folder).expect("it is ours");
        let output = output.expect("it can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("test result: ok. 1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[test]
    fn a_connection_that_has_ended_has_no_counters() {
        let sock_diag = SockDiag::open().expect("the kernel reports");
        let (server, phone) = connection("127.0.0.1:0");
        let (here, there) = (server.local_addr(), server.peer_addr());
        let (here, there) = (here.expect("one"), there.expect("one"));
        drop(server);
        drop(phone);
        let other = SocketAddr::from(([127, 0, 0, 1], 1));
        assert!(sock_diag.ask(here, other).is_err());
        assert!(sock_diag.ask(other, there).is_err());
    }
}
