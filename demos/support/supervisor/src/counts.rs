//! What the kernel counts of a connection: it knows to the byte what a process that died had
//! written and read.
//!
//! Asked by `NETLINK_SOCK_DIAG`, as `ss -ti` asks. Anybody may: it wants no privilege, and a test
//! asks as `nobody`.

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

/// Two looks in a row must agree: between the numbers of one look a packet may come. As many are
/// tried.
const LOOKS: usize = 200;

const REQUEST: usize = 16 + 56;
const BY_FAMILY: u16 = 20;
const ERROR: u16 = 2;
const INFO: u16 = 2;
/// In an answer: the first byte after both heads, where the attributes begin.
const ATTRIBUTES: usize = 16 + 72;
/// In the kernel's `tcp_info`, which is as long as the kernel is new.
const BYTES_ACKED: usize = 120;
const BYTES_RECEIVED: usize = 128;
const SHORTEST: usize = BYTES_RECEIVED + 8;

/// A connection's two positions, counted from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes that the kernel accepted for sending.
    pub accepted: u64,
    /// Bytes that were taken out of it.
    pub consumed: u64,
}

/// The way to ask.
#[derive(Debug)]
pub struct Diary(OwnedFd);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) acked: u64,
    pub(crate) unacked: u64,
    pub(crate) received: u64,
    pub(crate) unread: u64,
}

impl Diary {
    /// Opens it, and asks once: a kernel, or whoever guards it, may let this be opened and answer
    /// nothing, and that is better known before anybody is in.
    ///
    /// # Errors
    /// This kernel does not tell.
    pub fn open() -> io::Result<Self> {
        let protocol = Some(netlink::SOCK_DIAG);
        let flags = SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
        set_socket_timeout(&socket, Timeout::Recv, Some(Duration::from_secs(1)))?;
        let diary = Self(socket);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let told = diary.counts(&TcpStream::connect(listener.local_addr()?)?);
        told.map_err(|error| {
            let sentence = format!("this kernel does not tell how far a connection is ({error})");
            io::Error::other(sentence)
        })?;
        Ok(diary)
    }

