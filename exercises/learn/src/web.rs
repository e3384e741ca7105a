//! *Break it first* in a browser: a page, and the game behind it.
//!
//! By hand, because a web server would be the largest crate that a learner builds: one page, one
//! address to post to, on the loopback interface only, behind a word that no other page can guess.

use crate::attack::{Attack, Whose};
use crate::commands::Context;
use crate::runner::{Runner, seal};
use crate::set::{Exercise, Set};
use judge::play::{Ask, End};
use serde::{Deserialize, Serialize};
use std::io::{self, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const PAGE: &str = include_str!("web.html");
/// The longest request: the head of a browser's, and a pick.
const LONGEST: usize = 16 << 10;
/// How long a connection may take to send it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many connections may be open: a browser opens a few.
const CONNECTIONS: usize = 16;
/// What the page may do: nothing but talk to this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A question of the page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Question {
    Look,
    Pick(String),
    Undo,
    Restart,
    Hint,
    /// Play the other program.
    Switch,
}

/// What the page shows.
#[derive(Serialize)]
struct Shown<'a> {
    title: String,
    promise: &'a str,
    status: String,
    why: Vec<String>,
    has_events: bool,
    is_own: bool,
    is_over: bool,
    is_broken: bool,
    advised: Option<&'a str>,
    actors: Vec<ShownActor<'a>>,
    /// The latest step first, as in the terminal.
    rows: Vec<ShownRow<'a>>,
    /// What to do after the end; empty before.
    then: String,
    picks: usize,
}

#[derive(Serialize)]
struct ShownActor<'a> {
    name: &'a str,
    next: &'a str,
    holds: &'a [String],
    can_move: bool,
    source: String,
}

#[derive(Serialize)]
struct ShownRow<'a> {
    number: usize,
    who: &'a str,
    what: &'a str,
    source: String,
}

/// The game, and what is needed to begin another one.
struct Game<'a> {
    context: &'a mut Context,
    set: Set,
    attack: Attack,
}

