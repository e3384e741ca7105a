//! *Break it first* in a browser: a page, and the game behind it.
//!
//! By hand, because a web server would be the largest crate that a learner builds: one page, one
//! address to post to, on the loopback interface only, behind a word that no other page can guess.

mod game;
mod request;

use crate::attack::Whose;
use crate::commands::Context;
use crate::runner::{Runner, seal};
use crate::set::{Exercise, Set};
use game::Game;
use request::{PATIENCE, Refusal, Request};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

const PAGE: &str = include_str!("web.html");
/// How many connections may be open: a browser opens a few.
const CONNECTIONS: usize = 16;
/// What the page may do: nothing but talk to this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Where the page of an exercise was served: `.learn/NN_topic/page.toml`. The next time it has the
/// same address, so that a page that is still open goes on.
#[derive(Serialize, Deserialize)]
struct Address {
    port: u16,
    /// The secret word of the path.
    word: String,
}

impl Address {
    fn file(exercise: &Exercise) -> String {
        format!(".learn/{}/page.toml", exercise.name)
    }

    /// Listens at the address of last time if it is free, else at a new one.
    fn listen(set: &Set, exercise: &Exercise) -> Result<(TcpListener, Address), String> {
        let failed = |why: io::Error| format!("the page cannot be served: {why}");
        let before = set.read(&Address::file(exercise)).unwrap_or_default();
        let before = toml::from_str(&before).ok().filter(|address: &Address| {
            address.word.len() == 32 && address.word.bytes().all(|it| it.is_ascii_hexdigit())
        });
        if let Some(address) = before
            && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, address.port))
        {
            return Ok((listener, address));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let word = seal()?;
        let address = Address { port, word };
        // Without it the page has another address the next time.
        let _unless_read_only = address.keep(set, exercise);
        Ok((listener, address))
    }

    /// Writes the file, for this user only: other users of this machine can open the port too.
    fn keep(&self, set: &Set, exercise: &Exercise) -> io::Result<()> {
        let path = set.here.join(Address::file(exercise));
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        // An older file may be readable for all.
        let _unless_there_is_none = fs::remove_file(&path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let text = toml::to_string(self).map_err(io::Error::other)?;
        options.open(path)?.write_all(text.as_bytes())
    }
}

/// What the program reads from, which decides how the page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Terminal,
    /// A program holds the other end, for example the screen of `learn`: the page ends with it.
    Pipe,
    /// `/dev/null` or a file, as in the background: its end means nothing.
    #[cfg(unix)]
    Nothing,
}

impl Input {
    fn of_this_process() -> Input {
        match io::stdin().is_terminal() {
            true => Input::Terminal,
            false => Input::without_a_terminal(),
        }
    }

    #[cfg(unix)]
    fn without_a_terminal() -> Input {
        use std::os::fd::AsFd;
        use std::os::unix::fs::FileTypeExt;

        let input = io::stdin().as_fd().try_clone_to_owned();
        let kind = input.and_then(|it| Ok(fs::File::from(it).metadata()?.file_type()));
        match kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket()) {
            true => Input::Pipe,
            false => Input::Nothing,
        }
    }

    #[cfg(not(unix))]
    fn without_a_terminal() -> Input {
        Input::Pipe
    }
}

