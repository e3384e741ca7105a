//! What RFC 9112 asks of a server beside the parsing, which is hyper's: exactly one host, and a
//! target of a form that fits the method.

use axum::{
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version, header, uri::Authority},
    response::{IntoResponse, Response},
};

/// The longest target of a request, in bytes. RFC 9112 (section 3) recommends at least 8,000.
const LONGEST_TARGET: usize = 8_000;

/// Why a request is refused before it is routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadRequest {
    /// HTTP/1.1 without a `Host` (section 3.2).
    NoHost,
    /// Several `Host` lines (section 3.2).
    SeveralHosts,
    /// A `Host` that is none (section 3.2).
    InvalidHost,
    /// A target that is neither a path nor the URL of one (section 3.2).
    InvalidTarget,
    /// Both `Content-Length` and `Transfer-Encoding`, which smuggles requests (section 6.1).
    TwoLengths,
    /// A target that is too long (section 3).
    LongTarget,
    /// A method that the server does not know (RFC 9110, section 9.1). Methods are case-sensitive.
    UnknownMethod,
    /// `OPTIONS *`: no error, but no route either (RFC 9110, section 9.3.7).
    AsksForOptions,
}

impl IntoResponse for BadRequest {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            Self::NoHost => (
                StatusCode::BAD_REQUEST,
                "the request has no Host header; a proxy has to pass it on\n",
            ),
            Self::SeveralHosts => (
                StatusCode::BAD_REQUEST,
                "the request has several Host headers\n",
            ),
            Self::InvalidHost => (
                StatusCode::BAD_REQUEST,
                "the request's Host header is no host\n",
            ),
            Self::InvalidTarget => (
                StatusCode::BAD_REQUEST,
                "the request's target is not a path\n",
            ),
            Self::TwoLengths => (
                StatusCode::BAD_REQUEST,
                "the request has both Content-Length and Transfer-Encoding\n",
            ),
            Self::LongTarget => (
                StatusCode::URI_TOO_LONG,
                "the request's target is too long\n",
            ),
            Self::UnknownMethod => (
                StatusCode::NOT_IMPLEMENTED,
                "there is no such method here\n",
            ),
            Self::AsksForOptions => (StatusCode::NO_CONTENT, ""),
        };
        let mut answer = (status, sentence).into_response();
        let headers = answer.headers_mut();
        match self {
            Self::AsksForOptions => {
                let methods = HeaderValue::from_static("GET, HEAD, POST, OPTIONS");
                headers.insert(header::ALLOW, methods)
            }
            // Where the next request would begin is not certain.
            _ => headers.insert(header::CONNECTION, HeaderValue::from_static("close")),
        };
        answer
    }
}

/// Checks a request, and puts the host of a target in absolute form into its headers: it is the one
/// that counts (section 3.2.2).
///
/// # Errors
/// The request is not routed.
pub(super) fn check<B>(request: &mut Request<B>) -> Result<(), BadRequest> {
    let (uri, method, headers) = (request.uri(), request.method(), request.headers());
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
        Method::TRACE,
    ];
    let lengths = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
    let from_target = match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(authority)) => Some(authority.clone()),
        (None, None) => None,
        // Of a `CONNECT`, or a word that looks like one.
        _ if method != Method::CONNECT => return Err(BadRequest::InvalidTarget),
        _ => return Err(BadRequest::UnknownMethod),
    };
    let host = host(headers, request.version())?;
    let length = uri.path_and_query().map_or(0, |it| it.as_str().len());
    match uri.path() {
        _ if !known.contains(method) => return Err(BadRequest::UnknownMethod),
        _ if lengths.iter().all(|it| headers.contains_key(it)) => {
            return Err(BadRequest::TwoLengths);
        }
        _ if length > LONGEST_TARGET => return Err(BadRequest::LongTarget),
        "*" if method == Method::OPTIONS => return Err(BadRequest::AsksForOptions),
        path if path.starts_with('/') => {}
        _ => return Err(BadRequest::InvalidTarget),
    }
    if let Some(authority) = from_target {
        let named = is_host(authority.as_str()).then(|| HeaderValue::from_str(authority.as_str()));
        let named = named.and_then(Result::ok).ok_or(BadRequest::InvalidHost)?;
        request.headers_mut().insert(header::HOST, named);
    } else if let Some(host) = host
        && !host.to_str().is_ok_and(is_host)
    {
        return Err(BadRequest::InvalidHost);
    }
    Ok(())
}

