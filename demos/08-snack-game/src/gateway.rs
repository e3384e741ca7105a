//! The door: HTTP until a connection becomes a WebSocket; then it is its room's.

pub mod guard;
pub(crate) mod handshake;
pub mod limits;
mod pages;
pub(crate) mod peers;
pub(crate) mod routes;
pub(crate) mod whereabouts;
mod xray;

pub(crate) use peers::ask_peers;

use crate::{
    cluster::ClusterRequest,
    house::{self, House},
    net::{TcpListener, TcpStream},
    rooms::ToRooms,
};
use axum::http::Request;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use limits::{Limits, Permit};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::{mpsc, watch},
    time::sleep,
};

/// The head of a request has to be there within that; else a thousand who send a byte a minute hold
/// the door.
const HEAD: Duration = Duration::from_secs(5);

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 * 1024;

/// The accepting goes on after that, when there was no descriptor left.
const BREATH: Duration = Duration::from_millis(100);

/// For so long nothing may have failed before the door is said to be open again: one descriptor
/// that is given back is taken at once.
const OPEN: Duration = Duration::from_secs(1);

/// What every request may use.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The server.
    pub house: Arc<House>,
    /// The way to the directory of rooms.
    pub rooms: mpsc::Sender<ToRooms>,
    /// The way to the directory of servers.
    pub cluster: mpsc::Sender<ClusterRequest>,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Who asks: put into every request.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) ip: IpAddr,
    /// Taken along by the connection that becomes a WebSocket.
    pub(crate) permit: Arc<Mutex<Option<Permit>>>,
}

/// Lets everybody in until it is closing time. Whoever is in by then stays.
pub async fn welcome(
    listener: impl Into<TcpListener>,
    gateway: Gateway,
    mut closing: watch::Receiver<bool>,
) {
    let listener = listener.into();
    let limits = Limits::new(gateway.house.options.per_address);
    let app = TowerToHyperService::new(routes::all(gateway.clone()));
    // When it failed last, as long as that is going on.
    let mut shut: Option<Instant> = None;
    loop {
        let (stream, from) = select! {
            biased;
            () = told(&mut closing) => return,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, or whoever knocked has gone: neither is a reason to close
                    // the door.
                    if !is_about_one(&error) {
                        if shut.replace(house::now()).is_none() {
                            tracing::warn!(%error, "nobody can be let in for a moment");
                        }
                        sleep(BREATH).await;
                    }
                    continue;
                }
            },
        };
        if shut
            .take_if(|failed| house::now() - *failed >= OPEN)
            .is_some()
        {
            tracing::info!("the door is open again");
        }
        let Some(permit) = limits.admit(from.ip()) else {
            gateway.house.seen.refuse("address"); // More connections than one address may have: dropped.
            continue;
        };
        let peer = Peer {
            ip: from.ip().to_canonical(),
            permit: Arc::new(Mutex::new(Some(permit))),
        };
        tokio::spawn(serve(stream, peer, app.clone(), closing.clone()));
    }
}

/// One connection, for as long as it speaks HTTP.
async fn serve(
    stream: TcpStream,
    peer: Peer,
    app: TowerToHyperService<axum::Router>,
    mut closing: watch::Receiver<bool>,
) {
    let named = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), named)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // Whoever breaks off, is too slow or speaks no HTTP is nobody's loss.
    let is_over = select! {
        biased;
        _ = &mut connection => true,
        () = told(&mut closing) => false,
    };
    if !is_over {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// Waits for closing time. What it finds is let go at once: it is a guard.
async fn told(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await; // Or whoever could tell has gone: the same.
}

fn is_about_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted
    )
}
