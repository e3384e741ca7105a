//! Files as a learner may save them.

use crate::workspace::{Workspace, one_line};
use std::fs;
use std::process::Stdio;

const ONE: &str = "exercises/01_lock_order/exercise.rs";

/// What may lie in an answer's place, and what is said about it. `None` is a folder.
fn states() -> [(&'static str, Option<Vec<u8>>, &'static str); 7] {
    let wide = |little: bool| -> Vec<u8> {
        let text = "\u{feff}use lanes::sync::Mutex;\r\n".encode_utf16();
        text.flat_map(|unit| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        })
        .collect()
    };
    [
        ("empty", Some(vec![]), "is empty"),
        ("blank", Some(b"\n \t\r\n".to_vec()), "is empty"),
        (
            "Latin-1",
            Some(b"// un caf\xe9\n".to_vec()),
            "is not UTF-8 text",
        ),
        ("UTF-16", Some(wide(true)), "is UTF-16"),
        ("UTF-16, big-endian", Some(wide(false)), "is UTF-16"),
        (
            "a program",
            Some(b"\x7fELF\x02\x01\0\0".to_vec()),
            "is not UTF-8 text",
        ),
        ("a folder", None, "is a folder"),
    ]
}

fn put(workspace: &Workspace, bytes: Option<&Vec<u8>>) {
    let path = workspace.path(ONE);
    let _unless_it_is_gone = fs::remove_file(&path);
    match bytes {
        Some(bytes) => fs::write(path, bytes).expect("a file of our own"),
        None => fs::create_dir(path).expect("a folder of our own"),
    }
}

#[test]
fn what_is_no_text_is_said_and_reset_keeps_it() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let unsolved = workspace.read(ONE);
    for (name, bytes, words) in states() {
        put(&workspace, bytes.as_ref());
        let (code, said) = workspace.learn(&["run", "1"]);
        let said = one_line(&said);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(said.contains(&format!("{ONE} {words}")), "{name}: {said}");
        assert!(
            said.contains("learn -- reset 01_lock_order"),
            "{name}: {said}"
        );
        assert_eq!(workspace.learn(&["list"]).0, Some(0), "{name}");
        let (code, said) = workspace.learn(&["reset", "1"]);
        assert_eq!(code, Some(0), "{name}: {said}");
        assert_eq!(workspace.read(ONE), unsolved, "{name}");
        let said = one_line(&said);
        if let Some((_, kept)) = said.split_once("is kept: ") {
            let kept = workspace.path(kept);
            assert_eq!(kept.is_dir(), bytes.is_none(), "{name}");
            if let Some(bytes) = bytes {
                assert_eq!(fs::read(kept).expect("it is kept"), bytes, "{name}");
            }
        } else {
            assert_eq!(words, "is empty", "{name}: there is something to keep");
        }
    }
}

#[test]
fn where_progress_cannot_be_saved_all_else_works() {
    let workspace = Workspace::with(&["01_lock_order"]);
    // Nothing can be written into a file's folder, on every system, by every user.
    workspace.write(".learn", "no folder");
    let (code, said) = workspace.learn(&["run", "1"]);
    assert!(
        code == Some(1) && said.contains("a promise is broken"),
        "{said}"
    );
    let not_saved = "Your progress is not saved";
    assert!(said.contains(not_saved), "{said}");
    let (code, said) = workspace.learn(&["hint"]);
    assert!(code == Some(0) && said.contains("hint 1 of 3"), "{said}");
    assert!(said.contains(not_saved), "{said}");
    let (code, said) = workspace.learn(&[]);
    assert!(
        code == Some(1) && said.contains("a promise is broken"),
        "{said}"
    );
    let unsolved = workspace.read(ONE);
    workspace.write(ONE, "// mine\n");
    let (code, said) = workspace.learn(&["reset", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(workspace.read(ONE), unsolved);
    let kept = "exercises/01_lock_order/kept/answer-1.rs";
    assert!(said.contains(kept), "{said}");
    assert_eq!(workspace.read(kept), "// mine\n");
}

#[test]
fn the_exit_status_is_the_verdict_also_if_nothing_reads_it() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        Stdio::from(writer)
    };
    for (words, code) in [
        (&["run", "1"][..], 1),
        (&[], 1),
        (&["list"], 0),
        (&["--help"], 0),
    ] {
        let mut command = workspace.command(words);
        let status = command.stdout(closed()).stderr(closed()).status();
        assert_eq!(status.expect("the runner").code(), Some(code), "{words:?}");
    }
    let mut command = workspace.command(&["run", "none"]);
    let status = command.stdout(closed()).stderr(closed()).status();
    assert_eq!(status.expect("the runner").code(), Some(1), "no panic");
}

