//! The host of `--address`: how phones reach this machine. By hand, as `public_name` is, and for
//! its reason.

use crate::public_name::PublicName;
use std::{
    fmt,
    net::{IpAddr, ToSocketAddrs},
    str::FromStr,
    sync::mpsc,
    thread,
    time::Duration,
};
use web_server::join;

/// How long a name may take to be found. A DNS request may take very long.
const LOOKUP: Duration = Duration::from_secs(3);

/// An address or a name of this machine, as in a URL: an IPv6 address is in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach(String);

/// The text is no host under which a phone could reach a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoHost;

impl FromStr for Reach {
    type Err = NoHost;

    fn from_str(text: &str) -> Result<Reach, NoHost> {
        let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if let Ok(ip) = bare.unwrap_or(text).parse::<IpAddr>() {
            let is_nobodys = ip.is_unspecified() || ip.is_multicast();
            // In a URL such an address would need the name of a phone's own interface.
            let needs_a_zone = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
            let is_broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
            return match is_nobodys || needs_a_zone || is_broadcast {
                true => Err(NoHost),
                false => Ok(Reach(join::in_url(ip))),
            };
        }
        // A part of an address, or an address and a port.
        if text.contains([':', '/']) || text.bytes().all(|it| it.is_ascii_digit() || it == b'.') {
            return Err(NoHost);
        }
        let is_label = |it: &str| !it.starts_with('-') && !it.ends_with('-');
        let _is_a_name: PublicName = text.parse().map_err(|_| NoHost)?;
        if !text.split('.').all(is_label) {
            return Err(NoHost);
        }
        Ok(Reach(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<IpAddr> for Reach {
    fn from(ip: IpAddr) -> Reach {
        Reach(join::in_url(ip))
    }
}

impl Reach {
    /// The URL on this port.
    pub(crate) fn url(&self, port: u16) -> String {
        format!("http://{self}:{port}/")
    }

    /// What browsers send as `Host` for a server on this port.
    pub(crate) fn hosts(&self, port: u16) -> Vec<String> {
        let with_port = format!("{self}:{port}");
        match port {
            80 => vec![with_port, self.to_string()],
            _ => vec![with_port],
        }
    }

    /// Says why phones may not reach this machine there: it is the address of another machine, or a
    /// name that is not found from here. `None` if nothing speaks against it.
    pub(crate) fn doubt(&self) -> Option<String> {
        let own: Vec<IpAddr> = join::candidates().into_iter().map(|it| it.ip).collect();
        let bare = self.0.trim_start_matches('[').trim_end_matches(']');
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return (!own.contains(&ip) && !ip.is_loopback()).then(|| {
                format!(
                    "{self} is not an address of this machine: phones reach it only if a router or \
                     the machine around it forwards its ports"
                )
            });
        }
        match self.lookup() {
            None => Some(format!(
                "{self} is not found from here: phones find a name such as laptop.local only if \
                 this machine announces it (Bonjour, Avahi)"
            )),
            Some(found) if found.iter().any(|it| own.contains(it) || it.is_loopback()) => None,
            Some(_) => Some(format!(
                "{self} is the name of another machine: phones reach this one only if that one \
                 forwards its ports"
            )),
        }
    }

    /// The addresses of the name. `None` if there are none, or not soon.
    fn lookup(&self) -> Option<Vec<IpAddr>> {
        let (found, wait) = mpsc::channel();
        let name = self.0.clone();
        // A lookup cannot be cancelled. If it takes too long, its thread ends when it is over.
        thread::spawn(move || {
            let addresses = (name.as_str(), 80).to_socket_addrs();
            let addresses = addresses.map(|all| all.map(|it| it.ip().to_canonical()).collect());
            let _unless_late = found.send(addresses.ok());
        });
        wait.recv_timeout(LOOKUP)
            .ok()?
            .filter(|it: &Vec<IpAddr>| !it.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_name_becomes_a_url_and_a_host() {
        for (text, host) in [
            ("192.168.0.5", "192.168.0.5"),
            ("fd00::5", "[fd00::5]"),
            ("[fd00::5]", "[fd00::5]"),
            ("Laptop.local", "laptop.local"),
            ("talk", "talk"),
        ] {
            let reach: Reach = text.parse().expect(text);
            assert_eq!(reach.url(7011), format!("http://{host}:7011/"));
            assert_eq!(reach.hosts(7011), [format!("{host}:7011")]);
            assert_eq!(reach.hosts(80), [format!("{host}:80"), host.to_owned()]);
        }
    }

    #[test]
    fn a_host_that_no_phone_could_reach_is_refused_at_once() {
        for text in [
            "",
            "0.0.0.0",
            "[::]",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "fe80::1%eth0",
            "192.168.0",
            "192.168.0.5:7011",
            "laptop.local:7011",
            "http://laptop.local",
            "lap top",
            "-",
            "laptop..local",
        ] {
            assert_eq!(text.parse::<Reach>(), Err(NoHost), "{text}");
        }
    }

    #[test]
    fn a_foreign_address_and_an_unknown_name_are_doubted() {
        let doubt = |text: &str| text.parse::<Reach>().expect(text).doubt();
        let foreign = doubt("192.0.2.77").expect("it is for documentation");
        assert!(foreign.contains("not an address of this machine"));
        assert!(doubt("nowhere.invalid").is_some_and(|it| it.contains("is not found")));
        assert_eq!(doubt("localhost"), None);
    }
}
