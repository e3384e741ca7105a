//! The connections of a listener: their number is limited and each has deadlines, so that phones
//! cannot take the descriptors that the presenter needs.

use super::{
    origin::ReachedAt,
    slots::{Holders, Slot},
};
use axum::{Router, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, sleep, timeout, timeout_at},
};

/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// The deadline of a connection that is not a WebSocket. After it the current response is the last
/// one, and after twice this time the connection is cut: a client that does not read frees its
/// slot.
const DEADLINE: Duration = Duration::from_secs(120);

/// Connections beyond the limit that are answered at the same time.
const REFUSALS: usize = 8;

/// Connections beyond the limit that wait at the same time for a slot that is given up for them.
const EVICTIONS: usize = 8;

/// How long the answer to a connection beyond the limit may take.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(1);

/// How long it may take in any case. A connection that waited in the kernel's queue has sent its
/// request by now, and is answered at once; one that says nothing delays the others by no more.
const SHORTEST_REFUSAL: Duration = Duration::from_millis(50);

/// How long a connection may take to give up its slot: a WebSocket gets a Close frame first, within
/// a shorter time. After this time, the client that waits for the slot is refused.
pub(super) const EVICTION_TIMEOUT: Duration = Duration::from_secs(4);

/// The answer to a connection beyond the limit.
const FULL: &str =
    "Too many phones follow this talk for the presenter's machine. Try again in a moment.\n";

/// A client, as limits count it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

impl Peer {
    fn of(address: SocketAddr) -> Peer {
        Peer(sockets::network_of(address.ip()))
    }
}

/// Serves `routes` to at most `most` connections at once, until the listener breaks. For a
/// connection beyond that, one of the address with most connections is cut. If that would not be
/// fair, `refused` is called and the answer is status 503; without `refused`, the connection waits
/// in the kernel's queue.
pub(super) async fn serve(
    listener: TcpListener,
    most: usize,
    refused: Option<impl Fn()>,
    routes: Router,
) {
    let app = TowerToHyperService::new(routes);
    let slots = Arc::new(Semaphore::new(most));
    let evictions = Arc::new(Semaphore::new(EVICTIONS));
    let mut refusals = Refusals::default();
    let holders = Arc::new(Holders::default());
    loop {
        if refused.is_none() {
            // Only this loop takes slots, so the one that is free now is still free below.
            drop(slots.acquire().await);
        }
        let (stream, peer) = match listener.accept().await {
            Ok((stream, address)) => (stream, Peer::of(address)),
            Err(error) => match harness::accept_failed(error) {
                Ok(failed) => {
                    if failed.is_news {
                        output::err!("slides: accept failed, pausing; error=\"{}\"", failed.error);
                    }
                    sleep(failed.pause).await;
                    continue;
                }
                Err(error) => {
                    output::err!(
                        "slides: listener broken, closing it; error=\"{error}\"; start the stage \
                        again"
                    );
                    return;
                }
            },
        };
        match (Arc::clone(&slots).try_acquire_owned(), &refused) {
            (Ok(permit), _) => {
                // A connection in the last quarter of the slots is closed after one response, and
                // not kept for a next request.
                let keep_alive = slots.available_permits() > most / 4;
                let slot = holders.take(peer.0, permit);
                tokio::spawn(connection(stream, peer, slot, app.clone(), keep_alive));
            }
            (Err(_), Some(refused)) => {
                // Those that wait for a slot come from addresses that hold few, so they may be
                // waited for. A flood of one address may not.
                let Ok(eviction) = Arc::clone(&evictions).acquire_owned().await else {
                    continue;
                };
                if holders.make_room(peer.0, false) {
                    let (slots, holders) = (Arc::clone(&slots), Arc::clone(&holders));
                    let app = app.clone();
                    tokio::spawn(async move {
                        let freed = timeout(EVICTION_TIMEOUT, slots.acquire_owned()).await;
                        drop(eviction);
                        if let Ok(Ok(permit)) = freed {
                            let slot = holders.take(peer.0, permit);
                            connection(stream, peer, slot, app, false).await;
                        } else {
                            let _unless_slow = timeout(REFUSAL_TIMEOUT, refuse(stream)).await;
                        }
                    });
                    continue;
                }
                refused();
                refusals.refuse(stream).await;
            }
            (Err(_), None) => {}
        }
    }
}

