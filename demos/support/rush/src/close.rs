//! Why the server closes a connection, and what its client should do then.

use std::borrow::Cow;
use std::fmt;

/// The reason for a closed connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// 1000: the player or the watcher left.
    Left,
    /// 1002: a frame that RFC 6455 forbids. The server's reason says why.
    Protocol,
    /// 1003: a text message, but the protocol is binary.
    NotBinary,
    /// 1007: a Close frame whose reason is not UTF-8.
    NotText,
    /// 1008: more messages than the rate limit allows.
    TooManyMessages,
    /// 1009: a message longer than the longest of the protocol.
    TooBig,
    /// 1011: the room panicked and was restarted.
    RoomFell,
    /// 1012: the server restarts.
    Restarting {
        /// When to connect again.
        retry_ms: u32,
    },
    /// 1013: no seat is free.
    Full {
        /// A server that may have a free seat: an address such as `http://192.168.0.8:7008`.
        elsewhere: Option<String>,
    },
    /// 4000: the client read more slowly than the server sent.
    TooFarBehind,
    /// 4001: bytes that are not a message, or a message that is not allowed now.
    Malformed,
    /// 4002: another connection has resumed with the token.
    TakenOver,
    /// 4003: the client speaks another version.
    UnknownVersion,
    /// 4004: no seat has this token, or not any more.
    TokenUnknown,
    /// 4005: the client sent nothing.
    SaidNothing,
}

/// What a client should do after the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Do not reconnect until the player wants to.
    Stop,
    /// Connect again and [`Resume`](crate::wire::ToServer::Resume), after `after_ms` plus a random
    /// time of up to `after_ms`.
    Resume {
        /// Milliseconds.
        after_ms: u32,
    },
    /// Forget the token, connect again and join.
    JoinAnew,
    /// Try again much later, when the player asks for it.
    TryLater,
    /// Connect to this address.
    GoTo(String),
    /// Load the page again, but not twice in a row: it is old, or the program is wrong.
    Reload,
}

impl Close {
    /// One of each variant.
    pub fn all() -> Vec<Close> {
        vec![
            Close::Left,
            Close::Protocol,
            Close::NotBinary,
            Close::NotText,
            Close::TooManyMessages,
            Close::TooBig,
            Close::RoomFell,
            Close::Restarting { retry_ms: 1_500 },
            Close::Full { elsewhere: None },
            Close::Full {
                elsewhere: Some("http://192.168.0.8:7008".to_string()),
            },
            Close::TooFarBehind,
            Close::Malformed,
            Close::TakenOver,
            Close::UnknownVersion,
            Close::TokenUnknown,
            Close::SaidNothing,
        ]
    }

    /// The status code in the Close frame.
    pub fn code(&self) -> u16 {
        match self {
            Self::Left => 1000,
            Self::Protocol => 1002,
            Self::NotBinary => 1003,
            Self::NotText => 1007,
            Self::TooManyMessages => 1008,
            Self::TooBig => 1009,
            Self::RoomFell => 1011,
            Self::Restarting { .. } => 1012,
            Self::Full { .. } => 1013,
            Self::TooFarBehind => 4000,
            Self::Malformed => 4001,
            Self::TakenOver => 4002,
            Self::UnknownVersion => 4003,
            Self::TokenUnknown => 4004,
            Self::SaidNothing => 4005,
        }
    }

    /// The reason in the Close frame: at most 123 bytes.
    pub fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Left => "left".into(),
            Self::Protocol => "protocol error".into(),
            Self::NotBinary => "binary messages only".into(),
            Self::NotText => "a reason that is no UTF-8".into(),
            Self::TooManyMessages => "too many messages".into(),
            Self::TooBig => "message too big".into(),
            Self::RoomFell => {
                "the room had an error and was restarted, resume with your token".into()
            }
            Self::Restarting { retry_ms } => format!("retry in {retry_ms} ms").into(),
            Self::Full {
                elsewhere: Some(url),
            } if is_address(url) => format!("go to {url}").into(),
            Self::Full { .. } => "try later".into(),
            Self::TooFarBehind => "too far behind".into(),
            Self::Malformed => "malformed or out of turn".into(),
            Self::TakenOver => "taken over by another connection".into(),
            Self::UnknownVersion => "unknown version".into(),
            Self::TokenUnknown => "token unknown, join anew".into(),
            Self::SaidNothing => "nothing said".into(),
        }
    }

    /// Parses a received code and reason. `None` if this protocol does not send them, such as 1001,
    /// 1005 and 1006.
    pub fn heard(code: u16, reason: &str) -> Option<Self> {
        Some(match code {
            1000 => Self::Left,
            1002 => Self::Protocol,
            1003 => Self::NotBinary,
            1007 => Self::NotText,
            1008 => Self::TooManyMessages,
            1009 => Self::TooBig,
            1011 => Self::RoomFell,
            1012 => {
                let hint = reason.strip_prefix("retry in ");
                let hint = hint.and_then(|rest| rest.strip_suffix(" ms")?.parse().ok());
                Self::Restarting {
                    retry_ms: hint.unwrap_or(1_500).min(60_000),
                }
            }
            1013 => {
                let address = reason.strip_prefix("go to ").filter(|url| is_address(url));
                Self::Full {
                    elsewhere: address.map(str::to_string),
                }
            }
            4000 => Self::TooFarBehind,
            4001 => Self::Malformed,
            4002 => Self::TakenOver,
            4003 => Self::UnknownVersion,
            4004 => Self::TokenUnknown,
            4005 => Self::SaidNothing,
            _ => return None,
        })
    }

    /// What a client should do now.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Left | Self::TakenOver | Self::TooManyMessages => Advice::Stop,
            Self::Protocol
            | Self::NotBinary
            | Self::NotText
            | Self::TooBig
            | Self::Malformed
            | Self::UnknownVersion => Advice::Reload,
            Self::RoomFell | Self::TooFarBehind | Self::SaidNothing => {
                Advice::Resume { after_ms: 500 }
            }
            Self::Restarting { retry_ms } => Advice::Resume {
                after_ms: *retry_ms,
            },
            Self::Full {
                elsewhere: Some(url),
            } => Advice::GoTo(url.clone()),
            Self::Full { elsewhere: None } => Advice::TryLater,
            Self::TokenUnknown => Advice::JoinAnew,
        }
    }
}

