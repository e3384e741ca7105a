//! How the kit is handed out: `GET` and `HEAD` of the files that were prepared, within limits.
//!
//! git's "dumb" protocol and cargo's sparse registries are plain files over HTTP. A client that
//! stops reading gives its response back after [`Limits::stall`]; what it holds then is a socket,
//! and no copy of a file.

#[cfg(doc)]
use super::handout::Limits;
use super::handout::{File, Hall, Seat};
use super::rate_limit::Pace;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures_util::stream;
use std::{io, ops::Range, sync::Arc};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout, timeout_at},
};

/// The bytes that leave at once.
const PIECE: usize = 16 * 1024;

/// When a client that was refused should try again, in seconds.
const AGAIN: &str = "2";

/// The kit's routes.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(hall: Arc<Hall>) -> Router<S> {
    Router::new()
        .route("/snackbar.git/{*path}", any(answer))
        .route("/registry/{*path}", any(answer))
        .with_state(hall)
}

async fn answer(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let method = request.method().clone();
    if method != Method::GET && method != Method::HEAD {
        let allow = [(header::ALLOW, "GET, HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let files = match hall.files.get() {
        Some(Ok(files)) => files,
        Some(Err(why)) => return later(&format!("This stage hands out no kit: {why}.\n")),
        None => return later("The kit is being prepared: try again in a few seconds.\n"),
    };
    // The very bytes of the path: nothing is decoded, so no two spellings name one file.
    let Some(file) = files.get(request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::ETAG, file.tag.as_str()),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_TYPE, "application/octet-stream"),
    ];
    if knows(request.headers(), &file.tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let whole = 0..file.bytes.len();
    let (status, range) = match part(request.headers(), whole.end) {
        Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        None => (StatusCode::OK, whole.clone()),
    };
    let mut more = vec![(header::CONTENT_LENGTH, range.len().to_string())];
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {}-{}/{}", range.start, range.end - 1, whole.end);
        more.push((header::CONTENT_RANGE, said));
    }
    let more = axum::response::AppendHeaders(more);
    if method == Method::HEAD {
        return (status, headers, more).into_response();
    }
    let Some(seat) = hall.seat().await else {
        return later("Too many clients fetch the kit: try again in a few seconds.\n");
    };
    let body = body(&hall, file, range, seat).await;
    (status, headers, more, body).into_response()
}

fn later(why: &str) -> Response {
    let again = [(header::RETRY_AFTER, AGAIN)];
    (StatusCode::SERVICE_UNAVAILABLE, again, why.to_owned()).into_response()
}

/// Whether the client has this very content.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    known.is_some_and(|it| it.as_bytes() == tag.as_bytes())
}

/// What `Range: bytes=FROM-` or `bytes=FROM-TO` asks for. `None` for the whole file, also if the
/// header says anything else.
fn part(headers: &HeaderMap, length: usize) -> Option<Range<usize>> {
    let said = headers.get(header::RANGE)?.to_str().ok()?;
    let (from, to) = said.strip_prefix("bytes=")?.split_once('-')?;
    let from: usize = from.parse().ok()?;
    let end = match to {
        "" => length,
        to => to.parse::<usize>().ok()?.checked_add(1)?.min(length),
    };
    (from < end).then_some(from..end)
}

/// The bytes, at the kit's pace. The seat is given back once the last piece was taken.
async fn body(hall: &Arc<Hall>, file: &File, range: Range<usize>, seat: Seat) -> Body {
    let bytes = file.bytes.slice(range);
    if bytes.len() <= PIECE {
        hall.pace.wait(bytes.len()).await;
        return bytes.into();
    }
    let (pieces, taken) = mpsc::channel(1);
    tokio::spawn(send(Arc::clone(hall), bytes, pieces, seat));
    Body::from_stream(stream::unfold(taken, |mut taken| async move {
        Some((taken.recv().await?, taken))
    }))
}

type Piece = Result<Bytes, io::Error>;

async fn send(hall: Arc<Hall>, mut bytes: Bytes, pieces: mpsc::Sender<Piece>, _seat: Seat) {
    let until = Instant::now() + hall.limits.deadline;
    let alone = Pace::new(hall.limits.alone);
    while !bytes.is_empty() {
        let piece = bytes.split_to(bytes.len().min(PIECE));
        let paced = async {
            alone.wait(piece.len()).await;
            hall.pace.wait(piece.len()).await;
        };
        let in_time = timeout_at(until, paced).await.is_ok();
        // A body that ends early is an error on the client's side, too: its length was announced.
        if !in_time
            || !matches!(
                timeout(hall.limits.stall, pieces.send(Ok(piece))).await,
                Ok(Ok(()))
            )
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
