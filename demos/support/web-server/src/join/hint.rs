//! What can be known about why phones might not reach this machine.

use super::candidates::{Candidate, Network};
use std::{fmt, fs, net::IpAddr, path::Path};

/// Why phones probably cannot reach an address of this machine, with what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// This is Linux in Windows, behind a NAT of its own.
    Wsl,
    /// This is a virtual machine behind a NAT of its own.
    VirtualMachine,
    /// This is a container.
    Container,
    /// The address belongs to a VPN.
    Vpn,
    /// The address belongs to a network of virtual machines or containers on this machine.
    Inside,
}

impl Hint {
    /// What is known about this machine and this address of it. `None` if nothing speaks against
    /// it.
    pub fn of(candidate: &Candidate) -> Option<Hint> {
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let is_container = ["/.dockerenv", "/run/.containerenv"]
            .iter()
            .any(|file| Path::new(file).exists());
        hint(candidate, &kernel, is_container)
    }
}

fn hint(candidate: &Candidate, kernel: &str, is_container: bool) -> Option<Hint> {
    let octets = match candidate.ip {
        IpAddr::V4(ip) => ip.octets(),
        IpAddr::V6(_) => [0; 4],
    };
    // With mirrored networking, Linux in Windows has the addresses of Windows.
    let behind_windows = matches!(octets, [172, 16..32, ..]);
    match octets {
        _ if behind_windows && kernel.to_ascii_lowercase().contains("microsoft") => Some(Hint::Wsl),
        // VirtualBox and QEMU; Linux on a Chromebook; Parallels.
        [10, 0, 2, _] | [100, 115, 92, _] | [10, 211, 55, _] => Some(Hint::VirtualMachine),
        _ => match candidate.network {
            Network::Vpn => Some(Hint::Vpn),
            // A container that shares the network of its machine has that machine's interfaces.
            _ if is_container && candidate.interface.starts_with("eth") => Some(Hint::Container),
            Network::Local => None,
            Network::Inside => Some(Hint::Inside),
        },
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hint::Wsl => {
                "this is WSL, and phones reach only Windows: set `networkingMode=mirrored` in \
                 .wslconfig, or forward the ports with `netsh interface portproxy` and give \
                 Windows' address with --address"
            }
            Hint::VirtualMachine => {
                "this is a virtual machine behind its own NAT: bridge its network adapter, or \
                 forward the ports and give the address of the real machine with --address"
            }
            Hint::Container => {
                "this is a container: publish its ports, and give the address of the real machine \
                 with --address"
            }
            Hint::Vpn => {
                "this address belongs to a VPN: only machines in that VPN reach it; join the \
                 hall's network, too"
            }
            Hint::Inside => {
                "this address belongs to virtual machines or containers on this machine: no phone \
                 reaches it; join the hall's network"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::join::candidates::sorted;

    #[test]
    fn a_machine_that_phones_do_not_reach_is_recognised() {
        let hint = |interface: &str, ip: &str, kernel, is_container| {
            let ip = ip.parse().expect("an address");
            let candidates = sorted(vec![(ip, interface.to_owned())], &[]);
            hint(&candidates[0], kernel, is_container)
        };
        let wsl = "6.6.87.2-microsoft-standard-WSL2";
        for (interface, ip, kernel, is_container, expected) in [
            ("wlan0", "192.168.0.5", "6.12", false, None),
            ("eth0", "172.28.3.4", wsl, false, Some(Hint::Wsl)),
            ("eth0", "192.168.0.5", wsl, false, None),
            (
                "eth0",
                "10.0.2.15",
                "6.12",
                false,
                Some(Hint::VirtualMachine),
            ),
            (
                "eth0",
                "100.115.92.200",
                "6.12",
                false,
                Some(Hint::VirtualMachine),
            ),
            ("eth0", "172.17.0.2", "6.12", true, Some(Hint::Container)),
            ("wlan0", "192.168.0.5", "6.12", true, None),
            ("tun0", "10.8.0.2", "6.12", false, Some(Hint::Vpn)),
            ("docker0", "172.17.0.1", "6.12", false, Some(Hint::Inside)),
            ("wlan0", "fd00::5", "6.12", false, None),
        ] {
            assert_eq!(hint(interface, ip, kernel, is_container), expected, "{ip}");
        }
    }
}
