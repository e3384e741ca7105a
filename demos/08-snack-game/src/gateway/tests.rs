//! Which requests are admitted, and what becomes of them if the server shuts down.

use super::{
    connection_limit::{CONNECTIONS, REQUESTS},
    *,
};
use crate::{folder::Folder, options::Options, room::ToRoom, store::Store};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream as Client,
    time::timeout,
};

/// How long a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Time stands, so no bucket is filled again.
#[tokio::test(start_paused = true)]
async fn requests_are_charged_directly_and_through_a_proxy() {
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
    for (front, headers) in [(&direct, &[][..]), (&proxy, &[ann][..])] {
        assert_eq!(admitted(front, headers, 2 * most), most);
    }
    let sockets = admitted(&proxy, &[bob, ("upgrade", "websocket")], 5_000);
    assert_eq!(sockets, CONNECTIONS.at_once, "as connections");
    assert_eq!(
        admitted(&proxy, &[bob], 1_000),
        1_000,
        "a client has its own limit"
    );
}

/// A gateway on a port of its own: what the rooms are asked, the switch that shuts it down, and its
/// address.
async fn accepting() -> (mpsc::Receiver<ToRooms>, watch::Sender<bool>, SocketAddr) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("bound");
    let (rooms, asked) = mpsc::channel(1);
    let gateway = Gateway { rooms, ..gateway() };
    let (shutdown, is_shutdown) = watch::channel(false);
    tokio::spawn(accept(listener, gateway, is_shutdown));
    (asked, shutdown, address)
}

async fn send(client: &mut Client, request: &str) {
    let written = client.write_all(request.as_bytes()).await;
    written.expect("the server reads");
}

/// Reads an answer up to the empty line, in lower case.
async fn head_of_answer(client: &mut Client) -> String {
    let mut head = Vec::new();
    let read = async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.expect("an answer"));
        }
    };
    timeout(PATIENCE, read).await.expect("an answer in time");
    String::from_utf8_lossy(&head).to_lowercase()
}

/// Reads until the server closes the connection.
async fn read_to_end(client: &mut Client) {
    let mut rest = Vec::new();
    let read = client.read_to_end(&mut rest);
    let read = timeout(PATIENCE, read).await.expect("a close in time");
    read.expect("a close");
}

#[tokio::test]
async fn a_handshake_that_has_begun_ends_as_usual_if_the_server_shuts_down() {
    let (mut asked, shutdown, address) = accepting().await;
    let mut client = Client::connect(address).await.expect("it listens");
    let handshake = "GET /ws/hall HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
                     Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                     Sec-WebSocket-Protocol: snack-rush.v1\r\n\r\n";
    send(&mut client, handshake).await;
    let request = timeout(PATIENCE, asked.recv()).await.expect("in time");
    let Some(ToRooms::Enter { reply, .. }) = request else {
        panic!("not a player who enters");
    };
    shutdown.send_replace(true);
    // Until each task of the server has seen it.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let (inbox, mut room) = mpsc::channel(1);
    let answered = reply.send(Ok(inbox));
    assert!(answered.is_ok(), "the handshake was dropped");
    let head = head_of_answer(&mut client).await;
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    let connection: Vec<_> = head
        .lines()
        .filter(|it| it.starts_with("connection:"))
        .collect();
    assert_eq!(connection, ["connection: upgrade"], "{head}");
    let given = timeout(PATIENCE, room.recv()).await.expect("in time");
    assert!(matches!(given, Some(ToRoom::Connected { .. })));
}

#[tokio::test]
async fn other_connections_end_with_their_answer_if_the_server_shuts_down() {
    let (mut asked, shutdown, address) = accepting().await;
    let mut idle = Client::connect(address).await.expect("it listens");
    send(&mut idle, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let head = head_of_answer(&mut idle).await;
    assert!(!head.contains("connection: close"), "{head}");
    let mut busy = Client::connect(address).await.expect("it listens");
    let lists = "GET /api/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n";
    send(&mut busy, lists).await;
    let request = timeout(PATIENCE, asked.recv()).await.expect("in time");
    shutdown.send_replace(true);
    read_to_end(&mut idle).await;
    drop(request); // The rooms have ended, too.
    let head = head_of_answer(&mut busy).await;
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    read_to_end(&mut busy).await;
}
