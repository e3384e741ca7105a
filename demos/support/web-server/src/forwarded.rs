//! What a proxy says about the client for which it asks: `X-Forwarded-*`, or `Forwarded` (RFC
//! 7239). Any client can send these headers, so only those of a trusted proxy are read.

use crate::public_url::normal_path;
use http::{HeaderMap, HeaderName, header};
use std::{net::IpAddr, str::FromStr};

mod chain;

/// Headers that proxies add. A request with one of them was not sent by the peer itself.
const ADDED: [&str; 10] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-host",
    "true-client-ip",
    "cf-connecting-ip",
    "fly-client-ip",
    "fastly-client-ip",
];

/// Whether a proxy has added a header to this request.
pub fn was_forwarded(headers: &HeaderMap) -> bool {
    let is_added = |name: &HeaderName| {
        ADDED.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded")
    };
    headers.keys().any(is_added)
}

/// IP addresses with the same first bits: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u8,
}

impl AddressRange {
    /// Whether the address is in the range. An IPv4 address may be written as IPv6.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                let differ = first.to_bits() ^ ip.to_bits();
                differ.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => {
                let differ = first.to_bits() ^ ip.to_bits();
                differ.leading_zeros() >= u32::from(self.bits)
            }
            _ => false,
        }
    }
}

/// The text is neither an IP address nor a range such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARange;

impl FromStr for AddressRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<Self, NotARange> {
        let (first, bits) = match text.trim().split_once('/') {
            Some((first, bits)) => (first, Some(bits)),
            None => (text.trim(), None),
        };
        let first: IpAddr = first.parse().map_err(|_| NotARange)?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits.parse().map_err(|_| NotARange)?,
        };
        match bits <= most {
            true => Ok(Self { first, bits }),
            false => Err(NotARange),
        }
    }
}

/// The proxies whose headers are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<AddressRange>);

/// Who asks, and at which address, as far as trusted proxies say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// The client's IP address: the last in the chain that is not a trusted proxy.
    pub client: IpAddr,
    /// Whether the client spoke TLS. `None` if no proxy said so.
    pub https: Option<bool>,
    /// The host, and the port, that the client asked. `None` if no proxy said so.
    pub host: Option<String>,
    /// The path that the proxy has in front of the server's own paths, or nothing.
    pub path: String,
}

impl TrustedProxies {
    /// Trusts the proxies in this range, too.
    pub fn add(&mut self, range: AddressRange) {
        self.0.push(range);
    }

    /// Whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is the address of a trusted proxy.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(ip))
    }

    /// What the headers say, if the peer is a trusted proxy. Otherwise the peer is the client.
    ///
    /// A proxy adds its own peer at the end of the chain, so the chain is read from its end: behind
    /// the last address that is not trusted, everything may be invented. Of the two kinds of
    /// headers `X-Forwarded-For` is read if there is one: hardly any proxy writes `Forwarded`, and
    /// most of them pass on the one that a client has made up.
    pub fn read(&self, peer: IpAddr, headers: &HeaderMap) -> Forwarded {
        let peer = peer.to_canonical();
        let nothing = Forwarded {
            client: peer,
            https: None,
            host: None,
            path: String::new(),
        };
        if !self.contains(peer) {
            return nothing;
        }
        let chain = match headers.contains_key("x-forwarded-for") {
            true => chain::x_forwarded(headers),
            false if headers.contains_key(header::FORWARDED) => chain::forwarded(headers),
            false => chain::x_forwarded(headers),
        };
        let mut said = nothing;
        for hop in chain {
            if let Some(client) = hop.client {
                said.client = client;
            }
            said.https = hop.https.or(said.https);
            said.host = hop.host.or(said.host);
            if hop.client.is_none_or(|client| !self.contains(client)) {
                break;
            }
        }
        let path = chain::values(headers, "x-forwarded-prefix").next_back();
        said.path = path.and_then(|it| normal_path(&it)).unwrap_or_default();
        said
    }
}

#[cfg(test)]
mod tests;
