//! The gateway: HTTP until a connection becomes a WebSocket; then the connection belongs to its
//! room.

mod access;
pub(crate) mod connection_limit;
mod example;
pub(crate) mod find_seat;
mod half_open;
pub(crate) mod handshake;
mod head;
mod headers;
mod health;
mod http_rules;
mod line_ends;
pub(crate) mod origin;
pub(crate) mod outside;
mod pages;
pub(crate) mod peer_seats;
pub(crate) mod proxies;
pub(crate) mod room_query;
mod routes;
mod web_file;
mod xray;

pub(crate) use peer_seats::watch_peers;
#[cfg(any(test, fuzzing))]
pub(crate) use {access::token_in_query, headers::content_security_policy};

use crate::{
    clock,
    cluster::ClusterRequest,
    metrics::Opened,
    net::{TcpListener, TcpStream},
    refusal::Refusal,
    rooms::ToRooms,
    server_state::ServerState,
    sync::lock,
};
use axum::{
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use connection_limit::{ConnectionLimit, For, Permit};
use half_open::HalfOpen;
use head::Rewound;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use outside::Outside;
use proxies::Proxies;
use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::{mpsc, watch},
    time::sleep,
};

/// How long a client may take to send a request: clients that send a byte a minute must not hold
/// all connections.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// The pause after a failed accept, such as one without a free file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long no accept may have failed before the log says that accepting works again: a single
/// descriptor that becomes free is taken at once.
const ACCEPT_RECOVERED: Duration = Duration::from_secs(1);

/// What every request may use.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The server's state.
    pub state: Arc<ServerState>,
    /// The inbox of the task that knows all rooms.
    pub rooms: mpsc::Sender<ToRooms>,
    /// The inbox of the cluster client.
    pub cluster: mpsc::Sender<ClusterRequest>,
    /// The address that the server listens on.
    pub address: SocketAddr,
    /// What it has noticed about proxies in front of it.
    pub(crate) proxies: Arc<Proxies>,
}

/// The peer of a connection, added to each of its requests.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) ip: IpAddr,
    /// Moves to the WebSocket if the connection becomes one. A trusted proxy has none itself: each
    /// of its requests has the permit of its client.
    pub(crate) permit: Arc<Mutex<Option<Permit>>>,
}

/// Accepts connections until the server shuts down. Those that are open by then stay open.
pub async fn accept(
    listener: impl Into<TcpListener>,
    gateway: Gateway,
    mut shutdown: watch::Receiver<bool>,
) {
    let listener = listener.into();
    let limit = ConnectionLimit::new(gateway.state.options.per_address);
    let app = TowerToHyperService::new(routes::all(gateway.clone()));
    let mut half_open = HalfOpen::default();
    // The last failure, while accepting does not work.
    let mut failed: Option<Instant> = None;
    loop {
        let (stream, from) = select! {
            biased;
            () = is_shutdown(&mut shutdown) => return,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a client that has gone already: neither ends the
                    // server.
                    if !is_about_one_connection(&error) {
                        if failed.replace(clock::now()).is_none() {
                            tracing::warn!(%error, "accept failed, pausing");
                        }
                        half_open.drop_late(clock::now());
                        sleep(ACCEPT_PAUSE).await;
                    }
                    continue;
                }
            },
        };
        if failed
            .take_if(|failed| clock::now() - *failed >= ACCEPT_RECOVERED)
            .is_some()
        {
            tracing::info!("accepting again");
        }
        let ip = from.ip().to_canonical();
        let is_trusted = gateway.state.options.trusted_proxies.contains(ip);
        let permit = match is_trusted {
            true => None,
            false => limit.admit(ip, For::Connection),
        };
        if permit.is_none() && !is_trusted {
            gateway.state.metrics.refuse(Refusal::Address); // Dropped without an answer.
            continue;
        }
        let front = Front {
            gateway: gateway.clone(),
            peer: Peer {
                ip,
                permit: Arc::new(Mutex::new(permit)),
            },
            clients: is_trusted.then(|| limit.clone()),
        };
        let open = gateway.state.metrics.connections.http.open();
        let begun = begin(stream, (front, open), app.clone(), shutdown.clone());
        let begun = tokio::spawn(begun).abort_handle();
        let dropped = half_open.add(begun, clock::now());
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "too many connections without a request: dropped the oldest"
            );
        }
    }
}

