//! Hands out the kit over HTTP: `GET` and `HEAD` of the prepared files, within limits.
//!
//! git's "dumb" protocol and cargo's sparse registries are plain files. The response of a client
//! that stops reading ends after [`Limits::stall`]; until then it holds a socket, but no copy of a
//! file.

#[cfg(doc)]
use super::handout::Limits;
use super::handout::{File, Handout, Permit};
use super::rate_limit::RateLimit;
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

/// The bytes of a file that are sent at once.
const PIECE: usize = 16 * 1024;

/// `Retry-After` for a client that was refused, in seconds.
const RETRY_AFTER: &str = "2";

/// The kit's routes.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(handout: Arc<Handout>) -> Router<S> {
    Router::new()
        .route("/snackbar.git/{*path}", any(answer))
        .route("/registry/{*path}", any(answer))
        .with_state(handout)
}

async fn answer(State(handout): State<Arc<Handout>>, request: Request) -> Response {
    let method = request.method().clone();
    if method != Method::GET && method != Method::HEAD {
        let allow = [(header::ALLOW, "GET, HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let files = match handout.files.get() {
        Some(Ok(files)) => files,
        Some(Err(why)) => return unavailable(&format!("This stage hands out no kit: {why}.\n")),
        None => return unavailable("The kit is being prepared: try again in a few seconds.\n"),
    };
    // The path is compared byte by byte and not decoded, so each file has only one name.
    let Some(file) = files.get(request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::ETAG, file.tag.as_str()),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_TYPE, "application/octet-stream"),
    ];
    if is_known(request.headers(), &file.tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let whole = 0..file.bytes.len();
    let (status, range) = match part(request.headers(), whole.end) {
        Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        None => (StatusCode::OK, whole.clone()),
    };
    let mut more = vec![(header::CONTENT_LENGTH, range.len().to_string())];
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{}", range.start, range.end - 1, whole.end);
        more.push((header::CONTENT_RANGE, range));
    }
    let more = axum::response::AppendHeaders(more);
    if method == Method::HEAD {
        return (status, headers, more).into_response();
    }
    let Some(permit) = handout.permit().await else {
        return unavailable("Too many clients download the kit: try again in a few seconds.\n");
    };
    let body = body(&handout, file, range, permit).await;
    (status, headers, more, body).into_response()
}

fn unavailable(why: &str) -> Response {
    let again = [(header::RETRY_AFTER, RETRY_AFTER)];
    (StatusCode::SERVICE_UNAVAILABLE, again, why.to_owned()).into_response()
}

/// Whether the client has this content already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    known.is_some_and(|it| it.as_bytes() == tag.as_bytes())
}

/// Parses `Range: bytes=FROM-` or `bytes=FROM-TO`. `None` without the header, and for every other
/// form of it: then the answer is the whole file.
fn part(headers: &HeaderMap, length: usize) -> Option<Range<usize>> {
    let value = headers.get(header::RANGE)?.to_str().ok()?;
    let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
    let from: usize = from.parse().ok()?;
    let end = match to {
        "" => length,
        to => to.parse::<usize>().ok()?.checked_add(1)?.min(length),
    };
    (from < end).then_some(from..end)
}

/// The body, sent within the rate limits. The permit is released after the last piece.
async fn body(handout: &Arc<Handout>, file: &File, range: Range<usize>, permit: Permit) -> Body {
    let bytes = file.bytes.slice(range);
    if bytes.len() <= PIECE {
        handout.rate_limit.wait(bytes.len()).await;
        return bytes.into();
    }
    let (pieces, taken) = mpsc::channel(1);
    tokio::spawn(send(Arc::clone(handout), bytes, pieces, permit));
    Body::from_stream(stream::unfold(taken, |mut taken| async move {
        Some((taken.recv().await?, taken))
    }))
}

type Piece = Result<Bytes, io::Error>;

async fn send(
    handout: Arc<Handout>,
    mut bytes: Bytes,
    pieces: mpsc::Sender<Piece>,
    _permit: Permit,
) {
    let until = Instant::now() + handout.limits.deadline;
    let alone = RateLimit::new(handout.limits.alone);
    while !bytes.is_empty() {
        let piece = bytes.split_to(bytes.len().min(PIECE));
        let limited = async {
            alone.wait(piece.len()).await;
            handout.rate_limit.wait(piece.len()).await;
        };
        let in_time = timeout_at(until, limited).await.is_ok();
        // The client notices a body that ends early, because its length was announced.
        if !in_time
            || !matches!(
                timeout(handout.limits.stall, pieces.send(Ok(piece))).await,
                Ok(Ok(()))
            )
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
