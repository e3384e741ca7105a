//! Graceful shutdown of axum: as in its documentation, and with WebSockets drained as well.

use super::{forwarded::Forwarded, server_ends::close, visits::Visit};
use axum::{
    Router,
    extract::ws::{WebSocket, WebSocketUpgrade},
    routing::any,
};
use std::{io, sync::Arc, thread};
use tokio::{
    net::TcpStream,
    runtime,
    sync::{Notify, mpsc, oneshot, watch},
};

/// The server of one connection.
struct Server {
    /// Asks the server to shut down.
    shutdown: Notify,
    /// How many WebSockets are open.
    open: watch::Sender<usize>,
}

/// `with_graceful_shutdown` waits for requests. A WebSocket is not a request any more: it was
/// answered with 101 long ago.
pub(super) async fn forgets(stream: TcpStream, visit: Visit) {
    on_own_runtime(stream, |stream| async {
        let server = serve_until_shutdown(stream, |server, mut socket| async move {
            server.shutdown.notify_one();
            // It would run for ever: nothing tells it that the server shuts down.
            while let Some(Ok(_)) = socket.recv().await {}
        });
        let open = *server.await?.open.borrow();
        visit.saw(format!(
            "with_graceful_shutdown returned with {open} socket open, and so did main"
        ));
        Ok(())
    })
    .await;
}

/// Every handler sends a Close frame and reads to the end, and `main` waits for the last one.
pub(super) async fn drains(stream: TcpStream, visit: Visit) {
    on_own_runtime(stream, |stream| async {
        let (saw, seen) = oneshot::channel();
        let saw = Arc::new(std::sync::Mutex::new(Some(saw)));
        let server = serve_until_shutdown(stream, move |server, mut socket| {
            let saw = saw.lock().ok().and_then(|mut saw| saw.take());
            async move {
                server.shutdown.notify_one();
                let seen = close(&mut socket, 1012, "retry in 1500 ms").await;
                let _unless_main_has_returned = saw.map(|saw| saw.send(seen));
            }
        });
        let mut open = server.await?.open.subscribe();
        let _closed = open.wait_for(|&open| open == 0).await;
        visit.saw(seen.await.map_err(io::Error::other)?);
        Ok(())
    })
    .await;
}

/// A real axum server for this one connection, with its real graceful shutdown.
async fn serve_until_shutdown<F>(
    stream: TcpStream,
    handler: impl Fn(Arc<Server>, WebSocket) -> F + Clone + Send + Sync + 'static,
) -> io::Result<Arc<Server>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Arc::new(Server {
        shutdown: Notify::new(),
        open: watch::Sender::new(0),
    });
    let (shared, asked) = (Arc::clone(&server), Arc::clone(&server));
    let upgrade = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |socket| async move {
            shared.open.send_modify(|open| *open += 1);
            handler(Arc::clone(&shared), socket).await;
            shared.open.send_modify(|open| *open -= 1);
        })
    };
    let (sender, connections) = mpsc::channel(1);
    sender.send(stream).await.map_err(io::Error::other)?;
    axum::serve(Forwarded(connections), Router::new().fallback(any(upgrade)))
        .with_graceful_shutdown(async move { asked.shutdown.notified().await })
        .await?;
    Ok(server)
}

/// Runs `main` on a runtime of its own. When a `main` returns, its runtime is dropped, and every
/// task with it.
async fn on_own_runtime<F>(stream: TcpStream, main: impl FnOnce(TcpStream) -> F + Send + 'static)
where
    F: Future<Output = io::Result<()>>,
{
    let Ok(stream) = stream.into_std() else {
        return;
    };
    let run = move || {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async { main(TcpStream::from_std(stream)?).await })
    };
    let (ended, end) = oneshot::channel();
    thread::spawn(move || ended.send(run()));
    if let Ok(Err(error)) = end.await {
        tracing::warn!(%error, "shutdown scenario failed");
    }
}
