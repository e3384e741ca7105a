//! The addresses at which phones reach this machine, and the QR code of one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// This machine's address on the local network, a private one if there are several. `None` without
/// a network.
pub(crate) fn local() -> Option<Ipv4Addr> {
    all().first().copied()
}

/// This machine's addresses that are not in `url`: those of a second network or of a hotspot.
pub(crate) fn others(url: &str) -> Vec<String> {
    let all = all().into_iter().map(|it| it.to_string());
    all.filter(|it| !url.contains(&format!("//{it}:")))
        .collect()
}

/// Every address, the one that phones most likely reach first.
fn all() -> Vec<Ipv4Addr> {
    let known = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<Ipv4Addr> = known
        .iter()
        .filter(|it| !it.is_loopback())
        .filter_map(|it| match it.ip() {
            IpAddr::V4(address) if !address.is_link_local() => Some(address),
            _ => None,
        })
        .collect();
    // Docker's bridges have private addresses, too, but phones cannot reach those.
    let bridge =
        |it: &Ipv4Addr| it.octets()[0] == 172 && it.octets()[1] >= 17 && it.octets()[1] < 32;
    addresses.sort_by_key(|it| (!it.is_private(), bridge(it)));
    addresses
}

/// The URL that a phone opens.
pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// A QR code for a terminal: dark modules on light, two rows of modules in a line of text.
pub(crate) fn qr_code(url: &str) -> String {
    fast_qr::QRBuilder::new(url)
        .build()
        .map(|code| code.to_str())
        .unwrap_or_default()
}
