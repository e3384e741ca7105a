//! Caddy with the files in `deploy/caddy`.

use super::{
    nginx::{check, game},
    proxy::{Proxy, certify, file, has, replaced},
};
use crate::common::{Folder, free_address};
use std::{fs, net::SocketAddr, path::Path, process::Command};

const SITES: [(&str, &str, &str); 2] = [
    ("Caddyfile", "play.example.org", "/"),
    ("Caddyfile.path", "www.example.org", "/game/"),
];

fn caddy(folder: &Path, verb: &str) -> Command {
    let mut command = Command::new("caddy");
    command.args([verb, "--adapter", "caddyfile", "--config"]);
    command.arg(folder.join("Caddyfile"));
    // It keeps certificates and its last configuration in the home folder.
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command
}

/// A site on a port of this test. It uses our certificate: no authority would sign one for it.
fn start(site: &str, name: &str, game: SocketAddr) -> Proxy {
    let (folder, tls) = (Folder::with_token(), free_address());
    certify(folder.path(), name);
    let at = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
    let text = file(&format!("caddy/{site}"));
    let text = replaced(&text, "127.0.0.1:7008", &game.to_string());
    let tls_line = format!("tls {} {}", at("cert.pem"), at("key.pem"));
    let head = format!("{name}:{} {{\n\tbind 127.0.0.1\n\t{tls_line}\n", tls.port());
    let text = replaced(&text, &format!("\n{name} {{\n"), &format!("\n{head}"));
    let text = text.replace("/var/www/html", &at("html"));
    fs::create_dir(folder.path().join("html")).expect("a folder");
    fs::write(folder.path().join("html/index.html"), "another page\n").expect("a file");
    let text = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}");
    fs::write(folder.path().join("Caddyfile"), text).expect("a file");
    let mut command = caddy(folder.path(), "run");
    Proxy::start(tls, folder, &mut command)
}

#[test]
fn caddy_serves_the_game_over_tls_at_its_host_and_below_a_path() {
    if !has(&["caddy", "openssl"]) {
        return;
    }
    for (site, name, path) in SITES {
        let folder = Folder::with_token();
        fs::write(
            folder.path().join("Caddyfile"),
            file(&format!("caddy/{site}")),
        )
        .expect("a file");
        let seen = caddy(folder.path(), "validate").output().expect("it runs");
        assert!(
            seen.status.success(),
            "{}",
            String::from_utf8_lossy(&seen.stderr)
        );
        let public = format!("https://{name}{path}");
        let game = game(&folder, &public);
        let proxy = start(site, name, game.address());
        check(&proxy, name, path, &public);
    }
}