impl Advice {
    /// After an end without a reason, above all 1006: the connection broke without a Close frame.
    pub const AFTER_A_BROKEN_LINE: Advice = Advice::Resume { after_ms: 500 };
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop => f.write_str("stay away until the player wants otherwise"),
            Self::Resume { after_ms } => write!(f, "resume with your token in {after_ms} ms"),
            Self::JoinAnew => f.write_str("forget the token and join again"),
            Self::TryLater => f.write_str("try later"),
            Self::GoTo(url) => write!(f, "go to {url}"),
            Self::Reload => f.write_str("load the page again, once"),
        }
    }
}

/// Whether the address fits into the reason and is only an address, so that a page may be sent
/// there.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or(url.strip_prefix("https://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_~:/[]".contains(&b);
    url.len() <= 117 && rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_reason_is_parsed_again_and_fits_its_frame() {
        for close in Close::all() {
            assert!(close.reason().len() <= 123, "{close:?}");
            assert_eq!(Close::heard(close.code(), &close.reason()), Some(close));
        }
    }

    #[test]
    fn a_client_is_sent_only_to_an_address() {
        let wild = |url: &str| Close::Full {
            elsewhere: Some(url.to_string()),
        };
        for url in [
            "javascript:alert(1)",
            "http://",
            "http://a b",
            "http://a\"b",
            &format!("http://{}", "a".repeat(200)),
        ] {
            assert_eq!(wild(url).reason(), "try later", "{url}");
            assert_eq!(
                Close::heard(1013, &format!("go to {url}")),
                Some(Close::Full { elsewhere: None })
            );
        }
        assert_eq!(
            wild("https://[::1]:7008/").reason(),
            "go to https://[::1]:7008/"
        );
    }

    #[test]
    fn an_unknown_code_counts_as_a_broken_connection() {
        for code in [0, 1001, 1005, 1006, 1015, 3000, 4006] {
            assert_eq!(Close::heard(code, ""), None);
        }
        assert_eq!(
            Close::heard(1012, "whenever").map(|it| it.advice()),
            Some(Advice::Resume { after_ms: 1_500 })
        );
    }

    /// As `PROTOCOL.md` promises it for every client.
    #[test]
    fn every_close_has_its_advice() {
        let heard = |code, reason: &str| Close::heard(code, reason).map(|it| it.advice());
        for code in [1000, 1008, 4002] {
            assert_eq!(heard(code, ""), Some(Advice::Stop), "{code}");
        }
        for code in [1002, 1003, 1007, 1009, 4001, 4003] {
            assert_eq!(heard(code, ""), Some(Advice::Reload), "{code}");
        }
        for code in [1011, 4000, 4005] {
            let soon = Advice::Resume { after_ms: 500 };
            assert_eq!(heard(code, ""), Some(soon), "{code}");
        }
        assert_eq!(heard(4004, ""), Some(Advice::JoinAnew));
        assert_eq!(heard(1013, "try later"), Some(Advice::TryLater));
        let elsewhere = "http://192.168.0.8:7008".to_string();
        assert_eq!(
            heard(1013, &format!("go to {elsewhere}")),
            Some(Advice::GoTo(elsewhere))
        );
        let later = |reason| heard(1012, reason);
        let after = |after_ms| Some(Advice::Resume { after_ms });
        assert_eq!(later("retry in 2500 ms"), after(2_500));
        assert_eq!(
            later("retry in 60001 ms"),
            after(60_000),
            "a minute at most"
        );
    }

    #[test]
    fn the_longest_address_that_fits_a_reason_is_sent() {
        let close = |length: usize| Close::Full {
            elsewhere: Some(format!("http://{}", "a".repeat(length - 7))),
        };
        assert_eq!(close(117).reason().len(), 123);
        assert_eq!(close(118).reason(), "try later");
    }

    proptest! {
        #[test]
        fn any_reason_can_be_parsed(code in 990..1_020_u16, reason in any::<String>()) {
            if let Some(close) = Close::heard(code, &reason) {
                prop_assert!(close.reason().len() <= 123);
                prop_assert!(!close.advice().to_string().is_empty());
            }
        }
    }
}
