//! The network of a client's address, for limits per address.

use std::net::{IpAddr, Ipv6Addr};

/// The address under which a client is counted by limits. All devices behind one router may share
/// it, and all clients of a tunnel. An IPv6 device has as many addresses of its network as it likes
/// (RFC 8981), so the addresses of a /64 count as one. An IPv4 address that arrived over IPv6 is
/// that IPv4 address.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) if !it.is_loopback() => {
            let [a, b, c, d, ..] = it.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        it => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_a_network_of_ipv6_are_one_and_those_of_ipv4_are_not() {
        let network = |address: &str| network_of(address.parse().unwrap()).to_string();
        for (address, is) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.2", "192.0.2.2"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::1", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("fe80::1", "fe80::"),
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "::1"),
        ] {
            assert_eq!(network(address), is, "{address}");
        }
    }
}