    /// How far a connection is. Nobody may write to it or read from it meanwhile.
    ///
    /// # Errors
    /// It is over, or it does not stand still.
    pub fn counts(&self, stream: &TcpStream) -> io::Result<Counts> {
        let (here, there) = (stream.local_addr()?, stream.peer_addr()?);
        let mut before = self.look(here, there)?;
        for _ in 0..LOOKS {
            let now = self.look(here, there)?;
            // Nothing was acknowledged between the two, so this `unacked` belongs to this `acked`;
            // and so with what was received.
            if (now.acked, now.received) == (before.acked, before.received) {
                return Ok(Counts {
                    accepted: now.acked + now.unacked,
                    consumed: now.received.saturating_sub(now.unread),
                });
            }
            before = now;
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn look(&self, here: SocketAddr, there: SocketAddr) -> io::Result<Look> {
        send(&self.0, &question(here, there), SendFlags::empty())?;
        let mut answer = [0; 4_096];
        let (length, _) = recv(&self.0, &mut answer, RecvFlags::empty())?;
        understand(&answer[..length])
    }
}

fn question(here: SocketAddr, there: SocketAddr) -> [u8; REQUEST] {
    let mut bytes = [0; REQUEST];
    bytes[..4].copy_from_slice(&(REQUEST as u32).to_ne_bytes());
    bytes[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
    bytes[6..8].copy_from_slice(&1_u16.to_ne_bytes()); // A question.
    let family = match here {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    bytes[16] = family.as_raw() as u8;
    bytes[17] = 6; // TCP.
    bytes[18] = 1 << (INFO - 1);
    bytes[20..24].fill(0xff); // In whatever state.
    bytes[24..26].copy_from_slice(&here.port().to_be_bytes());
    bytes[26..28].copy_from_slice(&there.port().to_be_bytes());
    put(&mut bytes[28..44], here.ip());
    put(&mut bytes[44..60], there.ip());
    bytes[64..72].fill(0xff); // Whatever its cookie.
    bytes
}

fn put(to: &mut [u8], ip: IpAddr) {
    match ip {
        IpAddr::V4(ip) => to[..4].copy_from_slice(&ip.octets()),
        IpAddr::V6(ip) => to.copy_from_slice(&ip.octets()),
    }
}

/// So many bytes from there on.
fn chunk<const N: usize>(answer: &[u8], at: usize) -> io::Result<[u8; N]> {
    let chunk = answer.get(at..).and_then(<[u8]>::first_chunk);
    chunk.copied().ok_or_else(strange)
}

fn strange() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// What an answer says.
pub(crate) fn understand(answer: &[u8]) -> io::Result<Look> {
    let half = |at| chunk(answer, at).map(u16::from_ne_bytes);
    let word = |at| chunk(answer, at).map(u32::from_ne_bytes);
    let long = |at| chunk(answer, at).map(u64::from_ne_bytes);
    match half(4)? {
        BY_FAMILY => {}
        ERROR => {
            let errno = (word(16)? as i32).wrapping_neg();
            return Err(match errno {
                1..4_096 => io::Error::from_raw_os_error(errno),
                _ => strange(), // "Nothing went wrong" is no answer either.
            });
        }
        _ => return Err(strange()),
    }
    let (unread, unacked) = (word(16 + 56)?.into(), word(16 + 60)?.into());
    let mut at = ATTRIBUTES;
    loop {
        let (length, kind) = (usize::from(half(at)?), half(at + 2)?);
        if kind == INFO {
            if length < 4 + SHORTEST {
                return Err(io::ErrorKind::Unsupported.into()); // A kernel before 4.1 does not count.
            }
            return Ok(Look {
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

    /// Whom nothing belongs to.
    const NOBODY: u32 = 65_534;

    /// A server's end and a phone's.
    fn line(address: &str) -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind(address).expect("a port");
        let phone = TcpStream::connect(listener.local_addr().expect("an address"));
        let (server, _) = listener.accept().expect("it knocked");
        (server, phone.expect("it listens"))
    }

    #[test]
    fn every_byte_that_was_written_or_read_is_counted_also_when_nobody_reads_it() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let diary = Diary::open().expect("it tells");
            let (mut server, mut phone) = line(address);
            let base = diary.counts(&server).expect("it is open");
            server.set_nonblocking(true).expect("a socket");
            let mut written = 0;
            for round in 0..50_u64 {
                for _ in 0..round {
                    match server.write(&[7; 7_777]) {
                        Ok(count) => written += count as u64,
                        Err(_full) => break,
                    }
                }
                let counts = diary.counts(&server).expect("it is open");
                assert_eq!(counts.accepted - base.accepted, written, "round {round}");
                let mut some = vec![0; 5_000 * (round as usize % 3)];
                phone.set_nonblocking(true).expect("a socket");
                let _nothing_there = phone.read(&mut some);
            }
            phone.set_nonblocking(false).expect("a socket");
            phone.write_all(&[1; 1_000]).expect("it is open");
            server.set_nonblocking(false).expect("a socket");
            server.read_exact(&mut [0; 300]).expect("they come");
            let read = diary.counts(&server).expect("it is open").consumed - base.consumed;
            assert_eq!(read, 300);
            server.peek(&mut [0; 100]).expect("they are there");
            let read = diary.counts(&server).expect("it is open").consumed - base.consumed;
            assert_eq!(read, 300, "to look is not to take");
        }
    }

    /// The test above once more, as `nobody`, if root runs this program. If another user does, the
    /// test above was an ordinary user's already, and nothing is left to show: this is no skipped
    /// test.
    #[test]
    fn an_ordinary_user_is_told_as_much_as_root() {
        let me = fs::metadata("/proc/self").expect("Linux").uid();
        if me != 0 {
            return;
        }
        // Where this program lies `nobody` may not look.
        let folder = env::temp_dir().join(format!("keeper-as-nobody-{}", std::process::id()));
        fs::create_dir(&folder).expect("a new folder");
        let open = |mode| fs::Permissions::from_mode(mode);
        fs::set_permissions(&folder, open(0o755)).expect("it is ours");
        let program = folder.join("tests");
        fs::copy(env::current_exe().expect("it runs"), &program).expect("there is space");
        fs::set_permissions(&program, open(0o755)).expect("it is ours");
        let told = Command::new(&program)
            .args(["--nocapture", "every_byte_that_was_written_or_read"])
            .current_dir("/")
            .gid(NOBODY)
            .uid(NOBODY)
            .output();
        fs::remove_dir_all(&folder).expect("it is ours");
        let told = told.expect("it can be started");
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(
            told.status.success() && said.contains("test result: ok. 1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&told.stderr)
        );
    }

    #[test]
    fn a_line_that_is_over_is_not_counted() {
        let diary = Diary::open().expect("it tells");
        let (server, phone) = line("127.0.0.1:0");
        let (here, there) = (server.local_addr(), server.peer_addr());
        let (here, there) = (here.expect("one"), there.expect("one"));
        drop(server);
        drop(phone);
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        assert!(diary.look(here, nobody).is_err());
        assert!(diary.look(nobody, there).is_err());
    }
}
