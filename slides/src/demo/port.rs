//! Which program holds a port that a demo needs.

use std::path::Path;
#[cfg(not(target_os = "linux"))]
use std::{process::Command, time::Duration};

/// A program that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Its process number.
    pub(crate) process: u32,
    pub(crate) name: String,
}

/// The program that listens on this port, in words: `01-deadlock (process 4711)`, or `another
/// program`.
pub(crate) fn who(port: u16) -> String {
    match holder(port) {
        Some(Holder { process, name }) => format!("{name} (process {process})"),
        None => "another program".to_owned(),
    }
}

/// The port in a line with which a demo says that it is taken: `port 7001 is taken, …`, or
/// `127.0.0.1:7008 is taken: …`.
pub(super) fn taken(line: &str) -> Option<u16> {
    let (before, _) = line.split_once(" is taken")?;
    let digits = before.rsplit([' ', ':']).next()?;
    digits.parse().ok()
}

/// The program that listens on this TCP port. `None` if the system does not say it, or not to this
/// user.
#[cfg(target_os = "linux")]
pub(crate) fn holder(port: u16) -> Option<Holder> {
    let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .flat_map(|table| listening(&table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    processes
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .find(|(_, folder)| holds(folder, &sockets))
        .map(|(process, folder)| Holder {
            process,
            name: name(&folder),
        })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(port: u16) -> Option<Holder> {
    let words = ["-nP", "-Fpc", "-sTCP:LISTEN"];
    let mut command = Command::new("lsof");
    command.args(words).arg(format!("-iTCP:{port}"));
    let limits = limited::Limits::time(Duration::from_secs(5));
    let finished = limited::run(&mut command, limited::Input::Empty, limits).ok()?;
    let text = finished.stdout();
    let field = |letter| text.lines().find_map(|line| line.strip_prefix(letter));
    Some(Holder {
        process: field('p')?.parse().ok()?,
        name: Path::new(field('c')?).display().to_string(),
    })
}

/// The inodes of the sockets that listen on the port, in a table such as `/proc/net/tcp`.
#[cfg(any(test, target_os = "linux"))]
fn listening(table: &str, port: u16) -> Vec<String> {
    // Columns: number, local address, remote address, state (0A: listening), …, inode.
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (_, local) = words.get(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local, 16) == Ok(port) && words.get(3) == Some(&"0A");
        words.get(9).filter(|_| is_it).map(|it| (*it).to_owned())
    };
    table.lines().filter_map(row).collect()
}

#[cfg(target_os = "linux")]
fn holds(process: &Path, sockets: &[String]) -> bool {
    let files = std::fs::read_dir(process.join("fd"));
    let mut links = files
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| it.path().read_link().ok());
    links.any(|link| sockets.iter().any(|it| link == Path::new(it)))
}

/// The name of a process: that of its program, without folders.
#[cfg(target_os = "linux")]
fn name(process: &Path) -> String {
    let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let program = words.split(|&byte| byte == 0).next().unwrap_or_default();
    let program = String::from_utf8_lossy(program).into_owned();
    let file = Path::new(&program).file_name();
    file.map_or(program.clone(), |it| it.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_os = "linux")]
    use std::time::{Duration, Instant};

    #[test]
    fn a_line_about_a_taken_port_is_understood() {
        for (line, port) in [
            (
                "01-deadlock: port 7001 is taken, another program listens",
                Some(7001),
            ),
            ("127.0.0.1:7008 is taken: another program", Some(7008)),
            ("[::]:7008 is taken: another program", Some(7008)),
            ("every seat is taken; try again in a moment", None),
            ("port 7001 is free", None),
        ] {
            assert_eq!(taken(line), port, "{line}");
        }
    }

    #[test]
    fn only_listening_sockets_of_the_port_count() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B59 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100007F:1B59 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1
   2: 0100007F:1B5A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
";
        assert_eq!(listening(table, 7001), ["4711"]);
        assert_eq!(listening("", 7001), [] as [&str; 0]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_found_by_its_port() {
        // Not a port that the kernel chooses: it would give it to another program once it is free.
        let listener = std::net::TcpListener::bind(bots::ports::free_address()).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let holder = holder(port).expect("it is this process");
        assert_eq!(holder.process, std::process::id());
        assert!(holder.name.starts_with("slides"), "{}", holder.name);
        drop(listener);
        // A child that another test starts has this test's files until it has become a program.
        let until = Instant::now() + Duration::from_secs(60);
        while let Some(holder) = super::holder(port) {
            assert!(Instant::now() < until, "{holder:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
