//! Rooms of different steps: the two of step 4, which differ by one `.await`, and the one that
//! steps 6 and 7 share.

use crate::Complaint;
use crate::tree::Tree;

/// Where the room lies that holds a blocking lock across an `.await`.
const BLOCKING: &str = "demos/04-await/src/room.rs";

/// Where the same room lies, with a lock that is awaited itself.
const AWAITED: &str = "demos/04-await/src/async_mutex/room.rs";

/// The two rooms of step 4 differ by the `.await` after `lock()`, by the lint that the first one
/// expects, and by comments.
///
/// # Errors
/// One of them cannot be read.
pub fn twins(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let (blocking, awaited) = (tree.read(BLOCKING)?, tree.read(AWAITED)?);
    let cured = without_expectation(&blocking).map(|(number, line)| {
        let line = line.replace(".lock()", ".lock().await");
        (number, line)
    });
    let mut cured = cured.filter(|(_, line)| is_code(line));
    let mut awaited = (1..).zip(awaited.lines()).filter(|(_, line)| is_code(line));
    loop {
        let (here, there) = match (cured.next(), awaited.next()) {
            (None, None) => return Ok(Vec::new()),
            (Some((_, here)), Some((_, there))) if here == there => continue,
            (Some((at, here)), Some((number, there))) => (
                format!("line {at} makes it \"{}\"", here.trim()),
                format!("{AWAITED}:{number} says \"{}\"", there.trim()),
            ),
            (Some((at, here)), None) => (
                format!("line {at} makes it \"{}\"", here.trim()),
                format!("{AWAITED} has ended"),
            ),
            (None, Some((number, there))) => (
                "it has ended".to_string(),
                format!("{AWAITED}:{number} says \"{}\"", there.trim()),
            ),
        };
        return Ok(vec![format!(
            "{there}, where in {BLOCKING} {here}: the two rooms may differ by `.await` after `lock()` alone, change both"
        )]);
    }
}

/// Step 7 has no room of its own: it compiles step 6's room, writer and proofs, and step 6's
/// mutants test them there, too.
///
/// # Errors
/// The steps cannot be listed.
pub fn untouched(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let ladder = tree.ladder()?;
    let numbered = |number| ladder.iter().find(|step| step.number == number);
    let (Some(six), Some(seven)) = (numbered(6), numbered(7)) else {
        return Err("there is no step 6 or no step 7 under demos".to_string());
    };
    let mut complaints = Vec::new();
    for file in [
        "src/room.rs",
        "src/writer.rs",
        "src/proof.rs",
        "src/scenarios.rs",
        "mutants.toml",
    ] {
        if tree.owner(seven, file) != *six {
            complaints.push(format!(
                "{} must take {file} from {}: write `#[path = …]` above its `mod` in src/lib.rs",
                seven.folder(),
                six.folder()
            ));
        }
    }
    Ok(complaints)
}

/// The lines, each with its number, without `#![expect(…)]` and the blank line below it.
fn without_expectation(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = (1..).zip(source.lines()).peekable();
    std::iter::from_fn(move || {
        if lines
            .next_if(|(_, line)| line.starts_with("#![expect("))
            .is_some()
        {
            lines.next_if(|(_, line)| line.is_empty());
        }
        lines.next()
    })
}

/// Whether a line is compared. Comment lines are not: the two rooms explain different things.
fn is_code(line: &str) -> bool {
    !line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const ROOM: &str = "\
//! The room.

#![expect(clippy::await_holding_invalid_type, reason = \"to show it\")]

use sync::Mutex;

fn grab(&self) {
    let room = self.room.lock();
    // It goes to bed with the lock.
    room.tell().await;
}
";

    /// The complaints about [`ROOM`] and its twin.
    fn ask(twin: &str) -> Vec<Complaint> {
        let fixture = Fixture::new(&[(BLOCKING, ROOM), (AWAITED, twin)]);
        twins(&fixture.tree()).expect("two rooms")
    }

    fn twin() -> String {
        ROOM.replace("lock();", "lock().await;").replace(
            "#![expect(clippy::await_holding_invalid_type, reason = \"to show it\")]\n\n",
            "",
        )
    }

    #[test]
    fn twins_differ_by_an_await_an_expectation_and_comments() {
        assert_eq!(ask(&twin()), Vec::<String>::new());
        let talkative = twin().replace(
            "    room.tell",
            "    // Asleep.\n    // Still.\n    room.tell",
        );
        assert_eq!(ask(&talkative), Vec::<String>::new());
    }

    #[test]
    fn a_twin_that_goes_its_own_way_is_told_with_its_line() {
        let other = ask(&twin().replace("room.tell()", "room.shout()"));
        let [said] = &other[..] else {
            panic!("{other:?}")
        };
        assert!(
            said.starts_with(&format!("{AWAITED}:8 says \"room.shout().await;\", where in {BLOCKING} line 10 makes it \"room.tell().await;\"")),
            "{said}"
        );
        assert_eq!(ask(ROOM).len(), 1, "a lock that is not awaited");
        assert_eq!(
            ask(&twin().replace("\n\nfn", "\nfn")).len(),
            1,
            "a blank line"
        );
        let more = ask(&(twin() + "fn more() {}\n"));
        assert!(more[0].contains("says \"fn more() {}\", where"), "{more:?}");
        assert!(more[0].contains("it has ended"), "{more:?}");
        let less = ask(twin().strip_suffix("}\n").expect("a brace"));
        assert!(less[0].contains("has ended, where"), "{less:?}");
    }

    #[test]
    fn step_7_takes_its_room_and_its_proofs_from_step_6() {
        let lib = "\
#[path = \"../../06-actor/src/room.rs\"]
pub mod room;
#[path = \"../../06-actor/src/writer.rs\"]
pub mod writer;
#[cfg(test)]
#[path = \"../../06-actor/src/proof.rs\"]
mod proof;
#[cfg(test)]
#[path = \"../../06-actor/src/scenarios.rs\"]
mod scenarios;
";
        let fixture = Fixture::new(&[
            ("demos/06-actor/src/room.rs", ROOM),
            ("demos/07-websocket/src/lib.rs", lib),
        ]);
        let ask = || untouched(&fixture.tree()).expect("two steps");
        assert_eq!(ask(), Vec::<String>::new());
        fixture.write("demos/07-websocket/src/room.rs", "another");
        assert_eq!(ask().len(), 1, "{:?}", ask());
        assert!(
            ask()[0].starts_with("demos/07-websocket must take src/room.rs from demos/06-actor"),
            "{:?}",
            ask()
        );
    }

    #[test]
    fn a_twin_that_is_gone_is_no_twin() {
        let fixture = Fixture::new(&[(BLOCKING, ROOM)]);
        let complaint = twins(&fixture.tree()).expect_err("there is one room");
        assert!(
            complaint.contains("async_mutex/room.rs cannot be read"),
            "{complaint}"
        );
    }
}
