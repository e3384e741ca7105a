//! Connections of a listener: so many at once, each with deadlines, so that no crowd takes what
//! another listener needs.

use super::origin::Found;
use axum::{Router, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{io, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

/// A request's head has to arrive within that; it is also how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(5);

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 * 1024;

/// A connection that is not a WebSocket ends after that with the answer it is at, and after twice
/// that in any case: a client that reads nothing does not keep its place.
const LONGEST: Duration = Duration::from_secs(120);

/// How long accepting pauses when the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// Connections beyond the limit that are told so at the same time.
const REFUSALS: usize = 8;

/// How long telling it may take.
const REFUSAL: Duration = Duration::from_secs(1);

/// What a connection beyond the limit is answered.
const FULL: &str = "As many phones follow this talk as the presenter's machine has room for. Try again in a moment.\n";

/// A place among the connections of a listener. A WebSocket takes it along.
#[derive(Clone, Debug)]
pub(super) struct Place {
    _permit: Arc<OwnedSemaphorePermit>,
}

/// Serves `routes` to as many as `most` connections at once, for as long as the process runs.
/// Beyond that, `refused` is called and the connection is answered with status 503; without
/// `refused`, it waits in the kernel's queue.
pub(super) async fn serve(
    listener: TcpListener,
    most: usize,
    refused: Option<impl Fn()>,
    routes: Router,
) {
    let app = TowerToHyperService::new(routes);
    let places = Arc::new(Semaphore::new(most));
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let mut told_already = false;
    loop {
        if refused.is_none() {
            // This loop alone takes places, so the one that is free now is free below, too.
            drop(places.acquire().await);
        }
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) if is_about_one(&error) => continue,
            Err(error) => {
                if !std::mem::replace(&mut told_already, true) {
                    eprintln!("slides: accept failed, pausing: {error}");
                }
                sleep(PAUSE).await;
                continue;
            }
        };
        match (Arc::clone(&places).try_acquire_owned(), &refused) {
            (Ok(permit), _) => {
                // The last quarter is not kept for a next request that may never come.
                let keep_alive = places.available_permits() > most / 4;
                tokio::spawn(connection(stream, permit, app.clone(), keep_alive));
            }
            (Err(_), Some(refused)) => {
                refused();
                // All of them busy: the next connection waits for the first that is done.
                let Ok(refusal) = Arc::clone(&refusals).acquire_owned().await else {
                    continue;
                };
                tokio::spawn(async move {
                    let _too_slow = timeout(REFUSAL, refuse(stream)).await;
                    drop(refusal);
                });
            }
            (Err(_), None) => {}
        }
    }
}

/// One connection, for as long as it speaks HTTP.
async fn connection(
    stream: TcpStream,
    permit: OwnedSemaphorePermit,
    app: TowerToHyperService<Router>,
    keep_alive: bool,
) {
    let found = Found::by(&stream);
    let place = Place {
        _permit: Arc::new(permit),
    };
    let named = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request;
        request.extensions_mut().insert(found);
        request.extensions_mut().insert(place.clone());
        app.call(request)
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(keep_alive)
        .serve_connection(TokioIo::new(stream), named)
        .with_upgrades();
    let mut serving = pin!(serving);
    // A client that breaks off, is too slow or speaks no HTTP is no failure of this server.
    if timeout(LONGEST, serving.as_mut()).await.is_err() {
        serving.as_mut().graceful_shutdown();
        let _broke_off = timeout(LONGEST, serving).await;
    }
}

/// Answers whatever was asked. The request is read first: a socket closed with something unread
/// takes the answer along.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let _request = stream.read(&mut [0; 2048]).await?;
    let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
                Retry-After: 5\r\nCache-Control: no-store\r\nConnection: close";
    let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{FULL}", FULL.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    while stream.read(&mut [0; 2048]).await? > 0 {}
    Ok(())
}

/// The client gave up while it waited in the queue.
fn is_about_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted
    )
}
