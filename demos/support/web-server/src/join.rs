//! The address at which phones reach this machine, and its QR code.

use fast_qr::{
    QRBuilder,
    convert::{Builder, svg::SvgBuilder},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

mod candidates;
mod hint;

pub use candidates::{Candidate, Network, candidates};
pub use hint::Hint;

/// This machine's address: the one that phones most likely reach. `None` without a network.
pub fn local() -> Option<IpAddr> {
    candidates().first().map(|it| it.ip)
}

/// This machine's addresses that are not in `url`, those of VPNs and of virtual machines last. Only
/// IPv4 addresses if the URL has one, because its server may not listen on others.
pub fn others(url: &str) -> Vec<String> {
    let host = host(url);
    let is_ipv4 = host.parse::<Ipv4Addr>().is_ok();
    candidates()
        .into_iter()
        .filter(|it| it.ip.is_ipv4() || !is_ipv4)
        .map(|it| in_url(it.ip))
        .filter(|it| *it != host)
        .collect()
}

/// The host in a URL such as `http://[fd00::5]:7008/`, with the brackets of an IPv6 address.
fn host(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split('/').next().unwrap_or_default();
    match rest.find(']') {
        Some(end) => &rest[..=end],
        None => rest.split(':').next().unwrap_or_default(),
    }
}

/// An address as a URL has it: an IPv6 address is in brackets.
pub fn in_url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// The address on which a server listens so that phones reach it at `host`, which is as in a URL.
/// IPv4 alone if the host is such an address: a system without IPv6 has that, too. Otherwise both.
pub fn everywhere(host: &str, port: u16) -> SocketAddr {
    let ip: IpAddr = match host.parse::<Ipv4Addr>() {
        Ok(_) => Ipv4Addr::UNSPECIFIED.into(),
        Err(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(ip, port)
}

/// The URL that a phone opens for a server that listens there. For a server that listens on every
/// interface it has the address of [`local`].
pub fn url(listens: SocketAddr) -> String {
    let ip = match listens.ip() {
        ip if ip.is_unspecified() => {
            // A server that listens on IPv4 alone is not reached by another address.
            let of_its_kind = |it: &Candidate| listens.is_ipv6() || it.ip.is_ipv4();
            let best = candidates().into_iter().find(of_its_kind);
            best.map_or(Ipv4Addr::LOCALHOST.into(), |it| it.ip)
        }
        ip => ip,
    };
    format!("http://{}:{}/", in_url(ip), listens.port())
}

/// Whether [`url`] has an address of this machine that others may reach. If it has not, it is that
/// of this machine alone, although the server listens on every interface.
pub fn is_known(listens: SocketAddr) -> bool {
    !listens.ip().is_unspecified() || host(&url(listens)) != Ipv4Addr::LOCALHOST.to_string()
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
    fn a_url_has_brackets_around_an_ipv6_address_and_a_server_listens_for_its_host() {
        let ip = "fd00::5".parse().expect("an address");
        assert_eq!(url(SocketAddr::new(ip, 7008)), "http://[fd00::5]:7008/");
        for (url, expected) in [
            ("http://[fd00::5]:7008/", "[fd00::5]"),
            ("http://192.168.0.5:7008/", "192.168.0.5"),
            ("http://laptop.local/", "laptop.local"),
        ] {
            assert_eq!(host(url), expected);
        }
        for (host, listens) in [
            ("192.168.0.5", "0.0.0.0:7"),
            ("[fd00::5]", "[::]:7"),
            ("laptop.local", "[::]:7"),
        ] {
            assert_eq!(everywhere(host, 7).to_string(), listens);
        }
    }

    #[test]
    fn other_addresses_are_not_the_one_in_the_url() {
        let url = url(SocketAddr::from(([0, 0, 0, 0], 7008)));
        let others = others(&url);
        assert!(
            !others.contains(&host(&url).to_owned()),
            "{url}: {others:?}"
        );
    }
}