/// The runner in a terminal, which judges what is saved.
#[cfg(target_os = "linux")]
mod watching {
    use super::*;
    use crate::machine::{compiler, ready, rustc};
    use crate::workspace::PATIENCE;
    use std::io::Read;
    use std::path::Path;
    use std::process::{Child, Command};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;
    use std::time::Instant;

    struct Terminal {
        child: Child,
        output: Receiver<String>,
        said: String,
    }

    impl Terminal {
        /// `script` of util-linux gives the runner a terminal.
        fn new(workspace: &Workspace) -> Terminal {
            Terminal::with(workspace, &[])
        }

        /// The same with these variables.
        fn with(workspace: &Workspace, variables: &[(&str, &Path)]) -> Terminal {
            let it = workspace.command(&[]);
            let words = [it.get_program()].into_iter().chain(it.get_args());
            let words: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
            let mut child = Command::new("script")
                .args(["-qec", &words.join(" "), "/dev/null"])
                // The plain screen: the other one is tested in `screen`.
                .env("TERM", "dumb")
                .envs(variables.iter().copied())
                .current_dir(crate::workspace::root())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("every Debian has `script`");
            let mut from = child.stdout.take().expect("piped");
            let (sender, output) = channel();
            thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(read @ 1..) = from.read(&mut bytes) {
                    let said = String::from_utf8_lossy(&bytes[..read]).into_owned();
                    if sender.send(said).is_err() {
                        break;
                    }
                }
            });
            let said = String::new();
            Terminal {
                child,
                output,
                said,
            }
        }

        /// Waits until each of these has been said since what the last call waited for.
        fn waits_for(&mut self, words: &[&str]) {
            let began = Instant::now();
            let end = |said: &str, words: &str| said.find(words).map(|it| it + words.len());
            loop {
                let mut said = one_line(&self.said);
                if self.said.ends_with(char::is_whitespace) {
                    said.push(' ');
                }
                let ends: Option<Vec<usize>> = words.iter().map(|it| end(&said, it)).collect();
                if let Some(last) = ends.map(|it| it.into_iter().max().unwrap_or(0)) {
                    // What came in the same moment belongs to the next call.
                    self.said = said[last..].to_owned();
                    return;
                }
                let left = PATIENCE.saturating_sub(began.elapsed());
                match self.output.recv_timeout(left) {
                    Ok(said) => self.said += &said,
                    Err(_) => panic!("{words:?} are not said in\n{}", self.said),
                }
            }
        }
    }

    impl Drop for Terminal {
        fn drop(&mut self) {
            let _unless_it_has_ended = self.child.kill();
            let _unless_it_has_ended = self.child.wait();
        }
    }

    #[test]
    fn every_save_is_answered() {
        let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock"]);
        let unsolved = workspace.read(ONE);
        let mut terminal = Terminal::new(&workspace);
        terminal.waits_for(&["a promise is broken", "q quit"]);
        for (_, bytes, words) in states() {
            put(&workspace, bytes.as_ref());
            terminal.waits_for(&[words, "reset 01_lock_order", "q quit"]);
            if bytes.is_none() {
                fs::remove_dir(workspace.path(ONE)).expect("it is empty");
                terminal.waits_for(&["is not there", "q quit"]);
            }
            workspace.write(ONE, &unsolved);
            terminal.waits_for(&["a promise is broken", "q quit"]);
        }
        // Both in one moment.
        let two = "exercises/02_self_deadlock/exercise.rs";
        workspace.write(ONE, &format!("{unsolved}// again\n"));
        workspace.write(two, &format!("{}// again\n", workspace.read(two)));
        terminal.waits_for(&["01_lock_order: a", "02_self_deadlock: a", "q quit"]);
    }

    #[test]
    fn a_save_while_the_first_answer_is_judged_is_answered_too() {
        let workspace = ready();
        // An editor saves another answer while the compiler builds the first one. Each of its calls
        // but the one with the answer asks for its version.
        let script = format!(
            "[ \"$1\" = --edition ] && [ -e '{next}' ] && mv '{next}' '{}'\nexec '{}' \"$@\"",
            workspace.path(ONE).display(),
            rustc().display(),
            next = workspace.path("next").display()
        );
        let compiler = compiler(&workspace, &script);
        workspace.write("next", "nonsense");
        let mut terminal = Terminal::with(&workspace, &[("RUSTC", &compiler)]);
        terminal.waits_for(&["a promise is broken", "q quit"]);
        terminal.waits_for(&["it does not compile", "q quit"]);
    }
}
