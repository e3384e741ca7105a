//! nginx with the files in `deploy/nginx`, and nginx as it is set up for pages alone.

use super::proxy::{Proxy, certify, file, has, replaced};
use crate::{
    common::{
        Folder, OPERATOR_ONLY, ask, ask_as_it_is, free_address, program::PROGRAM, wait_until,
    },
    pages::server::{Player, SOON},
};
use bots::program::Program;
use browser::for_test;
use std::{fs, net::SocketAddr, path::Path, process::Command};

/// The game as the files say: one host, or one path.
pub(super) const SITES: [(&str, &str, &str); 2] = [
    ("snack-rush.conf", "play.example.org", "/"),
    ("snack-rush-path.conf", "www.example.org", "/game/"),
];

/// A site of `deploy/nginx` on ports of this test, for a game at this address.
pub(super) fn start(site: &str, name: &str, game: SocketAddr) -> Proxy {
    let (folder, tls) = (Folder::with_token(), free_address());
    certify(folder.path(), name);
    let at = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
    let text = file(&format!("nginx/{site}"));
    let text = replaced(&text, "server 127.0.0.1:7008;", &format!("server {game};"));
    let text = replaced(&text, "listen 443 ssl;", &format!("listen {tls} ssl;"));
    let text = replaced(&text, "    listen [::]:443 ssl;\n", "");
    let live = format!("/etc/letsencrypt/live/{name}");
    let text = replaced(&text, &format!("{live}/fullchain.pem"), &at("cert.pem"));
    let text = replaced(&text, &format!("{live}/privkey.pem"), &at("key.pem"));
    let text = text
        .replace("listen 80;", &format!("listen {};", free_address()))
        .replace("    listen [::]:80;\n", "")
        .replace("/var/www/html", &at("html"));
    fs::create_dir(folder.path().join("snippets")).expect("a folder");
    fs::create_dir(folder.path().join("html")).expect("a folder");
    fs::write(folder.path().join("html/index.html"), "another page\n").expect("a file");
    let proxy = file("nginx/snack-rush-headers.conf");
    fs::write(
        folder.path().join("snippets/snack-rush-headers.conf"),
        proxy,
    )
    .expect("a file");
    run(tls, folder, &text)
}

/// nginx that asks for the game by a name of this machine, in HTTP/1.1, and says nothing about its
/// clients: the game cannot tell its requests from those of this machine.
#[test]
fn through_a_proxy_that_cannot_be_noticed_only_the_token_opens_the_metrics() {
    if !has(&["nginx"]) {
        return;
    }
    let data = Folder::with_token();
    let at = data.path().to_str().expect("Unicode");
    let game = Program::start(PROGRAM, &["--bots", "0", "--data", at]);
    let (folder, address) = (Folder::with_token(), free_address());
    let site = format!(
        "server {{ listen {address}; location / {{ proxy_pass http://localhost:{}; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }}",
        game.address().port()
    );
    let _proxy = run(address, folder, &site);
    assert_eq!(ask(address, "/health", "").0, 200);
    for path in OPERATOR_ONLY {
        assert_eq!(ask_as_it_is(address, path, "").0, 403, "{path}");
        assert_eq!(ask(address, path, "").0, 200, "{path}");
    }
}

/// nginx that passes on everything and was told nothing.
fn naive(game: SocketAddr) -> (Proxy, SocketAddr) {
    let (folder, address) = (Folder::with_token(), free_address());
    let site = format!("server {{ listen {address}; location / {{ proxy_pass http://{game}; }} }}");
    (run(address, folder, &site), address)
}

fn run(listens: SocketAddr, folder: Folder, site: &str) -> Proxy {
    let whole =
        format!("worker_processes 2; events {{ worker_connections 1024; }}\nhttp {{\n{site}\n}}\n");
    run_whole(listens, folder, &whole)
}

/// Starts nginx with a whole configuration, changed so that it writes to its folder alone.
pub(super) fn run_whole(listens: SocketAddr, folder: Folder, whole: &str) -> Proxy {
    let path = folder.path().to_owned();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};", path.display()))
        .join(" ");
    let path = path.display();
    let whole = replaced(
        whole,
        "http {",
        &format!("http {{ access_log off; {temporary}"),
    );
    let whole = format!("daemon off; pid {path}/pid; error_log stderr;\n{whole}");
    let path = folder.path().to_owned();
    fs::write(path.join("nginx.conf"), whole).expect("a file");
    Proxy::start(listens, folder, &mut command(&path))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("nginx");
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"));
    command.args(["-e", "stderr"]);
    command
}