/// Serves one connection until it ends or becomes a WebSocket.
async fn connection(
    stream: TcpStream,
    peer: Peer,
    slot: Slot,
    app: TowerToHyperService<Router>,
    keep_alive: bool,
) {
    let reached_at = ReachedAt::of(&stream);
    let of_requests = slot.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request;
        request.extensions_mut().insert(reached_at);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(of_requests.clone());
        app.call(request)
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(keep_alive)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    let served = async {
        // Errors are ignored: the client disconnected, was too slow, or did not speak HTTP.
        if timeout(DEADLINE, serving.as_mut()).await.is_err() {
            serving.as_mut().graceful_shutdown();
            let _unless_disconnected = timeout(DEADLINE, serving).await;
        }
    };
    tokio::select! {
        () = served => {}
        // A WebSocket waits for this itself.
        () = slot.evicted() => {}
    }
}

/// Connections beyond the limit that are being answered. They are few; if there is one more, the
/// oldest is cut, unless it is very young.
#[derive(Default)]
struct Refusals(VecDeque<(Instant, JoinHandle<()>)>);

impl Refusals {
    async fn refuse(&mut self, stream: TcpStream) {
        self.0.retain(|(_, it)| !it.is_finished());
        if self.0.len() >= REFUSALS
            && let Some((since, mut oldest)) = self.0.pop_front()
        {
            let _unless_done = timeout_at(since + SHORTEST_REFUSAL, &mut oldest).await;
            oldest.abort();
        }
        let answering = tokio::spawn(async move {
            let _unless_slow = timeout(REFUSAL_TIMEOUT, refuse(stream)).await;
        });
        self.0.push_back((Instant::now(), answering));
    }
}

/// Answers that there are too many connections. The request is read first, because closing a socket
/// with unread data discards the answer.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let (mut request, mut length) = ([0; 4096], 0);
    while !request[..length].ends_with(b"\r\n\r\n") && length < request.len() {
        match stream.read(&mut request[length..]).await? {
            0 => break,
            more => length += more,
        }
    }
    let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
                Retry-After: 5\r\nCache-Control: no-store\r\nConnection: close";
    let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{FULL}", FULL.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    while stream.read(&mut [0; 2048]).await? > 0 {}
    Ok(())
}

/// Any address in 127.0.0.0/8 is this machine's on Linux alone.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use tokio::net::TcpSocket;

    /// Connections at once.
    const MOST: usize = 4;

    const BEAT: Duration = Duration::from_millis(10);

    async fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind(SocketAddr::from(([127, 0, 0, last], 0)))
            .expect("an address of this machine");
        socket.connect(to).await.expect("the listener's queue")
    }

    async fn ask(mut stream: TcpStream) -> String {
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("it reads");
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        let read = timeout(Duration::from_secs(60), read).await;
        read.expect("in time").expect("an answer");
        answer
    }

    #[tokio::test]
    async fn connections_that_say_nothing_do_not_delay_a_phone_when_the_listener_is_full() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let routes = Router::new().fallback(async || "here\n");
        tokio::spawn(serve(listener, MOST, Some(|| ()), routes));
        let mut rude = Vec::new();
        for _ in 0..MOST + 200 {
            rude.push(connect_from(9, address).await);
        }
        // The time is counted in beats of this thread, so that it stands when the thread does.
        let mut beats = 0;
        let counting = async {
            loop {
                sleep(BEAT).await;
                beats += 1;
            }
        };
        let answer = tokio::select! {
            answer = async { ask(connect_from(2, address).await).await } => answer,
            () = counting => unreachable!("it has no end"),
        };
        assert!(answer.ends_with("here\n"), "{answer}");
        let took = beats * BEAT;
        assert!(took < Duration::from_secs(4), "{took:?}: behind the others");
        // One of the address that holds the slots hears why it gets none.
        rude.push(connect_from(9, address).await);
        let answer = ask(connect_from(9, address).await).await;
        assert!(answer.ends_with(FULL), "{answer}");
        drop(rude);
    }
}
