//! Commands to suggest, which depend on the system and on the installed programs.

use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

/// Step 1's address, which is also the default of the player in a terminal.
const PLAYERS_DEFAULT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7001);

/// The systems for which the advice differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Linux,
    MacOs,
    Windows,
    Other,
}

const HERE: System = if cfg!(target_os = "linux") {
    System::Linux
} else if cfg!(target_os = "macos") {
    System::MacOs
} else if cfg!(windows) {
    System::Windows
} else {
    System::Other
};

/// The command that joins the server at this address from a terminal: `nc` if it is installed,
/// else the workspace's own program.
pub fn walk_up(address: SocketAddr) -> String {
    walk_up_with(address, &is_on_the_path)
}

/// What to do if another program listens on this TCP port: `end that program`, with the command
/// that shows which program it is.
pub fn port_is_taken(port: u16) -> String {
    port_is_taken_on(HERE, port, &is_on_the_path)
}

/// Why this system forbids listening on this address, and which other port to choose. A sentence
/// without its full stop.
pub fn port_is_forbidden(address: SocketAddr) -> String {
    port_is_forbidden_on(HERE, address)
}

fn walk_up_with(address: SocketAddr, installed: &dyn Fn(&str) -> bool) -> String {
    if let Some(nc) = ["nc", "ncat"].into_iter().find(|name| installed(name)) {
        return format!("{nc} {} {}", address.ip(), address.port());
    }
    match address {
        PLAYERS_DEFAULT => "cargo run -p player".into(),
        _ if address.ip() == Ipv4Addr::LOCALHOST => {
            format!("cargo run -p player -- {}", address.port())
        }
        _ => format!("cargo run -p player -- {address}"),
    }
}

fn port_is_taken_on(system: System, port: u16, installed: &dyn Fn(&str) -> bool) -> String {
    let shows = match system {
        System::Linux if installed("ss") => {
            format!(" (`ss -ltnp 'sport = :{port}'` shows which it is)")
        }
        System::MacOs => lsof(port),
        System::Linux | System::Other if installed("lsof") => lsof(port),
        System::Windows => format!(
            " (`netstat -ano | findstr :{port}` shows its number in the last column, \
             `taskkill /PID NUMBER` ends it)"
        ),
        System::Linux | System::Other => String::new(),
    };
    format!("end that program{shows}")
}

fn lsof(port: u16) -> String {
    format!(" (`lsof -nP -iTCP:{port} -sTCP:LISTEN` shows which it is)")
}

fn port_is_forbidden_on(system: System, address: SocketAddr) -> String {
    let port = address.port();
    match system {
        // Hyper-V and WSL reserve ranges of ports, and different ones after each start.
        System::Windows => format!(
            "Windows does not give port {port} to this program: it is in a reserved range (`netsh interface \
             ipv4 show excludedportrange protocol=tcp` lists them), or another program holds it for itself \
             alone. Choose a port outside these ranges"
        ),
        _ if port < 1024 => {
            format!("port {port} is for root's programs on this system: choose one above 1023")
        }
        _ => format!(
            "this system's security rules forbid to listen on {address}: choose another port"
        ),
    }
}

/// Returns whether a program of this name is on the `PATH`.
fn is_on_the_path(name: &str) -> bool {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| is_program(&folder.join(&name))))
}

fn is_program(file: &Path) -> bool {
    let Ok(metadata) = file.metadata() else {
        return false;
    };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    metadata.is_file() && may_run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> SocketAddr {
        address.parse().unwrap()
    }

    #[test]
    fn a_player_is_nc_where_it_is_installed_and_our_own_program_elsewhere() {
        let up = |address, names: &'static [&str]| {
            walk_up_with(at(address), &|name| names.contains(&name))
        };
        assert_eq!(up("127.0.0.1:7001", &["ncat", "nc"]), "nc 127.0.0.1 7001");
        assert_eq!(up("[::1]:7003", &["ncat"]), "ncat ::1 7003");
        assert_eq!(up("127.0.0.1:7001", &[]), "cargo run -p player");
        assert_eq!(up("127.0.0.1:7003", &[]), "cargo run -p player -- 7003");
        assert_eq!(
            up("192.0.2.1:7001", &[]),
            "cargo run -p player -- 192.0.2.1:7001"
        );
        assert_eq!(up("[::1]:7001", &[]), "cargo run -p player -- [::1]:7001");
    }

    #[test]
    fn each_system_has_its_own_command_for_a_taken_port() {
        let says = |system, names: &'static [&str]| {
            port_is_taken_on(system, 7001, &|name| names.contains(&name))
        };
        let (ss, lsof) = (
            "end that program (`ss -ltnp 'sport = :7001'` shows which it is)",
            "end that program (`lsof -nP -iTCP:7001 -sTCP:LISTEN` shows which it is)",
        );
        assert_eq!(says(System::Linux, &["lsof", "ss"]), ss);
        assert_eq!(says(System::Linux, &["lsof"]), lsof);
        assert_eq!(says(System::Linux, &[]), "end that program");
        assert_eq!(says(System::MacOs, &[]), lsof);
        assert_eq!(says(System::Other, &["ss", "lsof"]), lsof);
        assert_eq!(says(System::Other, &["ss"]), "end that program");
        let windows = says(System::Windows, &["ss", "lsof"]);
        assert!(windows.starts_with("end that program (`netstat -ano | findstr :7001` shows"));
    }

    #[test]
    fn a_forbidden_port_is_reserved_on_windows_and_roots_elsewhere() {
        let windows = port_is_forbidden_on(System::Windows, at("127.0.0.1:7001"));
        assert!(windows.contains("`netsh interface ipv4 show excludedportrange protocol=tcp`"));
        assert!(
            !windows.contains("root") && !windows.contains("1023"),
            "{windows}"
        );
        for system in [System::Linux, System::MacOs, System::Other] {
            let low = port_is_forbidden_on(system, at("127.0.0.1:80"));
            assert!(low.ends_with("choose one above 1023"), "{low}");
            let high = port_is_forbidden_on(system, at("127.0.0.1:7001"));
            assert!(
                high.contains("forbid to listen on 127.0.0.1:7001"),
                "{high}"
            );
        }
    }

    #[test]
    fn a_program_is_a_file_that_may_run() {
        let me = env::current_exe().unwrap();
        assert!(is_program(&me));
        assert!(!is_program(me.parent().unwrap()));
        assert!(!is_program(&me.join("gone")));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/advice.rs");
        assert_eq!(is_program(source.as_ref()), cfg!(windows));
    }
}
