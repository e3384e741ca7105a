//! HTTP requests.

use super::PATIENCE;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// Sends a GET request with extra headers. Returns the status and the whole answer.
pub(crate) fn ask(address: SocketAddr, path: &str, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let host = if headers.to_ascii_lowercase().contains("host:") {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    write!(
        stream,
        "GET {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n"
    )
    .expect("the server reads");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer); // A reset after the answer does not matter.
    let status = answer
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    (status, answer)
}

/// Sends a GET request and parses the JSON of the answer.
pub(crate) fn ask_json(address: SocketAddr, path: &str) -> serde_json::Value {
    let (status, answer) = ask(address, path, "");
    assert_eq!(status, 200, "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}
