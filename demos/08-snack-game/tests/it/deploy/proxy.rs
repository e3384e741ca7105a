//! A web server that this machine has installed, between clients and the game.

use crate::common::{Folder, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A file of `deploy/`.
pub(crate) fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Replaces a text that must be there: the file would be tested without the change otherwise.
#[track_caller]
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "there is no {from:?} in\n{text}");
    text.replace(from, to)
}

/// Whether this machine has these programs. Otherwise the test is skipped.
pub(crate) fn has(programs: &[&str]) -> bool {
    programs.iter().all(|program| {
        let found = Command::new(program)
            .arg(if *program == "nginx" { "-v" } else { "version" })
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok();
        if !found {
            skipped::skip(&format!("no {program} here: install it"));
        }
        found
    })
}

/// A web server in the foreground. It ends with the test.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) tls: SocketAddr,
    folder: Folder,
}

impl Proxy {
    /// Starts a server with a folder of its own, in which `write` writes its configuration. It
    /// listens at `tls`.
    pub(crate) fn start(tls: SocketAddr, folder: Folder, command: &mut Command) -> Self {
        let log = fs::File::create(folder.path().join("log")).expect("a file");
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a copy"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        let proxy = Self { child, tls, folder };
        wait_until("the proxy listens", || TcpStream::connect(tls).is_ok());
        proxy
    }

    /// Opens a TLS connection to the server, which must be `name` according to its certificate.
    pub(crate) fn connect(&self, name: &str) -> Tls {
        Tls::connect(self.tls, name, &self.folder.path().join("cert.pem"))
    }

    /// Sends a GET request over TLS. Returns the status and the whole answer.
    pub(crate) fn ask(&self, name: &str, path: &str, headers: &str) -> (u16, String) {
        let mut tls = self.connect(name);
        let port = self.tls.port();
        write!(
            tls,
            "GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\n{headers}Connection: close\r\n\r\n"
        )
        .expect("it reads");
        let mut answer = Vec::new();
        let _ = tls.read_to_end(&mut answer); // Some servers end TLS without a goodbye.
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.get(9..12).and_then(|status| status.parse().ok());
        (status.unwrap_or(0), answer)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // nginx ends its workers itself: after SIGKILL they would go on without it.
        let _ended_already = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            eprintln!("the proxy's log:\n{log}");
        }
    }
}

/// Writes `cert.pem` and `key.pem` for this name, which no authority has signed.
pub(crate) fn certify(folder: &Path, name: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj"])
        .arg(format!("/CN={name}"))
        .arg("-addext")
        .arg(format!("subjectAltName=DNS:{name}"))
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .output()
        .expect("openssl runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// A TLS connection: the program `openssl` encrypts what is written here. So the tests need no TLS
/// library, which is longer to build than this game.
pub(crate) struct Tls {
    child: Child,
    to: Option<ChildStdin>,
    from: ChildStdout,
}

impl Tls {
    fn connect(address: SocketAddr, name: &str, certificate: &Path) -> Self {
        let mut child = Command::new("openssl")
            .args([
                "s_client",
                "-quiet",
                "-verify_return_error",
                "-verify_hostname",
                name,
            ])
            .args(["-servername", name, "-alpn", "http/1.1", "-connect"])
            .arg(address.to_string())
            .arg("-CAfile")
            .arg(certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs");
        let (to, from) = (child.stdin.take(), child.stdout.take());
        Self {
            child,
            to,
            from: from.expect("piped"),
        }
    }
}

impl Read for Tls {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.from.read(bytes)
    }
}

impl Write for Tls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.as_mut().expect("open until dropped").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.as_mut().expect("open until dropped").flush()
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        drop(self.to.take());
        let _ended_already = self.child.kill();
        let _ = self.child.wait();
    }
}