/// What stands between one connection and the routes.
struct Front {
    gateway: Gateway,
    peer: Peer,
    /// The limit for the clients of a trusted proxy. `None`: the connection is a client's own.
    clients: Option<ConnectionLimit>,
}

impl Front {
    /// Adds to a request what the routes need to know: its peer, and how the world sees the server.
    fn admit<B>(&self, request: &mut Request<B>) -> Result<(), Refusal> {
        let Self { gateway, peer, .. } = self;
        let outside = Outside::of(&gateway.state.options, peer.ip, request);
        let is_trusted = self.clients.is_some();
        gateway.proxies.check(peer.ip, &outside, is_trusted);
        let permit = match &self.clients {
            None => {
                let own = lock(&peer.permit);
                let takes = own.as_ref().is_none_or(Permit::take_request);
                takes.then(|| Arc::clone(&peer.permit))
            }
            Some(limit) => {
                let opens = request.headers().contains_key(header::UPGRADE);
                let what = if opens { For::Connection } else { For::Request };
                let permit = limit.admit(outside.counted(), what);
                permit.map(|permit| Arc::new(Mutex::new(Some(permit))))
            }
        };
        let Some(permit) = permit else {
            gateway.state.metrics.refuse(Refusal::Address);
            return Err(Refusal::Address);
        };
        let (ip, extensions) = (peer.ip, request.extensions_mut());
        extensions.insert(Peer { ip, permit });
        extensions.insert(outside);
        Ok(())
    }
}

/// Serves one connection while it speaks HTTP, from its first head on.
async fn begin(
    stream: TcpStream,
    (front, open): (Front, Opened),
    app: TowerToHyperService<axum::Router>,
    mut shutdown: watch::Receiver<bool>,
) {
    let first = select! {
        biased;
        first = head::read(&stream) => first,
        () = is_shutdown(&mut shutdown) => return,
    };
    if let Some(first) = first {
        let stream = Rewound::new(first, stream);
        // A task of its own, because this one is small, and thousands of them may wait for a head.
        tokio::spawn(serve(stream, (front, open), app, shutdown));
    }
}

/// Serves one connection while it speaks HTTP.
async fn serve(
    stream: Rewound,
    (front, open): (Front, Opened),
    app: TowerToHyperService<axum::Router>,
    mut shutdown: watch::Receiver<bool>,
) {
    let is_answering = Arc::new(AtomicBool::new(false));
    let (answering, shutting_down) = (Arc::clone(&is_answering), shutdown.clone());
    let with_peer = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        // What is wrong with the request may be a proxy's doing, so that is noticed in any case.
        let is_last = line_ends::is_last(request.headers());
        let checked = http_rules::check(&mut request);
        let admitted = front.admit(&mut request);
        let is_last = is_last || (admitted.is_err() && front.clients.is_none());
        let admitted = match (checked, admitted) {
            (Err(bad), _) => Err(bad.into_response()),
            (_, Err(refusal)) => Err(refusal.into_response()),
            (Ok(()), Ok(())) => Ok(()),
        };
        let answer = admitted.map(|()| app.call(request));
        let (answering, shutting_down) = (Arc::clone(&answering), shutting_down.clone());
        answering.store(true, Ordering::Relaxed);
        async move {
            let answer = match answer {
                Ok(answer) => answer.await?,
                Err(refused) => refused,
            };
            answering.store(false, Ordering::Relaxed);
            let is_last = is_last || *shutting_down.borrow();
            Ok::<_, Infallible>(if is_last { last(answer) } else { answer })
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), with_peer)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // An error here is the client's: it hung up, was too slow, or does not speak HTTP.
    let is_over = select! {
        biased;
        _ = &mut connection => true,
        () = is_shutdown(&mut shutdown) => false,
    };
    if !is_over {
        // hyper would write `connection: close` into the answer to a handshake, too, and some
        // clients would hang up. An answer that is on its way is the last one anyway.
        if !is_answering.load(Ordering::Relaxed) {
            connection.as_mut().graceful_shutdown();
        }
        let _ = connection.await;
    }
    drop(open);
}

/// The connection ends with this answer, unless it changes protocols with it.
fn last(mut answer: Response) -> Response {
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// Waits until the server shuts down. The guard of the value is dropped at once.
async fn is_shutdown(shutdown: &mut watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|shutdown| *shutdown).await; // Or the sender is gone: the same.
}

fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted
    )
}

#[cfg(test)]
mod tests;
