//! Which requests are admitted.

use super::{connection_limit::REQUESTS, *};
use crate::{folder::Folder, options::Options, store::Store};

fn gateway() -> Gateway {
    let folder = Folder::new();
    let (store, _thread) = Store::open(folder.path()).expect("a new store");
    let address = SocketAddr::from(([127, 0, 0, 1], 7_008));
    let (options, ip) = (Options::default(), "192.0.2.1".parse());
    let mut options = options;
    options.trusted_proxies.add(ip.expect("an address"));
    Gateway {
        state: Arc::new(ServerState::new(options, address, store)),
        rooms: mpsc::channel(1).0,
        cluster: mpsc::channel(1).0,
        address,
        proxies: Arc::default(),
    }
}

/// How many of these requests are admitted, and how many are refused.
fn admitted(front: &Front, headers: &[(&'static str, &'static str)], many: u32) -> u32 {
    let one = |_: &u32| {
        let mut request = Request::new(());
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            request.headers_mut().insert(*name, value);
        }
        front.admit(&mut request).is_ok()
    };
    (0..many).filter(one).count() as u32
}

#[test]
fn requests_are_charged_directly_and_through_a_proxy() {
    let (gateway, limit) = (gateway(), ConnectionLimit::new(None));
    let front = |ip: [u8; 4], permit, clients| Front {
        gateway: gateway.clone(),
        peer: Peer {
            ip: ip.into(),
            permit: Arc::new(Mutex::new(permit)),
        },
        clients,
    };
    let own = limit.admit([192, 0, 2, 9].into(), For::Connection);
    let direct = front([192, 0, 2, 9], own, None);
    let proxy = front([192, 0, 2, 1], None, Some(limit));
    let (ann, bob) = (
        ("x-forwarded-for", "192.0.2.7"),
        ("x-forwarded-for", "192.0.2.8"),
    );
    let most = REQUESTS.at_once;
    // A slow machine may fill the bucket again meanwhile.
    let expected = most..most + most / 2;
    for (front, headers) in [(&direct, &[][..]), (&proxy, &[ann][..])] {
        let admitted = admitted(front, headers, 2 * most);
        assert!(expected.contains(&admitted), "{admitted}");
    }
    let sockets = admitted(&proxy, &[bob, ("upgrade", "websocket")], 5_000);
    assert!(
        (1_000..3_000).contains(&sockets),
        "as connections: {sockets}"
    );
    assert_eq!(
        admitted(&proxy, &[bob], 1_000),
        1_000,
        "a client has its own limit"
    );
}
