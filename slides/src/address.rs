//! Where phones find this machine, and the code that they read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// This machine's address on the local network: a private one if there are several.
pub(crate) fn address() -> Option<Ipv4Addr> {
    addresses().first().copied()
}

/// The addresses that are not in `url`: of a second network, or of a hotspot.
pub(crate) fn others(url: &str) -> Vec<String> {
    let all = addresses().into_iter().map(|it| it.to_string());
    all.filter(|it| !url.contains(&format!("//{it}:")))
        .collect()
}

/// All of them, the likeliest first.
fn addresses() -> Vec<Ipv4Addr> {
    let known = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<Ipv4Addr> = known
        .iter()
        .filter(|it| !it.is_loopback())
        .filter_map(|it| match it.ip() {
            IpAddr::V4(address) if !address.is_link_local() => Some(address),
            _ => None,
        })
        .collect();
    // Docker's bridges are private, too; a phone is hardly ever there.
    let bridge =
        |it: &Ipv4Addr| it.octets()[0] == 172 && it.octets()[1] >= 17 && it.octets()[1] < 32;
    addresses.sort_by_key(|it| (!it.is_private(), bridge(it)));
    addresses
}

/// What a phone opens.
pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// A code for the terminal: dark modules on light, two rows a line.
pub(crate) fn drawn(url: &str) -> String {
    fast_qr::QRBuilder::new(url)
        .build()
        .map(|code| code.to_str())
        .unwrap_or_default()
}
