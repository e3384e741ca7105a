//! The files in `deploy/container`, without a container engine: the image as a folder, and three
//! servers behind the nginx of the compose file.

use super::{
    nginx::run_whole,
    proxy::{Proxy, certify, file, has, replaced},
    through_tls::Player,
};
use crate::common::{
    Folder, PATIENCE, ask, free_address, program::PROGRAM, redis::Redis, wait_until,
};
use bots::program::Program;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const NAME: &str = "play.example.org";
const SERVERS: [&str; 3] = ["a", "b", "c"];

/// The JSON words of a line such as `ENTRYPOINT ["a", "b"]`.
fn words(line: &str) -> Vec<String> {
    let at = line.find('[').expect("a list");
    serde_json::from_str(&line[at..]).expect("a list of texts")
}

fn entrypoint() -> Vec<String> {
    let text = file("container/Containerfile");
    let line = text.lines().find(|line| line.starts_with("ENTRYPOINT "));
    words(line.expect("an entry point"))
}

/// The options that the compose file gives to a server.
fn options(server: &str) -> Vec<String> {
    let text = file("container/compose.yaml");
    let (_, service) = text
        .split_once(&format!("\n  {server}:\n"))
        .expect("a service");
    let line = service
        .lines()
        .find(|line| line.trim().starts_with("command:"));
    words(line.expect("a command"))
}

#[test]
fn the_last_stage_of_the_image_has_one_file_and_an_ordinary_user() {
    let text = file("container/Containerfile");
    let (_, last) = text
        .split_once("\nFROM scratch\n")
        .expect("an empty last stage");
    assert!(
        !last.contains("\nFROM ") && !last.contains("RUN "),
        "{last}"
    );
    assert!(last.contains("\nUSER 65532:65532\n"), "{last}");
    let text = file("container/compose.yaml");
    for closed in [
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
    ] {
        assert_eq!(
            text.matches(closed).count(),
            2,
            "the servers and Redis: {closed}"
        );
    }
    for server in SERVERS {
        let options = [entrypoint(), options(server), vec!["--help".to_owned()]].concat();
        let parsed =
            demo_08_snack_game::options::parse(options.into_iter().skip(1).map(Into::into));
        assert!(parsed.is_ok(), "{parsed:?}");
    }
}

#[test]
fn compose_accepts_the_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/container/compose.yaml");
    let look = |program: &str, first: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(first)
            .arg("-f")
            .arg(&path)
            .args(["config", "-q"]);
        command.output()
    };
    let mut plugin = Command::new("docker");
    plugin.args(["compose", "version"]);
    let looked = match plugin.output().is_ok_and(|it| it.status.success()) {
        true => look("docker", &["compose"]),
        false => look("docker-compose", &[]),
    };
    let Ok(looked) = looked else {
        skipped::skip("no Docker Compose here: it reads compose.yaml");
        return;
    };
    assert!(
        looked.status.success(),
        "{}",
        String::from_utf8_lossy(&looked.stderr)
    );
}

/// The libraries that a program needs: the image's own is static and needs none.
fn libraries(program: &str) -> Vec<PathBuf> {
    let listed = Command::new("ldd").arg(program).output().expect("ldd runs");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let paths = listed
        .split_whitespace()
        .filter(|word| word.starts_with('/'));
    paths.map(PathBuf::from).collect()
}

