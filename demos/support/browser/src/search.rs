//! Where Chromium, or a browser made of it, is installed.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The names that are looked for on the PATH.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// On macOS, under `/Applications` and under `Applications` of the user.
const APPLICATIONS: [&str; 3] = [
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/// On Windows, under both folders of programs and the user's own.
const PROGRAMS: [&str; 3] = [
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
];

/// A system, by where it keeps programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Mac,
    Windows,
    Other,
}

const HERE: System = match () {
    () if cfg!(target_os = "macos") => System::Mac,
    () if cfg!(windows) => System::Windows,
    () => System::Other,
};

/// Returns the first Chromium, Chrome or Edge that is installed. If the variable `CHROME` is set,
/// it names the program, and nothing else is looked for.
pub fn find() -> Option<PathBuf> {
    search(HERE, |name| env::var_os(name), is_program)
}

fn search(
    system: System,
    variable: impl Fn(&str) -> Option<OsString>,
    exists: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    if let Some(named) = variable("CHROME") {
        return Some(PathBuf::from(named)).filter(|program| exists(program));
    }
    let path = variable("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let on_the_path = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    on_the_path
        .chain(installed(system, &variable))
        .find(|program| exists(program))
}

/// Where an installer puts it, if that is no folder of the PATH.
fn installed(system: System, variable: &impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let under = |folders: Vec<PathBuf>, programs: &[&str]| {
        let each = programs
            .iter()
            .flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
        each.collect()
    };
    let folder = |name: &str| variable(name).map(PathBuf::from);
    match system {
        System::Mac => {
            let own = folder("HOME").map(|home| home.join("Applications"));
            let folders = [Some(PathBuf::from("/Applications")), own];
            under(folders.into_iter().flatten().collect(), &APPLICATIONS)
        }
        System::Windows => {
            let folders = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];
            under(folders.into_iter().filter_map(folder).collect(), &PROGRAMS)
        }
        System::Other => Vec::new(),
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found on a system with these variables where `there` alone exists.
    fn found(system: System, variables: &[(&str, &str)], there: &str) -> bool {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        // Joined on this system, read on another.
        let is =
            |path: &Path| path.to_string_lossy().replace('/', "\\") == there.replace('/', "\\");
        search(system, variable, is).is_some()
    }

    #[test]
    fn it_is_found_where_each_system_keeps_it() {
        let mac = [("PATH", ""), ("HOME", "/ann")];
        for there in [
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/ann/Applications/Chromium.app/Contents/MacOS/Chromium",
        ] {
            assert!(found(System::Mac, &mac, there), "{there}");
            assert!(!found(System::Other, &mac, there), "{there}");
        }
        let windows = [
            ("ProgramFiles", r"C:\Program Files"),
            ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
            ("LocalAppData", r"D:\ann\Local"),
        ];
        for there in [
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"D:\ann\Local\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        ] {
            assert!(found(System::Windows, &windows, there), "{there}");
        }
        assert!(!found(System::Windows, &windows, r"C:\chrome.exe"));
        let path = [("PATH", "/usr/bin")];
        for system in [System::Other, System::Mac] {
            assert!(found(system, &path, "/usr/bin/google-chrome"));
        }
        assert!(!found(System::Other, &path, "/usr/sbin/google-chrome"));
    }

    #[test]
    fn the_variable_names_it_alone() {
        let variables = [("CHROME", "/opt/chrome"), ("PATH", "/usr/bin")];
        assert!(found(System::Other, &variables, "/opt/chrome"));
        assert!(!found(System::Other, &variables, "/usr/bin/chromium"));
    }
}
