use super::{Command, Options, OptionsError, parse};
use crate::cluster::NotARedisUrl;
use std::{ffi::OsString, net::SocketAddr, time::Duration};
use web_server::public_url::NotAPublicUrl;

fn parsed(words: &str) -> Result<Command, OptionsError> {
    parse(words.split_whitespace().map(OsString::from))
}

fn options(words: &str) -> Options {
    match parsed(words) {
        Ok(Command::Serve(options)) => *options,
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn listening_beyond_this_machine_means_an_audience() {
    assert!(!options("").audience);
    assert_eq!(
        options("--audience").listen,
        SocketAddr::from(([0, 0, 0, 0], 7008))
    );
    assert_eq!(
        options("--audience --listen 127.0.0.1:0").listen,
        SocketAddr::from(([0, 0, 0, 0], 0))
    );
    assert!(options("--listen 0.0.0.0:0").audience);
}

#[test]
fn invalid_options_are_explained_in_a_sentence() {
    for (words, sentence) in [
        (
            "--bots many",
            "--bots wants a number of players, such as 12, not \"many\"",
        ),
        (
            "--seats 0",
            "--seats wants 1 to 1024 seats, such as 160, not \"0\"",
        ),
        (
            "--listen 7008",
            "--listen wants an address and a port, such as 127.0.0.1:7008, not \"7008\"",
        ),
        (
            "--peers http://a:1,ftp://b",
            "--peers wants addresses of other servers",
        ),
        (
            "--peers http://a/b",
            "--peers wants addresses of other servers",
        ),
        (
            "--origin example.org",
            "--origin wants where pages come from",
        ),
        ("--token short", "--token wants 8 characters or more"),
        (
            "--token-file /nowhere/at/all",
            "--token-file /nowhere/at/all: there is no such file; make it",
        ),
        (
            "--directory 127.0.0.1:6379",
            "--directory wants redis://HOST:PORT",
        ),
        (
            "--directory redis://:short\"@a:b",
            "--directory wants redis://HOST:PORT",
        ),
        (
            "--directory redis://a/first",
            "--directory wants redis://HOST:PORT",
        ),
        ("--public a:7008", "--public wants where players are sent"),
        (
            "--public play.example.org",
            "such as https://play.example.org/game/, not \"play.example.org\": it begins with neither http:// nor https://",
        ),
        (
            "--public https://play.example.org/?room=a",
            "it has a user, a query or a fragment",
        ),
        ("--public https://a:99999", "its port is not a number"),
        (
            "--trusted-proxy nginx",
            "--trusted-proxy wants the address of a proxy, such as 127.0.0.1 or 10.0.0.0/8, not \"nginx\"",
        ),
        ("--trusted-proxy 10.0.0.0/33", "--trusted-proxy wants"),
        ("--tls", "there is no TLS in this program"),
        ("--log loud", "--log wants json or pretty"),
        ("--fast", "there is no option --fast; --help"),
        ("replay", "replay wants the file of a round"),
        ("play", "--help tells what there is"),
        (
            "--bots 5001",
            "--bots 5001 are more than --max-players 5000",
        ),
        ("--seconds", "--seconds wants whole seconds"),
    ] {
        let said = parsed(words).expect_err(words).to_string();
        assert!(said.contains(sentence), "{words}: {said}");
        assert!(!said.contains("short\""), "a secret is printed: {said}");
    }
}

#[test]
fn valid_options_are_parsed() {
    assert_eq!(
        parsed("replay a.rush"),
        Ok(Command::Replay("a.rush".into()))
    );
    assert_eq!(parsed("--bots 3 -h"), Ok(Command::Help));
    let all = options(
        "--peers http://192.168.0.8:7008/,http://b:1 --origin HTTPS://Play.Example.org/ --seconds 0",
    );
    assert_eq!(all.peers, ["http://192.168.0.8:7008", "http://b:1"]);
    assert_eq!(all.origins, ["https://play.example.org"]);
    assert_eq!(all.time_limit, None);
    assert_eq!(all.directory, None);
    assert_eq!(all.behind, Duration::from_secs(5));
    assert_eq!(
        options("--behind-seconds 60").behind,
        Duration::from_secs(60)
    );
    let all = options("--directory redis://127.0.0.1:6379/2 --public http://192.168.0.8:7008/");
    assert_eq!(all.directory.as_deref(), Some("redis://127.0.0.1:6379/2"));
    let public = |options: &Options| options.public.clone().map(|it| it.base().to_owned());
    assert_eq!(public(&all).as_deref(), Some("http://192.168.0.8:7008"));
    let all = options(
        "--public HTTPS://Play.Example.org:443/Game/ --trusted-proxy 127.0.0.1 --trusted-proxy fd00::/8",
    );
    assert_eq!(
        public(&all).as_deref(),
        Some("https://play.example.org/Game")
    );
    for (ip, is_trusted) in [("127.0.0.1", true), ("fd00::1", true), ("127.0.0.2", false)] {
        let ip = ip.parse().expect("an address");
        assert_eq!(all.trusted_proxies.contains(ip), is_trusted, "{ip}");
    }
}

#[test]
fn a_caller_can_tell_invalid_options_apart() {
    for (words, error) in [
        ("--fast", OptionsError::NoSuchOption("fast".to_owned())),
        (
            "--log loud",
            OptionsError::Value {
                option: "log".to_owned(),
                wants: "json or pretty",
                said: Some("loud".to_owned()),
            },
        ),
        (
            "--token secret",
            OptionsError::Value {
                option: "token".to_owned(),
                wants: "8 characters or more",
                said: None,
            },
        ),
        (
            "--directory http://a",
            OptionsError::Directory(NotARedisUrl),
        ),
        (
            "--public ftp://a",
            OptionsError::Url {
                option: "public".to_owned(),
                wants: "where players are sent, such as https://play.example.org/game/",
                said: "ftp://a".to_owned(),
                why: NotAPublicUrl::Scheme,
            },
        ),
        ("--tls cert.pem key.pem", OptionsError::Tls),
        ("replay a.rush b.rush", OptionsError::Replay),
        (
            "--bots 3 --max-players 2",
            OptionsError::TooManyBots {
                bots: 3,
                max_players: 2,
            },
        ),
    ] {
        assert_eq!(parsed(words), Err(error), "{words}");
    }
    for words in ["play", "--keep=yes"] {
        let error = parsed(words).expect_err(words);
        assert!(
            matches!(error, OptionsError::Unexpected(_)),
            "{words}: {error:?}"
        );
    }
}
