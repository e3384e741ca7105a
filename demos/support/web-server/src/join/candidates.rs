//! The addresses of this machine, the one that phones most likely reach first.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// An address of this machine, and the kind of its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The address.
    pub ip: IpAddr,
    /// The name of its interface: `wlan0`, on Windows `Wi-Fi`.
    pub interface: String,
    /// The kind of its network.
    pub network: Network,
}

/// The kinds of networks, the one that phones most likely share first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// A network such as that of a hall.
    Local,
    /// A VPN: only its own machines reach this address.
    Vpn,
    /// A network of virtual machines or containers on this machine.
    Inside,
}

/// The beginnings of names of interfaces that lead to virtual machines and containers.
const INSIDE: [&str; 18] = [
    "vmware",
    "virtualbox",
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vethernet",
    "podman",
    "cni",
    "flannel",
    "lxc",
    "lxdbr",
    "incus",
    "bridge1",
    "vnic",
    "vmenet",
];

/// The beginnings of names of interfaces of VPNs.
const VPN: [&str; 11] = [
    "tailscale",
    "tun",
    "tap",
    "utun",
    "wg",
    "ppp",
    "zt",
    "ipsec",
    "nordlynx",
    "proton",
    "gpd",
];

/// Every address of this machine that another machine might reach, the best first.
pub fn candidates() -> Vec<Candidate> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let interfaces = interfaces.into_iter().map(|it| (it.ip(), it.name));
    found(interfaces.collect(), &default_routes())
}

/// The candidates among these addresses. If the system does not list its interfaces (a sandbox may
/// forbid netlink), they are the addresses that it uses for the internet, on interfaces without a
/// name.
fn found(interfaces: Vec<(IpAddr, String)>, default: &[IpAddr]) -> Vec<Candidate> {
    match interfaces.is_empty() {
        true => sorted(
            default.iter().map(|ip| (*ip, String::new())).collect(),
            default,
        ),
        false => sorted(interfaces, default),
    }
}

/// The addresses that the system uses for the internet. The sockets are connected, which sends
/// nothing.
fn default_routes() -> Vec<IpAddr> {
    // Addresses for documentation: only the route to them is looked up.
    let routes = [
        (
            IpAddr::from(Ipv4Addr::UNSPECIFIED),
            IpAddr::from([192, 0, 2, 1]),
        ),
        (
            IpAddr::from(Ipv6Addr::UNSPECIFIED),
            IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1_u16]),
        ),
    ];
    let from = |(any, to): &(IpAddr, IpAddr)| {
        let socket = UdpSocket::bind((*any, 0)).ok()?;
        socket.connect((*to, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    routes.iter().filter_map(from).collect()
}

/// The candidates among these addresses and their interfaces, the best first.
pub(super) fn sorted(interfaces: Vec<(IpAddr, String)>, default: &[IpAddr]) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = interfaces
        .into_iter()
        .filter(|(ip, _)| is_reachable(*ip))
        .map(|(ip, interface)| Candidate {
            ip,
            network: network(&interface, ip),
            interface,
        })
        .collect();
    // IPv4 first: every phone speaks it. An interface without a default route is rarely that of a
    // hall. Then what routers assign at home and in halls.
    all.sort_by_key(|it| {
        (
            it.network,
            it.ip.is_ipv6(),
            !default.contains(&it.ip),
            rank(it.ip),
            it.ip,
        )
    });
    all
}

/// Whether another machine could use the address in a URL. A link-local one needs a zone there.
fn is_reachable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_link_local() && !ip.is_unspecified() && !ip.is_loopback(),
        IpAddr::V6(ip) => !ip.is_unicast_link_local() && !ip.is_unspecified() && !ip.is_loopback(),
    }
}

