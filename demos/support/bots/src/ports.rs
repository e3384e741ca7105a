//! Ports that stay free until the test uses them.

#[cfg(unix)]
use std::{io::ErrorKind, net::TcpStream, time::Duration};
use std::{
    net::SocketAddr,
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// The ports that tests choose. The kernel chooses higher ones: from 32768 on (Linux), or from
/// 49152 on.
const FIRST: u16 = 10_000;
const COUNT: u16 = 20_000;

/// The longest wait for an answer. This machine answers at once.
#[cfg(unix)]
const LONGEST: Duration = Duration::from_secs(10);

/// An address of this machine at which no program listens.
///
/// The kernel would give a port that it has chosen to another program as soon as it is free: as the
/// port of a server, or as that of a client. So a server that a test starts there later could not
/// listen, and one that it has stopped would seem to answer.
///
/// # Panics
/// If no port is free.
pub fn free_address() -> SocketAddr {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Tests of other processes, which run at the same time, begin elsewhere.
    let first = process::id().wrapping_mul(211) % u32::from(COUNT);
    for _ in 0..COUNT {
        let given = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + ((first + given) % u32::from(COUNT)) as u16;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if is_free(address) {
            return address;
        }
    }
    panic!("no port is free");
}

/// Whether no program listens there. It is asked, and not tried: a process that another test starts
/// just then has a copy of each socket of this one until it has become a program, and a copy of a
/// listener keeps the port taken.
#[cfg(unix)]
fn is_free(address: SocketAddr) -> bool {
    let answer = TcpStream::connect_timeout(&address, LONGEST);
    answer.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// Whether no program listens there. Windows takes two seconds to report a refusal.
#[cfg(not(unix))]
fn is_free(address: SocketAddr) -> bool {
    std::net::TcpListener::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn an_address_is_given_once_and_is_free_until_a_server_listens() {
        let (one, other) = (free_address(), free_address());
        assert_ne!(one, other);
        assert!(is_free(one));
        let listener = TcpListener::bind(one).expect("it is free");
        assert!(!is_free(one));
        drop(listener);
    }
}