/// The one `Host`. `None` in a request of HTTP/1.0, which need not have one.
fn host(headers: &HeaderMap, version: Version) -> Result<Option<&HeaderValue>, BadRequest> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => Err(BadRequest::SeveralHosts),
        (None, None) if version >= Version::HTTP_11 => Err(BadRequest::NoHost),
        (host, None) => Ok(host),
    }
}

/// Whether this is a host, perhaps with a port, and without a user.
fn is_host(host: &str) -> bool {
    let authority: Result<Authority, _> = host.parse();
    authority.is_ok_and(|it| !host.contains('@') && !it.host().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(method: &str, target: &str, hosts: &[&str]) -> Result<Option<String>, BadRequest> {
        let mut request = Request::builder().method(method).uri(target);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let mut request = request.body(()).expect("a request");
        check(&mut request)?;
        let host = request.headers().get(header::HOST);
        Ok(host.map(|host| host.to_str().expect("text").to_owned()))
    }

    #[test]
    fn a_request_names_one_host_and_that_of_its_target_counts() {
        for (target, hosts, is) in [
            ("/", &["a:7008"][..], Ok("a:7008")),
            ("/", &["[::1]:7008"], Ok("[::1]:7008")),
            ("/", &[], Err(BadRequest::NoHost)),
            ("/", &["a", "a"], Err(BadRequest::SeveralHosts)),
            ("http://b/", &["a", "b"], Err(BadRequest::SeveralHosts)),
            ("http://b/", &[], Err(BadRequest::NoHost)),
            ("http://b:80/x", &["a"], Ok("b:80")),
            ("https://b", &["not a host"], Ok("b")),
            ("http://user@b/", &["a"], Err(BadRequest::InvalidHost)),
            ("ftp://b/", &["a"], Err(BadRequest::InvalidTarget)),
            ("/", &["a b"], Err(BadRequest::InvalidHost)),
            ("/", &["a/b"], Err(BadRequest::InvalidHost)),
            ("/", &["user@a"], Err(BadRequest::InvalidHost)),
            ("/", &[""], Err(BadRequest::InvalidHost)),
            ("/", &[":80"], Err(BadRequest::InvalidHost)),
            ("*", &["a"], Err(BadRequest::InvalidTarget)),
            ("word", &["a"], Err(BadRequest::InvalidTarget)),
        ] {
            let is = is.map(|host| Some(host.to_owned()));
            assert_eq!(checked("GET", target, hosts), is, "{target} {hosts:?}");
        }
    }

    #[test]
    fn a_method_is_known_by_its_exact_name() {
        let asked = |method, target| checked(method, target, &["a"]).map(drop);
        assert_eq!(asked("POST", "/"), Ok(()));
        for unknown in ["get", "Get", "BREW"] {
            assert_eq!(asked(unknown, "/"), Err(BadRequest::UnknownMethod));
        }
        assert_eq!(asked("CONNECT", "a:80"), Err(BadRequest::UnknownMethod));
        assert_eq!(asked("OPTIONS", "*"), Err(BadRequest::AsksForOptions));
        let long = "/".repeat(LONGEST_TARGET);
        assert_eq!(asked("GET", &long), Ok(()));
        assert_eq!(
            asked("GET", &format!("{long}/")),
            Err(BadRequest::LongTarget)
        );
    }
}
