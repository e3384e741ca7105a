//! The address at which phones reach this machine, and its QR code.

use fast_qr::{
    QRBuilder,
    convert::{Builder, svg::SvgBuilder},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// This machine's address in the local network: the one that phones most likely reach. `None`
/// without a network.
pub fn local() -> Option<Ipv4Addr> {
    all().first().copied()
}

/// This machine's addresses that are not in `url`: those of a second network or of a hotspot.
pub fn others(url: &str) -> Vec<String> {
    let all = all().into_iter().map(|it| it.to_string());
    all.filter(|it| !url.contains(&format!("//{it}:")))
        .collect()
}

/// The URL that a phone opens for a server that listens there. For a server that listens on every
/// interface it has the address of [`local`].
pub fn url(listens: SocketAddr) -> String {
    let ip = match listens.ip() {
        ip if ip.is_unspecified() => local().unwrap_or(Ipv4Addr::LOCALHOST).into(),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, listens.port()))
}

/// Every address, the one that phones most likely reach first.
fn all() -> Vec<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut all: Vec<(u8, Ipv4Addr)> = interfaces
        .into_iter()
        .filter(|it| !it.is_loopback() && !it.is_link_local())
        .filter_map(|it| match it.ip() {
            IpAddr::V4(ip) => Some((rank(&it.name, ip), ip)),
            IpAddr::V6(_) => None,
        })
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, ip)| ip).collect()
}

/// Addresses that routers assign at home and in halls are preferred. Those of containers come last:
/// phones cannot reach them.
fn rank(name: &str, ip: Ipv4Addr) -> u8 {
    let inside = [
        "docker",
        "br-",
        "veth",
        "virbr",
        "vmnet",
        "tailscale",
        "utun",
    ];
    if inside.iter().any(|it| name.starts_with(it)) {
        return 9;
    }
    match ip.octets() {
        [192, 168, ..] => 0,
        [10, ..] => 1,
        // 172.16 alone: Docker's own networks begin at 172.17, whatever their interface is called.
        [172, 16, ..] => 2,
        [172, 17..32, ..] => 3,
        _ => 4,
    }
}

/// The QR code as an SVG image. `None` if the URL is too long.
pub fn svg(url: &str) -> Option<String> {
    let code = QRBuilder::new(url).build().ok()?;
    Some(SvgBuilder::default().margin(4).to_str(&code))
}

/// The QR code as text for a terminal: dark modules on light, two rows of modules in a line. `None`
/// if the URL is too long.
pub fn qr_code(url: &str) -> Option<String> {
    Some(QRBuilder::new(url).build().ok()?.to_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_has_an_address_that_a_phone_can_reach() {
        let here = SocketAddr::from(([127, 0, 0, 1], 7008));
        assert_eq!(url(here), "http://127.0.0.1:7008/");
        let everywhere = url(SocketAddr::from(([0, 0, 0, 0], 7008)));
        assert!(!everywhere.contains("0.0.0.0"), "{everywhere}");
        assert!(svg(&everywhere).is_some_and(|svg| svg.starts_with("<svg")));
        assert!(qr_code(&everywhere).is_some_and(|code| code.lines().count() > 10));
    }

    #[test]
    fn container_addresses_come_last() {
        let home = rank("wlan0", Ipv4Addr::new(192, 168, 0, 7));
        let hall = rank("en0", Ipv4Addr::new(10, 20, 0, 7));
        let bridge = rank("eth1", Ipv4Addr::new(172, 17, 0, 1));
        let container = rank("docker0", Ipv4Addr::new(172, 17, 0, 1));
        assert!(home < hall && hall < bridge && bridge < container);
    }

    #[test]
    fn other_addresses_are_not_the_one_in_the_url() {
        let url = url(SocketAddr::from(([0, 0, 0, 0], 7008)));
        let local = local().map(|it| it.to_string());
        assert!(others(&url).iter().all(|it| Some(it) != local.as_ref()));
    }
}
