//! A client of rust-analyzer: the language server protocol over pipes, as an editor speaks it.

use crate::workspace::{PATIENCE, root};
use serde_json::{Value, json};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A rust-analyzer that has loaded the repository.
pub(crate) struct Analyzer {
    server: Child,
    requests: ChildStdin,
    messages: Receiver<Value>,
    last: u64,
}

/// A place in a file, both counted from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// Returns the beginning of `words` in this text.
    pub(crate) fn of(text: &str, words: &str) -> Option<Place> {
        let at = text.find(words)?;
        let line = text[..at].matches('\n').count();
        let column = text[..at].chars().rev().take_while(|&c| c != '\n').count();
        Some(Place { line, column })
    }
}

impl Analyzer {
    /// Starts rust-analyzer in an editor that has opened this folder, and waits until it has loaded
    /// the repository. `None` if it is not installed.
    pub(crate) fn start(folder: &str) -> Option<Analyzer> {
        let program = || {
            let mut program = Command::new("rust-analyzer");
            // Cargo sets these for a test; an editor does not.
            for (name, _) in env::vars_os() {
                let is_cargos = name.to_str().is_some_and(|name| name.starts_with("CARGO_"));
                if is_cargos && name != "CARGO_HOME" && name != "CARGO_TARGET_DIR" {
                    program.env_remove(name);
                }
            }
            program
        };
        let version = program().arg("--version").output();
        let is_there = version.is_ok_and(|it| it.status.success());
        let has_std = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .is_ok_and(|it| {
                let folder = String::from_utf8_lossy(&it.stdout).trim().to_owned();
                let library = format!("{folder}/lib/rustlib/src/rust/library/Cargo.toml");
                std::path::Path::new(&library).is_file()
            });
        if !is_there || !has_std {
            return None;
        }
        let mut server = program()
            .current_dir(root().join(folder))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it has just printed its version");
        let requests = server.stdin.take().expect("piped");
        let answers = BufReader::new(server.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut answers = answers;
            while let Some(message) = read(&mut answers) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut analyzer = Analyzer {
            server,
            requests,
            messages,
            last: 0,
        };
        analyzer.load(folder);
        Some(analyzer)
    }

    fn load(&mut self, folder: &str) {
        let began = Instant::now();
        self.ask(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri(folder),
                "capabilities": {
                    "textDocument": {
                        "hover": { "contentFormat": ["plaintext"] },
                        "definition": {},
                        "diagnostic": {},
                    },
                    "experimental": { "serverStatusNotification": true },
                },
                // Less work: nothing that the tests ask for changes.
                "initializationOptions": {
                    "checkOnSave": false,
                    "cachePriming": { "enable": false },
                    "cargo": { "buildScripts": { "enable": folder.is_empty() } },
                },
            }),
        );
        self.tell("initialized", json!({}));
        while began.elapsed() < PATIENCE {
            let message = self.message();
            if message["method"] == "experimental/serverStatus"
                && message["params"]["quiescent"] == true
            {
                assert_eq!(message["params"]["health"], "ok", "{message}");
                return;
            }
        }
        panic!("rust-analyzer did not load the repository within {PATIENCE:?}");
    }

    /// Opens a file with this content, which need not be the one on the disk.
    pub(crate) fn open(&mut self, file: &str, text: &str) {
        let document =
            json!({ "uri": uri(file), "languageId": "rust", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn close(&mut self, file: &str) {
        let document = json!({ "uri": uri(file) });
        self.tell("textDocument/didClose", json!({ "textDocument": document }));
    }

    /// Returns what an editor shows for the word at this place; empty if nothing.
    pub(crate) fn hover(&mut self, file: &str, at: Place) -> String {
        let answer = self.ask("textDocument/hover", position(file, at));
        let shown = answer["contents"]["value"].as_str();
        shown.unwrap_or_default().to_owned()
    }

    /// Returns the addresses of the files that define the word at this place.
    pub(crate) fn definition(&mut self, file: &str, at: Place) -> Vec<String> {
        let answer = self.ask("textDocument/definition", position(file, at));
        let places = answer.as_array().cloned().unwrap_or_default();
        let address = |place: &Value| {
            let place = place.get("uri").or_else(|| place.get("targetUri"));
            Some(place?.as_str()?.to_owned())
        };
        places.iter().filter_map(address).collect()
    }

    /// Returns the words that an editor offers at this place.
    pub(crate) fn completion(&mut self, file: &str, at: Place) -> Vec<String> {
        let answer = self.ask("textDocument/completion", position(file, at));
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let label = |item: &Value| Some(item["label"].as_str()?.to_owned());
        items.iter().filter_map(label).collect()
    }

    /// Returns the diagnostics of a file, each as `code: message`.
    pub(crate) fn diagnostics(&mut self, file: &str) -> Vec<String> {
        let document = json!({ "textDocument": { "uri": uri(file) } });
        let answer = self.ask("textDocument/diagnostic", document);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let said = |item: &Value| {
            let (code, message) = (item["code"].as_str(), item["message"].as_str());
            format!("{}: {}", code.unwrap_or("?"), message.unwrap_or_default())
        };
        items.iter().map(said).collect()
    }

    /// Sends a request and returns its result, or an error as the server says it.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        // The server cancels a request when a file changes meanwhile; an editor asks again.
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            self.last += 1;
            let id = self.last;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
            let answer = loop {
                let message = self.message();
                if message["id"] == id && message.get("method").is_none() {
                    break message;
                }
            };
            match answer.get("error") {
                None => return answer["result"].clone(),
                Some(error)
                    if [-32801, -32802, -32800].contains(&error["code"].as_i64().unwrap_or(0)) =>
                {
                    thread::sleep(Duration::from_millis(20));
                }
                Some(error) => panic!("{method}: {error}"),
            }
        }
        panic!("{method} was cancelled every time");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(
            self.requests,
            "Content-Length: {}\r\n\r\n{text}",
            text.len()
        )
        .and_then(|()| self.requests.flush())
        .expect("rust-analyzer reads");
    }

    /// Returns the server's next message. Answers its requests with nothing.
    fn message(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        let message = message.expect("rust-analyzer runs, and answers in time");
        if message.get("method").is_some() && message.get("id").is_some() {
            let id = message["id"].clone();
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        message
    }
}

impl Drop for Analyzer {
    fn drop(&mut self) {
        let _unless_it_has_ended = self.server.kill();
        let _unless_it_has_ended = self.server.wait();
    }
}

/// Reads one message: headers, an empty line, and JSON of the length that a header says.
fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|&read| read > 0)?;
        match line.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn uri(file: &str) -> String {
    let path = root().join(file);
    format!("file://{}", path.display())
}

fn position(file: &str, at: Place) -> Value {
    json!({
        "textDocument": { "uri": uri(file) },
        "position": { "line": at.line, "character": at.column },
    })
}
