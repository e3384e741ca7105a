//! One port for all causes: reads which cause a connection asks for, without consuming the request,
//! and passes the connection to that cause's server.

use super::{
    cause::Serve,
    causes,
    forwarded::Forwarded,
    read_to_end::drain,
    state::{ClosedPort, ServerState},
    web,
};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};

/// How many connections may wait for axum.
const WAITING: usize = 16;

/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How many bytes of a head are read at most.
const HEAD_LIMIT: usize = 8192;

/// The part of a request's head that the dispatch needs.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    cause: String,
    visit: String,
    is_cross_origin: bool,
}

/// Serves the lab on this listener, until the listener fails.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let (to_axum, connections) = mpsc::channel(WAITING);
    let state = Arc::new(ServerState {
        address: listener.local_addr()?,
        visits: Arc::default(),
        closed_port: ClosedPort::reserve()?,
    });
    let router = web::router(Arc::clone(&state));
    tokio::spawn(async { axum::serve(Forwarded(connections), router).await });
    loop {
        let (stream, _) = harness_tokio::accept(&listener).await?;
        let (state, to_axum) = (Arc::clone(&state), to_axum.clone());
        tokio::spawn(async move {
            // It fails if the client ends the connection before its request is complete.
            let _ended_early = dispatch(&state, &to_axum, stream).await;
        });
    }
}

async fn dispatch(
    state: &ServerState,
    to_axum: &mpsc::Sender<TcpStream>,
    stream: TcpStream,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let head = timeout(HEAD_TIMEOUT, peek_head(&stream)).await??;
    if head.as_ref().is_some_and(|head| head.is_cross_origin) {
        return refuse(stream).await;
    }
    let cause = head.as_ref().and_then(|head| causes::by_name(&head.cause));
    let stream = match cause {
        Some(cause) => cause.network.connect(stream).await?,
        None => stream,
    };
    match (cause.map(|cause| (cause.name, cause.serve)), head) {
        (Some((name, Serve::Raw(serve))), Some(head)) => {
            serve(stream, state.visits.begin(name, &head.visit)).await;
            Ok(())
        }
        _ => to_axum.send(stream).await.map_err(io::Error::other),
    }
}

/// Refuses a page of another site, which tries to press the lab's buttons from a visitor's browser.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let answer = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    drain(&mut stream).await;
    Ok(())
}

/// Reads the head of the request and leaves it in the kernel. `None` if it asks for no cause.
async fn peek_head(stream: &TcpStream) -> io::Result<Option<Head>> {
    let mut head = vec![0; HEAD_LIMIT];
    let mut seen = 0;
    loop {
        let size = stream.peek(&mut head).await?;
        if size == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&head[..size]);
        if text.contains("\r\n\r\n") || size == HEAD_LIMIT {
            return Ok(parse(&text));
        }
        // The bytes stay readable, so without a pause this loop would be busy.
        if size == seen {
            sleep(Duration::from_millis(5)).await;
        }
        seen = size;
    }
}

fn parse(head: &str) -> Option<Head> {
    let mut lines = head.lines();
    let target = lines.next()?.split(' ').nth(1)?;
    let (cause, query) = target.strip_prefix("/ws/")?.split_once('?')?;
    let visit = query.strip_prefix("visit=")?;
    let header = |name: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    // A request without an Origin header does not come from a page.
    let is_cross_origin =
        header("origin").is_some_and(|origin| origin.strip_prefix("http://") != header("host"));
    Some(Head {
        cause: cause.to_owned(),
        visit: visit.to_owned(),
        is_cross_origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str =
        "GET /ws/reset?visit=7f HTTP/1.1\r\nHost: 127.0.0.1:7106\r\nOrigin: ORIGIN\r\n\r\n";

    #[test]
    fn a_cause_and_its_visit_are_found_in_the_head() {
        let own = REQUEST.replace("ORIGIN", "http://127.0.0.1:7106");
        let head = |is_cross_origin| Head {
            cause: "reset".to_owned(),
            visit: "7f".to_owned(),
            is_cross_origin,
        };
        assert_eq!(parse(&own), Some(head(false)));
        let other = REQUEST.replace("ORIGIN", "http://example.com");
        assert_eq!(parse(&other), Some(head(true)));
        assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(parse(""), None);
    }
}
