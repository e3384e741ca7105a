//! The join address: this machine's URL in the local network, as text and as a QR code.

use fast_qr::{
    QRBuilder,
    convert::{Builder, svg::SvgBuilder},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The URL that a phone opens.
pub fn url(listens: SocketAddr) -> String {
    let ip = match listens.ip() {
        ip if ip.is_unspecified() => lan().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, listens.port()))
}

/// This machine's address in the local network. Addresses that routers assign at home and in halls
/// are preferred, those of containers come last.
fn lan() -> Option<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    let all = interfaces
        .into_iter()
        .filter(|it| !it.is_loopback() && !it.is_link_local());
    let v4 = all.filter_map(|it| match it.ip() {
        IpAddr::V4(ip) => Some((rank(&it.name, ip), ip)),
        IpAddr::V6(_) => None,
    });
    v4.min().map(|(_, ip)| IpAddr::V4(ip))
}

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
        [172, 16..32, ..] => 2,
        _ => 3,
    }
}

/// The QR code as an SVG image. `None` if the URL is too long.
pub fn svg(url: &str) -> Option<String> {
    let code = QRBuilder::new(url).build().ok()?;
    Some(SvgBuilder::default().margin(4).to_str(&code))
}

/// The QR code as text for a terminal. `None` if the URL is too long.
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
    }

    #[test]
    fn container_addresses_come_last() {
        let home = rank("wlan0", Ipv4Addr::new(192, 168, 0, 7));
        let hall = rank("en0", Ipv4Addr::new(10, 20, 0, 7));
        let container = rank("docker0", Ipv4Addr::new(172, 17, 0, 1));
        assert!(home < hall && hall < container);
    }
}
