//! The same causes without a browser, as tokio-tungstenite sees them. It is stricter and less
//! patient than a browser.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::time::Duration;

use bots::program::Program;
use futures_util::{SinkExt, StreamExt};
use lab_1006::{
    self as lab, Cause,
    cause::{Act, Group},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than any cause takes.
const LONG: Duration = Duration::from_secs(60);

/// Shorter than any network stays silent.
const SHORT: Duration = Duration::from_secs(4);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a connection ended for this client.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Refused,
    Close(Option<(u16, String)>),
    NoClose,
    Silence,
}

/// The end that the table of causes expects.
fn expected(cause: &Cause) -> End {
    let it = cause.expected;
    match (it.opened, it.code) {
        (false, _) => End::Refused,
        (true, None) => End::Silence,
        (true, Some(1005)) => End::Close(None),
        (true, Some(1006)) => End::NoClose,
        (true, Some(code)) => End::Close(Some((code, it.reason.to_owned()))),
    }
}

async fn happen(address: SocketAddr, cause: &Cause) -> End {
    let url = format!("ws://{address}/ws/{}?visit={}", cause.name, cause.name);
    // Some servers never answer. One that does may take long on a busy machine.
    let patience = match expected(cause) {
        End::Refused => SHORT,
        _ => LONG,
    };
    let mut socket = match timeout(patience, connect_async(url)).await {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(_)) | Err(_) => return End::Refused,
    };
    act(&mut socket, cause.act).await;
    let patience = match expected(cause) {
        End::Silence => SHORT,
        _ => LONG,
    };
    timeout(patience, end(&mut socket))
        .await
        .unwrap_or(End::Silence)
}

async fn act(socket: &mut Socket, act: Act) {
    let close = |code: u16, reason: &'static str| CloseFrame {
        code: code.into(),
        reason: reason.into(),
    };
    // If the server has closed already, the client finds out when it reads.
    let _unless_gone = match act {
        Act::Say(text) => socket.send(Message::text(text)).await,
        Act::Close(code, reason) => socket.close(Some(close(code, reason))).await,
        Act::Hangup => socket.close(None).await,
        Act::Send(bytes, times) => many(socket, bytes, times).await,
        _ => Ok(()),
    };
}

async fn many(socket: &mut Socket, bytes: u32, times: u32) -> Result<(), Error> {
    let message = vec![0; usize::try_from(bytes).expect("it fits")];
    for _ in 0..times {
        socket.send(Message::binary(message.clone())).await?;
    }
    Ok(())
}

/// Reads to the end, as a good client does. Its own Close frame is sent meanwhile.
async fn end(socket: &mut Socket) -> End {
    let mut end = End::NoClose;
    while let Ok(Some(Ok(received))) = timeout(LONG, socket.next()).await {
        if let Message::Close(frame) = received {
            let words = frame.map(|it| (it.code.into(), it.reason.as_str().to_owned()));
            end = End::Close(words);
            // Do not wait for a server that never ends the TCP connection.
            let _long_enough = timeout(SHORT, socket.next()).await;
            break;
        }
    }
    end
}

/// What the server saw of the visit that has this cause's name.
async fn saw(address: SocketAddr, cause: &Cause) -> String {
    let request = format!(
        "GET /saw?visit={} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n",
        cause.name
    );
    let mut answer = String::new();
    let asking = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_string(&mut answer).await
    };
    let _checked_below = timeout(LONG, asking).await;
    answer
}

/// Makes the cause happen. Returns what differs from the table of causes.
async fn differences(address: SocketAddr, cause: &'static Cause) -> Vec<String> {
    let mut wrong = Vec::new();
    let seen = happen(address, cause).await;
    if seen != expected(cause) {
        wrong.push(format!(
            "{}: {seen:?} and not {:?}",
            cause.name,
            expected(cause)
        ));
    }
    // In other groups the server's log line depends on the client.
    if cause.group == Group::Server {
        let saw = saw(address, cause).await;
        if !saw.contains(cause.expected.saw) {
            wrong.push(format!("{}: the server saw {saw}", cause.name));
        }
    }
    wrong
}

/// All causes happen at once, because most of them are a wait.
#[test]
fn every_cause_ends_the_same_way_without_a_browser() {
    let lab = Program::start(env!("CARGO_BIN_EXE_1006-lab"), &[]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (wrong, done) = runtime.block_on(async {
        let mut happening = JoinSet::new();
        for cause in lab::all() {
            // What only a browser does, and what only a browser rejects.
            let needs_browser =
                matches!(cause.act, Act::Leave | Act::Hold | Act::Ask | Act::Nowhere)
                    || cause.name == "sends-1006";
            // This client would wait for the answer to its Close frame without a limit.
            let never_answers = cause.name == "unanswered-close";
            if !needs_browser && !never_answers {
                happening.spawn(differences(lab.address(), cause));
            }
        }
        let done = happening.len();
        (happening.join_all().await.concat(), done)
    });
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let groups = [
        Group::Server,
        Group::Close,
        Group::Frame,
        Group::Refusal,
        Group::Network,
    ];
    let all = lab::all()
        .filter(|cause| groups.contains(&cause.group))
        .count();
    assert!(done + 4 >= all, "only {done} of {all} were made to happen");
    let log = lab.stderr();
    assert!(log.contains("connection ended"), "{log}");
    assert!(!log.contains('\u{1b}'), "a pipe gets no colours: {log}");
}

#[test]
fn a_taken_port_is_explained_in_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    let mut lab = std::process::Command::new(env!("CARGO_BIN_EXE_1006-lab"));
    let ended = Program::run(lab.args(["--listen", &address]), LONG);
    assert_eq!(ended.code, Some(1), "{ended}");
    let why = ended.stderr;
    let begin = format!("1006-lab: cannot listen on {address}: another program listens there");
    assert!(
        why.starts_with(&begin) && why.contains("end that program"),
        "{why}"
    );
}

#[test]
fn a_wrong_address_is_explained_in_a_sentence() {
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_1006-lab"))
        .args(["--listen", "here"])
        .output()
        .expect("it can be started");
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&ended.stderr).trim_end(),
        "1006-lab: --listen wants an address and a port, such as 127.0.0.1:7106, not \"here\"; \
         --help lists the options"
    );
}
