//! The origin check: pages of other sites.

use crate::common::{Client, Game};
use tungstenite::http::HeaderValue;

#[test]
fn only_pages_of_this_server_and_allowed_origins_may_connect() {
    let game = Game::with(|options| options.origins = vec!["https://play.example.org".to_owned()]);
    let from = |origin: &'static str| {
        let origin = HeaderValue::from_static(origin);
        Client::try_connect(game.address, "hall", |headers| {
            drop(headers.insert("origin", origin))
        })
    };
    for no in [
        "https://evil.example.org",
        "null",
        "http://127.0.0.1",
        "https://play.example.org.evil.org",
    ] {
        let refused = from(no).err().expect(no);
        assert!(refused.to_string().contains("403"), "{no}: {refused}");
    }
    assert!(from("https://play.example.org").is_ok());
    let own = format!("http://{}", game.address);
    let own = HeaderValue::from_str(&own).expect("a header");
    assert!(
        Client::try_connect(game.address, "hall", |headers| drop(
            headers.insert("origin", own)
        ))
        .is_ok()
    );
}