/// Serves the page until the program is ended, or its input ends if that is no terminal.
pub(crate) fn serve(context: &mut Context, exercise: &Exercise) -> Result<bool, String> {
    // The page may stay open for long: the folder that makes verdicts fast is for the screen.
    context.runner = Some(Runner::cold(&context.root)?);
    let attack = context.attack(exercise, Whose::Original, None)?;
    let failed = |why: io::Error| format!("the page cannot be served: {why}");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let host = listener.local_addr().map_err(failed)?.to_string();
    let word = seal()?;
    context
        .screen
        .as_it_is(&format!("Open http://{host}/{word}/ (Ctrl-C ends it)"));
    if !io::stdin().is_terminal() {
        thread::spawn(|| {
            let _until_then = io::copy(&mut io::stdin(), &mut io::sink());
            std::process::exit(0);
        });
    }
    let set = context.set.clone();
    let game = Mutex::new(Game {
        context,
        set,
        attack,
    });
    let open = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for connection in listener.incoming() {
            let Ok(connection) = connection else { continue };
            if open.fetch_add(1, SeqCst) >= CONNECTIONS {
                open.fetch_sub(1, SeqCst);
                continue;
            }
            let (open, game, host, word) = (Arc::clone(&open), &game, &host, &word);
            scope.spawn(move || {
                // An error: the browser has gone.
                let _unless_gone = answer(connection, game, host, word);
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
    let (status, kind, body) = match request(&mut connection)? {
        Some(request) => respond(&request, game, host, word),
        None => ("400 Bad Request", "text/plain", "no request".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\
         Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes())?;
    connection.write_all(body.as_bytes())
}

/// A request: what matters of it.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    /// `GET /path`.
    line: String,
    host: String,
    body: String,
}

/// Reads a request. `None` if it is none, or too long.
fn request(connection: &mut impl Read) -> io::Result<Option<Request>> {
    let mut bytes = vec![];
    let mut piece = [0; 2048];
    loop {
        if let Some(request) = parsed(&bytes) {
            return Ok(Some(request));
        }
        let length = connection.read(&mut piece)?;
        if length == 0 || bytes.len() + length > LONGEST {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece[..length]);
    }
}

/// Returns the request if these bytes are a whole one.
fn parsed(bytes: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let line = lines.next()?.rsplit_once(' ')?.0.to_owned();
    let field = |name: &str| {
        let mut fields = head.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    let length: usize = field("content-length").unwrap_or("0").parse().ok()?;
    let body = body.get(..length)?.to_owned();
    let host = field("host").unwrap_or_default().to_owned();
    Some(Request { line, host, body })
}

fn respond(
    request: &Request,
    game: &Mutex<Game<'_>>,
    host: &str,
    word: &str,
) -> (&'static str, &'static str, String) {
    // Another name for this machine may be another site's.
    if request.host != host {
        return ("421 Misdirected Request", "text/plain", "not here".into());
    }
    if request.line == format!("GET /{word}/") {
        return ("200 OK", "text/html", PAGE.into());
    }
    if request.line != format!("POST /{word}/ask") {
        return (
            "404 Not Found",
            "text/plain",
            "there is no such page".into(),
        );
    }
    let Ok(question) = serde_json::from_str(&request.body) else {
        return ("400 Bad Request", "text/plain", "no question".into());
    };
    let mut game = game.lock().unwrap_or_else(PoisonError::into_inner);
    match game.ask(question) {
        Ok(()) => ("200 OK", "application/json", game.shown()),
        Err(why) => ("500 Internal Server Error", "text/plain", why),
    }
}

impl Game<'_> {
    fn ask(&mut self, question: Question) -> Result<(), String> {
        let ask = match question {
            Question::Look => return Ok(()),
            Question::Switch => {
                let (exercise, scene) = (self.attack.exercise.clone(), self.attack.scene().clone());
                let whose = self.attack.whose.other();
                match self.context.attack(&exercise, whose, Some(&scene)) {
                    Ok(attack) => self.attack = attack,
                    Err(why) => self.attack.notice = why,
                }
                return Ok(());
            }
            Question::Pick(name) => Ask::Pick(name),
            Question::Undo => Ask::Undo,
            Question::Restart => Ask::Restart,
            Question::Hint => Ask::Hint,
        };
        self.attack.ask(&ask)?;
        Ok(self.attack.wait(&self.set)?)
    }

    /// Returns what to do after the end. The status has said which file to mend.
    fn then(&self) -> String {
        let name = &self.attack.exercise.name;
        match (&self.attack.position.end, self.attack.whose) {
            (Some(End::Broken(_)), Whose::Original) => format!(
                "The next step: when it is saved, the terminal judges it and plays these picks \
                 against it. If learn does not run there: cargo run -p learn -- run {name}"
            ),
            (Some(End::Broken(_)), Whose::Own) => {
                "The next step: when it is saved, press o twice: that plays the new answer.".into()
            }
            (Some(End::Kept), Whose::Original) => {
                "The next step: Again (r), and another order; the hint names one.".into()
            }
            (Some(End::Kept), Whose::Own) => "The next step: Again (r), and another order. If \
                                              your answer is right, none breaks the promise."
                .into(),
            (Some(End::Refused(_)) | None, _) => String::new(),
        }
    }

    fn shown(&self) -> String {
        let Attack {
            exercise,
            whose,
            position,
            sources,
            ..
        } = &self.attack;
        let scene = self.attack.scene();
        let source = |at: &str| format!("{at}  {}", sources.line(at)).trim().to_owned();
        let name = &exercise.name;
        let is_own = *whose == Whose::Own;
        let shown = Shown {
            title: format!("Break {name}: {}", whose.words()),
            promise: &scene.promise,
            status: self.attack.status(),
            why: self.attack.why(),
            has_events: scene.has_events,
            is_own,
            is_over: position.end.is_some(),
            is_broken: self.attack.is_broken(),
            advised: self.attack.advised.as_deref(),
            actors: position
                .actors
                .iter()
                .map(|actor| ShownActor {
                    name: &actor.name,
                    next: match actor.next.as_str() {
                        "" if !scene.has_events => "has ended",
                        next => next,
                    },
                    holds: &actor.holds,
                    can_move: actor.can_move,
                    source: source(&actor.at),
                })
                .collect(),
            rows: position
                .rows
                .iter()
                .enumerate()
                .rev()
                .map(|(index, row)| ShownRow {
                    number: index + 1,
                    who: &row.who,
                    what: &row.what,
                    source: source(&row.at),
                })
                .collect(),
            then: self.then(),
            picks: position.picks.len(),
        };
        serde_json::to_string(&shown).expect("strings")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_in_pieces_and_a_long_one_is_refused() {
        let text =
            b"POST /a/ask HTTP/1.1\r\nHost: 127.0.0.1:1\r\ncontent-length: 6\r\n\r\n\"undo\"";
        for end in 0..text.len() {
            assert_eq!(parsed(&text[..end]), None, "{end} bytes");
        }
        let request = parsed(text).expect("whole");
        assert_eq!(
            (&*request.line, &*request.body),
            ("POST /a/ask", "\"undo\"")
        );
        assert_eq!(request.host, "127.0.0.1:1");
        let mut long = io::Cursor::new(vec![b'a'; LONGEST * 2]);
        assert_eq!(super::request(&mut long).expect("memory"), None);
    }
}