/// Serves the page until the program is ended, or its input ends if that is a pipe.
pub(crate) fn serve(context: &mut Context, exercise: &Exercise) -> Result<bool, String> {
    // The page may stay open for long: the folder that makes verdicts fast is for the screen.
    context.runner = Some(Runner::cold(&context.root)?);
    let attack = context.attack(exercise, Whose::Original, None)?;
    let (listener, address) = Address::listen(&context.set, exercise)?;
    let host = format!("{}:{}", Ipv4Addr::LOCALHOST, address.port);
    let word = address.word;
    let ends = match Input::of_this_process() {
        Input::Terminal => "Ctrl-C ends it".to_owned(),
        Input::Pipe => "it ends with its input".to_owned(),
        #[cfg(unix)]
        Input::Nothing => format!("to end it: kill {}", std::process::id()),
    };
    context
        .screen
        .as_it_is(&format!("Open http://{host}/{word}/ ({ends})"));
    if Input::of_this_process() == Input::Pipe {
        thread::spawn(|| {
            let _until_then = io::copy(&mut io::stdin(), &mut io::sink());
            let _unless_closed =
                writeln!(io::stdout(), "The input has ended, and so does the page.");
            std::process::exit(0);
        });
    }
    let game = Mutex::new(Game::new(context, attack));
    let open = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for connection in listener.incoming() {
            let Ok(connection) = connection else {
                continue;
            };
            let before = open.fetch_add(1, SeqCst);
            // No browser opens twice as many: these are closed without a word.
            if before >= 2 * CONNECTIONS {
                open.fetch_sub(1, SeqCst);
                continue;
            }
            let (open, game, host, word) = (Arc::clone(&open), &game, &host, &word);
            scope.spawn(move || {
                // An error: the browser has gone.
                let _unless_gone = match before < CONNECTIONS {
                    true => answer(connection, game, host, word),
                    false => refuse(connection, &too_many()),
                };
                open.fetch_sub(1, SeqCst);
            });
        }
    });
    Ok(true)
}

/// Reads one request, answers it, and closes the connection.
fn answer(
    mut connection: TcpStream,
    game: &Mutex<Game<'_>>,
    host: &str,
    word: &str,
) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let request = request::read(&mut connection)?;
    match request.and_then(|request| respond(&request, game, host, word)) {
        Ok((kind, body)) => send(&mut connection, "200 OK", kind, &body),
        Err(refusal) => refuse(connection, &refusal),
    }
}

/// The answer to a connection beyond [`CONNECTIONS`].
fn too_many() -> Refusal {
    let why = "this page has too many connections open at the moment";
    Refusal::new("503 Service Unavailable", why)
}

/// Says why a request is not answered, and closes the connection.
fn refuse(mut connection: TcpStream, Refusal(status, why): &Refusal) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    send(&mut connection, status, "text/plain", why)?;
    read_the_rest(&mut connection)
}

/// Reads what else the browser sends, up to a limit. A connection that is closed with unread bytes
/// is reset, and the browser may lose the answer.
fn read_the_rest(connection: &mut TcpStream) -> io::Result<()> {
    const REST: u64 = 4 << 20;
    connection.shutdown(Shutdown::Write)?;
    let (began, mut left) = (Instant::now(), connection.take(REST));
    while left.read(&mut [0; 4096])? > 0 && began.elapsed() < PATIENCE {}
    Ok(())
}

fn send(connection: &mut TcpStream, status: &str, kind: &str, body: &str) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nReferrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes())?;
    connection.write_all(body.as_bytes())
}

/// Returns the kind of the answer and its body.
fn respond(
    request: &Request,
    game: &Mutex<Game<'_>>,
    host: &str,
    word: &str,
) -> Result<(&'static str, String), Refusal> {
    // Another name for this machine may be another site's, whose pages could read the answer.
    if request.host != host {
        let why = format!("this page is served at http://{host} only");
        return Err(Refusal("421 Misdirected Request", why));
    }
    let is_ours = |origin: &String| *origin == format!("http://{host}");
    if !request.origin.as_ref().is_none_or(is_ours) {
        let why = "a page of another site cannot play this game";
        return Err(Refusal::new("403 Forbidden", why));
    }
    let path = request.path.strip_prefix(&format!("/{word}/"));
    match (path, request.method.as_str()) {
        (Some(""), "GET") => Ok(("text/html", PAGE.to_owned())),
        (Some("ask"), "POST") => {
            let question = serde_json::from_slice(&request.body).map_err(|why| {
                let why = format!("the body is no question that this page asks: {why}");
                Refusal("400 Bad Request", why)
            })?;
            let mut game = game.lock().unwrap_or_else(PoisonError::into_inner);
            game.ask(question);
            Ok(("application/json", game.shown()))
        }
        (Some("" | "ask"), _) => {
            let why = "the page is read with GET, and its questions are sent with POST";
            Err(Refusal::new("405 Method Not Allowed", why))
        }
        _ => {
            let why =
                "there is no such page: open the whole address that `learn break --web` shows";
            Err(Refusal::new("404 Not Found", why))
        }
    }
}