fn network(interface: &str, ip: IpAddr) -> Network {
    let name = interface.to_ascii_lowercase();
    let begins = |names: &[&str]| names.iter().any(|it| name.starts_with(it));
    if begins(&INSIDE) || name.contains("wsl") {
        return Network::Inside;
    }
    if begins(&VPN) {
        return Network::Vpn;
    }
    match ip {
        IpAddr::V4(ip) => match ip.octets() {
            // Docker's own networks begin here, whatever their interface is called; VirtualBox's
            // host-only network; libvirt's.
            [172, 17, ..] | [192, 168, 56, _] | [192, 168, 122, _] => Network::Inside,
            // For machines behind a provider's NAT (RFC 6598), which Tailscale uses, too.
            [100, 64..128, ..] => Network::Vpn,
            _ => Network::Local,
        },
        // Tailscale's own prefix.
        IpAddr::V6(ip) if ip.segments()[..3] == [0xfd7a, 0x115c, 0xa1e0] => Network::Vpn,
        IpAddr::V6(_) => Network::Local,
    }
}

fn rank(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(ip) => match ip.octets() {
            [192, 168, ..] => 0,
            [10, ..] => 1,
            [172, 16..32, ..] => 2,
            _ => 3,
        },
        // An address of this network alone; it does not change as often as a public one.
        IpAddr::V6(ip) if ip.is_unique_local() => 0,
        IpAddr::V6(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a sandbox without netlink.
    #[test]
    fn without_a_list_of_interfaces_the_address_is_that_of_the_way_to_the_internet() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let default = [ip("192.168.0.5"), ip("fd00::5")];
        let all: Vec<IpAddr> = found(vec![], &default).iter().map(|it| it.ip).collect();
        assert_eq!(all, default);
        assert_eq!(found(vec![], &[]), []);
        let listed = vec![(ip("10.0.0.1"), "eth0".to_owned())];
        assert_eq!(found(listed, &default).len(), 1);
    }

    /// The addresses in the order in which they are offered.
    fn order(interfaces: &[(&str, &str)], default: &[&str]) -> Vec<String> {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let interfaces = interfaces
            .iter()
            .map(|(name, address)| (ip(address), (*name).to_owned()));
        let default: Vec<IpAddr> = default.iter().map(|it| ip(it)).collect();
        let sorted = sorted(interfaces.collect(), &default);
        sorted.iter().map(|it| it.ip.to_string()).collect()
    }

    #[test]
    fn the_network_of_the_hall_comes_first_and_vpn_host_only_and_docker_last() {
        let laptop = [
            ("docker0", "172.17.0.1"),
            ("tun0", "10.8.0.2"),
            ("vboxnet0", "192.168.56.1"),
            ("tailscale0", "100.101.102.103"),
            ("wlan0", "10.20.0.7"),
            ("eth7", "172.17.4.1"),
            ("br-1f2e", "172.20.0.1"),
        ];
        let order = order(&laptop, &[]);
        assert_eq!(order[0], "10.20.0.7");
        assert_eq!(order[1..3], ["10.8.0.2", "100.101.102.103"]);
    }

    #[test]
    fn of_two_networks_the_one_with_the_default_route_is_first_unless_it_is_a_vpn() {
        let two = [("eth0", "192.168.1.5"), ("wlan0", "10.0.0.5")];
        assert_eq!(order(&two, &[]), ["192.168.1.5", "10.0.0.5"]);
        assert_eq!(order(&two, &["10.0.0.5"]), ["10.0.0.5", "192.168.1.5"]);
        let vpn = [("wg0", "10.9.0.2"), ("wlan0", "172.16.0.5")];
        assert_eq!(order(&vpn, &["10.9.0.2"]), ["172.16.0.5", "10.9.0.2"]);
    }

    #[test]
    fn ipv6_is_used_where_there_is_no_ipv4_and_link_local_addresses_never() {
        let hall = [
            ("wlan0", "fe80::1"),
            ("wlan0", "2001:db8::5"),
            ("wlan0", "fd00::5"),
            ("docker0", "172.17.0.1"),
        ];
        assert_eq!(order(&hall, &[]), ["fd00::5", "2001:db8::5", "172.17.0.1"]);
        let both = [("wlan0", "fd00::5"), ("wlan0", "203.0.113.5")];
        assert_eq!(order(&both, &["fd00::5"]), ["203.0.113.5", "fd00::5"]);
        assert_eq!(order(&[("wlan0", "169.254.3.4")], &[]), [] as [&str; 0]);
    }
}