/// The steps of the last stage, with a folder as its root: read-only, with one program and no
/// shell, run by the user of the image.
#[test]
fn the_program_runs_with_nothing_else_in_a_read_only_root() {
    let (root, data) = (Folder::with_token(), Folder::with_token());
    let copy = |from: &Path| {
        let to = root
            .path()
            .join(from.strip_prefix("/").expect("an absolute path"));
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(from, to).expect("a copy");
    };
    libraries(PROGRAM).iter().for_each(|library| copy(library));
    fs::copy(PROGRAM, root.path().join("08-snack-game")).expect("a copy");
    for folder in ["data", "proc"] {
        fs::create_dir(root.path().join(folder)).expect("a folder");
    }
    // Root can become the user of the image; another user is root in a namespace of its own.
    let is_root = rustix::process::getuid().is_root();
    let (namespace, user) = match is_root {
        true => (&["-m"][..], "--userspec=65532:65532"),
        false => (&["-m", "-r"][..], "--userspec=0:0"),
    };
    if is_root {
        std::os::unix::fs::chown(data.path(), Some(65_532), Some(65_532)).expect("root may");
    }
    let [at, data] = [&root, &data].map(|it| it.path().to_str().expect("Unicode").to_owned());
    let script = format!(
        "mount --bind {at} {at} && mount --bind {data} {at}/data && mount --rbind /proc {at}/proc \
         && mount -o remount,ro,bind {at} && exec chroot {user} {at} \"$@\""
    );
    let mut help = Command::new("unshare");
    help.args(namespace).args(["sh", "-c", &script, "sh"]);
    if !may_run(help.args(["/08-snack-game", "--help"])) {
        skipped::skip(
            "this system allows no mounts in a namespace, and the root of an image is one",
        );
        return;
    }
    // `--seconds` ends the server if this test is interrupted.
    let more = ["--bots", "0", "--drain-seconds", "0", "--seconds", "300"].map(str::to_owned);
    let command = [entrypoint(), more.to_vec()].concat();
    let command = command.iter().map(String::as_str);
    let all: Vec<&str> = namespace
        .iter()
        .copied()
        .chain(["sh", "-c", &script, "sh"])
        .chain(command)
        .collect();
    let mut program = Program::start("unshare", &all);
    assert_eq!(ask(program.address(), "/", "").0, 200);
    assert_eq!(ask(program.address(), "/api/seat", "").0, 200);
    for missing in ["bin", "usr", "etc", "tmp"] {
        assert!(!root.path().join(missing).exists(), "{missing}");
    }
    // As a container is stopped. Only so does its worker end, too.
    let pid = Pid::from_raw(program.pid() as i32).expect("a process");
    kill_process(pid, Signal::TERM).expect("it runs");
    let ended = program.wait(PATIENCE);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

fn may_run(command: &mut Command) -> bool {
    command.output().is_ok_and(|it| it.status.success())
}

/// A server with the options of the compose file, on this machine.
fn server(name: &str, folder: &Folder, redis: &Redis) -> Program {
    let options = options(name).join(" ");
    let options = replaced(&options, "redis://redis:6379", &redis.url());
    let options = replaced(&options, "172.30.0.2", "127.0.0.1");
    let options = replaced(&options, "--bots 4", "--bots 0 --seats 2 --max-players 2");
    let data = folder.path().to_str().expect("Unicode");
    let options: Vec<&str> = options.split(' ').chain(["--data", data]).collect();
    Program::start(PROGRAM, &options)
}

fn three_servers(servers: &[Program; 3]) -> Proxy {
    let (folder, tls) = (Folder::with_token(), free_address());
    certify(folder.path(), NAME);
    let at = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
    let mut text = file("container/three-servers.conf");
    for (name, server) in SERVERS.iter().zip(servers) {
        text = replaced(
            &text,
            &format!("server {name}:7008"),
            &format!("server {}", server.address()),
        );
    }
    let text = replaced(&text, "listen 443 ssl;", &format!("listen {tls} ssl;"));
    let text = replaced(&text, "listen 80;", &format!("listen {};", free_address()));
    let text = replaced(&text, "/etc/nginx/tls/fullchain.pem", &at("cert.pem"));
    let text = replaced(&text, "/etc/nginx/tls/privkey.pem", &at("key.pem"));
    // As many open files as a container may have are more than a test may.
    let text = replaced(&text, "worker_rlimit_nofile 65536;", "");
    let text = replaced(
        &text,
        "worker_connections 32768;",
        "worker_connections 512;",
    );
    fs::create_dir(folder.path().join("snippets")).expect("a folder");
    let headers = file("nginx/snack-rush-headers.conf");
    fs::write(
        folder.path().join("snippets/snack-rush-headers.conf"),
        headers,
    )
    .expect("a file");
    run_whole(tls, folder, &text)
}

#[test]
fn three_servers_behind_one_proxy_send_players_to_each_other() {
    let Some(redis) = Redis::for_test("three servers behind one proxy") else {
        return;
    };
    if !has(&["nginx", "openssl"]) {
        return;
    }
    let folders = [
        Folder::with_token(),
        Folder::with_token(),
        Folder::with_token(),
    ];
    let start = |at: usize| server(SERVERS[at], &folders[at], &redis);
    let servers = [start(0), start(1), start(2)];
    let proxy = three_servers(&servers);
    let ask = |path: &str| proxy.ask(NAME, path, "");
    wait_until("a knows the others", || {
        let (_, answer) = ask("/a/api/servers");
        ["b", "c"]
            .iter()
            .all(|it| answer.contains(&format!("\"https://{NAME}/{it}\"")))
    });
    for path in ["/", "/a/", "/b/hall", "/api/seat", "/c/api/seat"] {
        assert_eq!(ask(path).0, 200, "{path}");
    }
    for path in ["/metrics", "/a/metrics", "/b/api/xray", "/c/xray", "/xray"] {
        assert_eq!(ask(path).0, 404, "{path}");
    }
    // Two players fill the first server. The third one is sent to another, by its path.
    let _players = [0, 1].map(|_| Player::join(&proxy, NAME, "/a/"));
    wait_until("a is full and names another server", || {
        let (_, answer) = ask("/a/api/seat");
        answer.contains("\"full\":true")
            && ["b", "c"]
                .iter()
                .any(|it| answer.contains(&format!("\"elsewhere\":[\"https://{NAME}/{it}\"")))
    });
    let _third = Player::join(&proxy, NAME, "/b/");
    // The host name alone leads to a server that lives.
    let [a, b, c] = servers;
    drop((a, c));
    wait_until("the page comes from the server that is left", || {
        (0..6).all(|_| ask("/health").0 == 200)
    });
    drop(b);
}
