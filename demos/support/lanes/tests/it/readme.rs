//! The README shows what this crate draws. `BLESS=1 cargo test -p lanes` updates it.

use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, Verdict, explore, thread};

struct Room {
    tray: Mutex<Vec<u32>>,
    seat: Mutex<Vec<u32>>,
}

impl Room {
    fn grab(&self) {
        let mut tray = self.tray.lock();
        let mut seat = self.seat.lock();
        seat.extend(tray.pop());
    }

    fn leave(&self) {
        let mut seat = self.seat.lock();
        let mut tray = self.tray.lock();
        tray.append(&mut seat);
    }
}

fn a_grab_meets_a_leave() -> Verdict {
    explore("a grab meets a leave", Bounds::exhaustive(), || {
        let room = Arc::new(Room {
            tray: Mutex::new("tray", vec![1, 2]),
            seat: Mutex::new("bob's seat", vec![]),
        });
        let shared = room.clone();
        let ann = thread::spawn("ann", move || shared.grab());
        let bob = thread::spawn("bob", move || room.leave());
        ann.join().unwrap();
        bob.join().unwrap();
    })
}

#[test]
fn the_readme_shows_this_drawing() {
    a_grab_meets_a_leave().deadlocks().is_drawn_in("README.md");
}

#[test]
fn no_drawing_in_a_file_has_a_line_number() {
    if std::env::var_os("BLESS").is_some() {
        return; // The files are being written.
    }
    let failure = a_grab_meets_a_leave();
    let failure = failure.deadlocks();
    let numbered = " 13 let mut tray = self.tray.lock();";
    assert!(failure.to_string().contains(numbered), "a terminal has");
    for file in ["README.md", "deadlock.svg"] {
        let text = std::fs::read_to_string(file).expect("cargo tests in the package");
        let drawn = text
            .split_once("schedule 1")
            .map_or(&text[..], |(_, it)| it);
        assert!(drawn.contains("readme.rs"), "{file} names the file");
        assert!(!drawn.contains("readme.rs:"), "{file} names a line");
        assert!(!drawn.contains(numbered), "{file} numbers a line");
    }
    let svg = failure.to_svg();
    assert!(
        !svg.contains("readme.rs:") && !svg.contains(">13<"),
        "{svg}"
    );
}

#[test]
fn the_readme_shows_this_picture() {
    a_grab_meets_a_leave()
        .deadlocks()
        .is_pictured_in("deadlock.svg");
}

#[test]
fn a_drawing_that_is_stale_or_has_no_place_says_what_to_do() {
    if std::env::var_os("BLESS").is_some() {
        return; // Nothing is stale today.
    }
    let verdict = a_grab_meets_a_leave();
    let told = |file: &'static str| {
        let drawn = std::panic::catch_unwind(|| verdict.deadlocks().is_drawn_in(file));
        *drawn.unwrap_err().downcast::<String>().expect("a sentence")
    };
    assert!(told("Cargo.toml").starts_with("Cargo.toml has no place for this drawing"));
    assert!(told("no/such.md").starts_with("no/such.md cannot be read"));
    let pictured = std::panic::catch_unwind(|| verdict.deadlocks().is_pictured_in("no/such.svg"));
    let told = *pictured
        .unwrap_err()
        .downcast::<String>()
        .expect("a sentence");
    assert!(
        told.starts_with("no/such.svg shows another drawing of `a grab meets a leave`"),
        "{told}"
    );
    assert!(told.contains("BLESS=1 cargo test -p lanes"), "{told}");
}
