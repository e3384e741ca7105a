//! The other servers: who is sent there, and where one goes when one's own is dead.

use std::net::SocketAddr;
use std::time::Duration;

use rush::wire::Token;
use serde_json::Value;

use crate::handshake::{self, Refusal};
use crate::lifecycle::Person;

/// Somebody who is sent on more often than that is sent round in circles.
pub(crate) const MOST_STEPS: usize = 3;

/// Who waits for the directory to find out that a server is dead asks again after this.
pub(crate) const ASK_AGAIN: (Duration, Duration) =
    (Duration::from_millis(200), Duration::from_millis(600));

/// Where a seat is, by the account of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    At(SocketAddr),
    /// And where one is to go instead, if that was said.
    Gone(Option<SocketAddr>),
    Unknown,
}

/// The addresses of servers in a list of `http://127.0.0.1:7008`. Names are not asked for: a crowd
/// is for one network.
pub(crate) fn addresses(list: &Value) -> Vec<SocketAddr> {
    let urls = list.as_array().into_iter().flatten();
    let told = urls.filter_map(|url| url.as_str()?.strip_prefix("http://")?.parse().ok());
    told.collect()
}

impl Person {
    /// The own server does not answer: what another one knows of it. True: it is dead, and the next
    /// attempt goes elsewhere.
    pub(crate) async fn looks_elsewhere(&mut self) -> bool {
        self.others.retain(|other| *other != self.server);
        if self.others.is_empty() {
            return false;
        }
        let next = self.chance.next() as usize % self.others.len();
        let other = self.others[next];
        let Some(ticket) = self.ticket else {
            self.server = other; // Nothing is lost by it.
            return true;
        };
        match whereabouts(other, self.server, &ticket.token).await {
            Where::At(server) if server != self.server => self.server = server,
            Where::Gone(anywhere) => {
                self.ticket = None;
                self.server = anywhere.unwrap_or(other);
            }
            Where::At(_) | Where::Unknown => return false,
        }
        true
    }
}

async fn whereabouts(server: SocketAddr, own: SocketAddr, token: &Token) -> Where {
    let token: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let question = format!("POST /api/where?at=http://{own}");
    let asked = handshake::talk(server, &question, &token).await;
    asked.map_or(Where::Unknown, |told| understood(server, &told))
}

fn understood(server: SocketAddr, told: &Value) -> Where {
    match told["where"].as_str() {
        Some("here") => Where::At(server),
        Some("elsewhere") => {
            let url = Value::Array(vec![told["url"].clone()]);
            addresses(&url)
                .first()
                .map_or(Where::Unknown, |at| Where::At(*at))
        }
        Some("gone") => Where::Gone(addresses(&told["anywhere"]).first().copied()),
        _ => Where::Unknown,
    }
}

/// A way in.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) path: String,
    pub(crate) others: Vec<SocketAddr>,
}

/// Asks for a seat; from a server that is full goes to the one that it names.
pub(crate) async fn find_seat(person: &mut Person) -> Result<Way, Refusal> {
    let mut steps = 0;
    loop {
        match handshake::ask(person.server, None).await {
            Err(Refusal::Full(elsewhere)) if steps < MOST_STEPS && !elsewhere.is_empty() => {
                steps += 1;
                person.server = elsewhere[0];
                person.square.seen().sent_on += 1;
            }
            told => return told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_addresses_are_gone_to() {
        let list = json!([
            "http://127.0.0.1:1",
            "https://a",
            "http://name:1",
            7,
            "http://[::1]:2"
        ]);
        let all = addresses(&list)
            .iter()
            .map(SocketAddr::to_string)
            .collect::<Vec<_>>();
        assert_eq!(all, ["127.0.0.1:1", "[::1]:2"]);
        assert_eq!(addresses(&Value::Null), []);
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_none() {
        let asked: SocketAddr = "127.0.0.1:1".parse().expect("an address");
        let other = "127.0.0.1:2".parse().expect("an address");
        for (told, meant) in [
            (json!({"where": "here"}), Where::At(asked)),
            (
                json!({"where": "elsewhere", "url": "http://127.0.0.1:2"}),
                Where::At(other),
            ),
            (
                json!({"where": "elsewhere", "url": "nowhere"}),
                Where::Unknown,
            ),
            (json!({"where": "gone"}), Where::Gone(None)),
            (
                json!({"where": "gone", "anywhere": ["http://127.0.0.1:2", "http://127.0.0.1:1"]}),
                Where::Gone(Some(other)),
            ),
            (json!({"where": "unknown"}), Where::Unknown),
            (json!([]), Where::Unknown),
        ] {
            assert_eq!(understood(asked, &told), meant, "{told}");
        }
    }
}