/// The program behind a proxy that is at this URL.
pub(super) fn game(folder: &Folder, public: &str) -> Program {
    let data = folder.path().to_str().expect("Unicode");
    let options = ["--bots", "0", "--data", data, "--public", public];
    Program::start(
        PROGRAM,
        &[&options[..], &["--trusted-proxy", "127.0.0.1"]].concat(),
    )
}

/// What every site must do, whichever proxy serves it.
pub(super) fn check(proxy: &Proxy, name: &str, path: &str, public: &str) {
    let ask = |page: &str, headers: &str| proxy.ask(name, &format!("{path}{page}"), headers);
    for page in ["", "hall", "watch", "web/js/phone.js", "api/seat", "health"] {
        assert_eq!(ask(page, "").0, 200, "{page}");
    }
    for page in ["metrics", "xray", "api/xray"] {
        assert_eq!(ask(page, "").0, 404, "{page}");
        assert_eq!(ask(page, "X-Forwarded-For: 127.0.0.1\r\n").0, 404, "{page}");
        // The game would remove a path that the proxy says, and what is left is not closed here.
        let (below, invented) = (format!("x/{page}"), "X-Forwarded-Prefix: /x\r\n");
        assert_eq!(ask(&below, invented).0, 404, "{below}");
    }
    let (_, answer) = ask("api/address", "X-Forwarded-Host: evil.example\r\n");
    assert!(
        answer.contains(&format!("\"url\":\"{public}\"")),
        "{answer}"
    );
    let bare = path.trim_end_matches('/');
    if !bare.is_empty() {
        let (status, answer) = proxy.ask(name, bare, "");
        assert!((300..400).contains(&status), "{answer}");
        assert_eq!(proxy.ask(name, "/", "").0, 200);
        assert!(proxy.ask(name, "/", "").1.contains("another page"));
    } else {
        let (_, answer) = ask("", "");
        assert!(
            answer.contains("Strict-Transport-Security: max-age=31536000"),
            "{answer}"
        );
    }
    let (_, answer) = ask("", "");
    assert!(
        !answer.to_ascii_lowercase().contains("set-cookie"),
        "{answer}"
    );
}

#[test]
fn nginx_serves_the_game_over_tls_at_its_host_and_below_a_path() {
    if !has(&["nginx", "openssl"]) {
        return;
    }
    for (site, name, path) in SITES {
        let folder = Folder::with_token();
        let public = format!("https://{name}{path}");
        let game = game(&folder, &public);
        let proxy = start(site, name, game.address());
        check(&proxy, name, path, &public);
    }
}

#[test]
fn behind_a_naive_proxy_the_player_and_the_operator_hear_what_is_wrong() {
    let Some(browser) = for_test("a naive proxy is told to the player") else {
        return;
    };
    if !has(&["nginx"]) {
        return;
    }
    let (folder, at) = (Folder::with_token(), "--data");
    let data = folder.path().to_str().expect("Unicode");
    let game = Program::start(PROGRAM, &["--bots", "0", at, data]);
    let (_proxy, address) = naive(game.address());
    // The browser asks for another host than the one that nginx asks for.
    let url = format!("http://localhost:{}/?lang=en", address.port());
    let player = Player::knock_at(&browser, &url, "ann", (400, 800));
    player.page.wait_for(
        "document.getElementById('status').textContent.includes('does not know the address')",
        SOON,
    );
    let status = "document.getElementById('status').textContent";
    let said = player.page.eval(status).to_string();
    assert!(
        said.contains("Reload") && !said.contains("Trying again"),
        "{said}"
    );
    // Any client can send such a header; a proxy on this machine is worth a line, once.
    for _ in 0..3 {
        ask(game.address(), "/", "X-Forwarded-For: 192.0.2.1\r\n");
    }
    for sentence in [
        "a proxy that is not trusted",
        "a page was refused",
        "a proxy removes the headers Upgrade",
    ] {
        wait_until(sentence, || game.stderr().contains(sentence));
        let logged = game.stderr();
        assert_eq!(logged.matches(sentence).count(), 1, "once: {logged}");
    }
}
