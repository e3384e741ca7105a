//! The chain of proxies in a request's headers, the last proxy first.

use http::{HeaderMap, header, uri::Authority};
use std::net::IpAddr;

/// What one proxy says about its own peer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// `None` if it is unknown, hidden, or not an address.
    pub(super) client: Option<IpAddr>,
    pub(super) https: Option<bool>,
    pub(super) host: Option<String>,
}

/// The chain in `X-Forwarded-For`, with the lists beside it, which may be shorter: most proxies
/// append to the first and replace the others.
pub(super) fn x_forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let list = |name| values(headers, name).rev().collect::<Vec<_>>();
    let clients = list("x-forwarded-for");
    let (schemes, hosts) = (list("x-forwarded-proto"), list("x-forwarded-host"));
    // At least one, so that the scheme and the host are read without an address.
    let hops = clients.len().max(1);
    let hop = |at: usize| Hop {
        client: clients.get(at).and_then(|it| address(it)),
        https: schemes.get(at).and_then(|it| is_https(it)),
        host: hosts.get(at).and_then(|it| host(it)),
    };
    (0..hops).map(hop).collect()
}

/// The chain in `Forwarded`. Each header line is read on its own, so that a client's broken line
/// does not hide the line of a proxy.
pub(super) fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let lines = headers.get_all(header::FORWARDED).iter();
    let lines = lines.map(|line| elements(&String::from_utf8_lossy(line.as_bytes())));
    let mut hops: Vec<Hop> = lines.flatten().collect();
    hops.reverse();
    hops
}

/// The elements of one line: `for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"`.
fn elements(line: &str) -> Vec<Hop> {
    let hop = |element: Vec<String>| {
        let mut hop = Hop::default();
        for pair in element {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            match name.trim().to_ascii_lowercase().as_str() {
                "for" => hop.client = address(value),
                "proto" => hop.https = is_https(value),
                "host" => hop.host = host(value),
                _ => {}
            }
        }
        hop
    };
    split(line).into_iter().map(hop).collect()
}

/// Splits a line at commas into elements, and each at semicolons into pairs. Neither counts within
/// quotes; quotes and the backslashes in them are removed.
fn split(line: &str) -> Vec<Vec<String>> {
    let (mut elements, mut quoted) = (vec![vec![String::new()]], false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let pairs = elements.last_mut().expect("never empty");
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => elements.push(vec![String::new()]),
            ';' if !quoted => pairs.push(String::new()),
            _ => {
                let letter = match letter {
                    '\\' if quoted => letters.next().unwrap_or_default(),
                    letter => letter,
                };
                pairs.last_mut().expect("never empty").push(letter);
            }
        }
    }
    elements
}

/// The values of a list that may be spread over several header lines, the first one first.
pub(super) fn values<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> impl DoubleEndedIterator<Item = String> + use<'a> {
    let lines = headers.get_all(name).iter().collect::<Vec<_>>();
    let values = lines.into_iter().flat_map(|line| {
        let line = String::from_utf8_lossy(line.as_bytes()).into_owned();
        let values = line.split(',').map(|it| it.trim().to_owned());
        values.collect::<Vec<_>>()
    });
    values.collect::<Vec<_>>().into_iter()
}

/// An IP address, with or without a port: `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let ip: Option<IpAddr> = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').and_then(|(ip, _port)| ip.parse().ok()),
        None => text.parse().ok().or_else(|| {
            let (ip, port) = text.split_once(':')?;
            port.parse::<u16>().ok()?;
            ip.parse().ok()
        }),
    };
    ip.map(|ip| ip.to_canonical())
}

fn is_https(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "https" | "wss" => Some(true),
        "http" | "ws" => Some(false),
        _ => None,
    }
}

/// A host, with or without a port, in lower case. It ends up in pages and in their policy.
fn host(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:[]".contains(&b);
    let named = text.bytes().all(plain).then(|| text.parse::<Authority>());
    let named = named?.ok()?;
    (!named.host().is_empty()).then_some(text)
}
