//! The front: one port, where each connection is looked at, unread, and handed to whom it is for.

use super::{cause::Serve, causes, guests::Guests, read::drain, visits::Visits, web};
use socket2::{Domain, SockAddr, Socket, Type};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};

/// Connections that may wait for axum.
const WAITING: usize = 16;

/// How long a request's head may take.
const HEAD: Duration = Duration::from_secs(5);

/// The longest head that is looked at.
const LONGEST: usize = 8192;

/// What the connections of a lab share.
pub struct Lab {
    pub(super) address: SocketAddr,
    pub(super) visits: Arc<Visits>,
    /// A port that belongs to us, and at which nobody listens.
    pub(super) nowhere: SocketAddr,
    app: mpsc::Sender<TcpStream>,
    _nowhere: Socket,
}

/// What the head of a request says that matters here.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    cause: String,
    visit: String,
    from_elsewhere: bool,
}

impl Lab {
    /// Opens the lab on this listener, until it fails.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn open(listener: TcpListener) -> io::Result<()> {
        let (app, guests) = mpsc::channel(WAITING);
        let (nowhere, at) = nowhere()?;
        let lab = Arc::new(Lab {
            address: listener.local_addr()?,
            visits: Arc::default(),
            nowhere: at,
            app,
            _nowhere: nowhere,
        });
        let router = web::router(Arc::clone(&lab));
        tokio::spawn(async { axum::serve(Guests(guests), router).await });
        loop {
            let (stream, _) = harness_tokio::accept(&listener).await?;
            let lab = Arc::clone(&lab);
            tokio::spawn(async move {
                // A connection that fails here is one that ended before it said what it wants.
                let _ended_early = lab.welcome(stream).await;
            });
        }
    }

    async fn welcome(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let asked = timeout(HEAD, look(&stream)).await??;
        if asked.as_ref().is_some_and(|asked| asked.from_elsewhere) {
            return turn_away(stream).await;
        }
        let cause = asked
            .as_ref()
            .and_then(|asked| causes::by_name(&asked.cause));
        let stream = match cause {
            Some(cause) => cause.line.lay(stream).await?,
            None => stream,
        };
        match (cause.map(|cause| (cause.name, cause.serve)), asked) {
            (Some((name, Serve::Raw(serve))), Some(asked)) => {
                serve(stream, self.visits.begin(name, &asked.visit)).await;
                Ok(())
            }
            _ => self.app.send(stream).await.map_err(io::Error::other),
        }
    }
}

/// Another site's page wants to use the browser of whoever looks at it to press our buttons.
async fn turn_away(mut stream: TcpStream) -> io::Result<()> {
    let no = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.write_all(no.as_bytes()).await?;
    stream.shutdown().await?;
    drain(&mut stream).await;
    Ok(())
}

/// Reads the head without taking it. `None`: it asks for no cause.
async fn look(stream: &TcpStream) -> io::Result<Option<Asked>> {
    let mut head = vec![0; LONGEST];
    let mut seen = 0;
    loop {
        let size = stream.peek(&mut head).await?;
        if size == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&head[..size]);
        if text.contains("\r\n\r\n") || size == LONGEST {
            return Ok(asked(&text));
        }
        // What was looked at stays there: without a pause this would be a busy wait.
        if size == seen {
            sleep(Duration::from_millis(5)).await;
        }
        seen = size;
    }
}

fn asked(head: &str) -> Option<Asked> {
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
    // Without an Origin it is no browser, and no other site's page either.
    let from_elsewhere =
        header("origin").is_some_and(|origin| origin.strip_prefix("http://") != header("host"));
    Some(Asked {
        cause: cause.to_owned(),
        visit: visit.to_owned(),
        from_elsewhere,
    })
}

/// A port that is ours, so that nobody else can begin to listen there.
fn nowhere() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SockAddr::from(SocketAddr::from(([127, 0, 0, 1], 0))))?;
    let address = socket.local_addr()?.as_socket();
    let address = address.ok_or_else(|| io::Error::other("no address"))?;
    Ok((socket, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "GET /ws/reset?visit=7f HTTP/1.1\r\nHost: 127.0.0.1:7106\r\nOrigin: ORIGIN\r\n\r\n";

    #[test]
    fn a_cause_and_its_visit_are_found_in_the_head() {
        let own = HEAD.replace("ORIGIN", "http://127.0.0.1:7106");
        let asked_for = |from_elsewhere| Asked {
            cause: "reset".to_owned(),
            visit: "7f".to_owned(),
            from_elsewhere,
        };
        assert_eq!(asked(&own), Some(asked_for(false)));
        let other = HEAD.replace("ORIGIN", "http://example.com");
        assert_eq!(asked(&other), Some(asked_for(true)));
        assert_eq!(asked("GET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(asked(""), None);
    }
}
