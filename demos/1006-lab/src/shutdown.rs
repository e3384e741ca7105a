//! A server that is asked to end: axum's graceful shutdown as the documentation has it, and the
//! same led to its end.

use super::{forwarded::Forwarded, server_ends::goodbye, visits::Visit};
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

/// What the server of one socket knows: whether it was asked to end, and how many sockets are open.
struct Server {
    asked: Notify,
    open: watch::Sender<usize>,
}

/// Asked to end, `with_graceful_shutdown` waits for requests. A socket is none: it was answered
/// with 101 long ago.
pub(super) async fn orphans(stream: TcpStream, visit: Visit) {
    on_a_runtime_of_its_own(stream, |stream| async {
        let server = serve_until_asked(stream, |server, mut socket| async move {
            server.asked.notify_one();
            // It would play for ever: nobody tells it that the server was asked to end.
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

/// Each socket is told, says Close, reads to the end; and `main` waits for the last of them.
pub(super) async fn tells_everybody(stream: TcpStream, visit: Visit) {
    on_a_runtime_of_its_own(stream, |stream| async {
        let (saw, seen) = oneshot::channel();
        let saw = Arc::new(std::sync::Mutex::new(Some(saw)));
        let server = serve_until_asked(stream, move |server, mut socket| {
            let saw = saw.lock().ok().and_then(|mut saw| saw.take());
            async move {
                server.asked.notify_one();
                let heard = goodbye(&mut socket, 1012, "retry in 1500 ms").await;
                let _unless_main_has_gone = saw.map(|saw| saw.send(heard));
            }
        });
        let mut open = server.await?.open.subscribe();
        let _closed = open.wait_for(|&open| open == 0).await;
        visit.saw(seen.await.map_err(io::Error::other)?);
        Ok(())
    })
    .await;
}

/// A real axum server for this one connection, and its real graceful shutdown.
async fn serve_until_asked<F>(
    stream: TcpStream,
    handler: impl Fn(Arc<Server>, WebSocket) -> F + Clone + Send + Sync + 'static,
) -> io::Result<Arc<Server>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Arc::new(Server {
        asked: Notify::new(),
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
    let (guest, guests) = mpsc::channel(1);
    guest.send(stream).await.map_err(io::Error::other)?;
    axum::serve(Forwarded(guests), Router::new().fallback(any(upgrade)))
        .with_graceful_shutdown(async move { asked.asked.notified().await })
        .await?;
    Ok(server)
}

/// What returns from `main` takes its runtime along, and that every task: so this server has its
/// own.
async fn on_a_runtime_of_its_own<F>(
    stream: TcpStream,
    main: impl FnOnce(TcpStream) -> F + Send + 'static,
) where
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
        tracing::warn!(%error, "the server that was to be shut down failed");
    }
}
