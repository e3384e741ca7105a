//! Ports that stay free until the test uses them.

use std::{
    net::{SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// The ports that tests choose. The kernel chooses higher ones: from 32768 on (Linux), or from
/// 49152 on.
const FIRST: u16 = 10_000;
const COUNT: u16 = 20_000;

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
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port is free");
}
