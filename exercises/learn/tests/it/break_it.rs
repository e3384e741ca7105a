//! *Break it first*, through a pipe.

use crate::workspace::{PATIENCE, Workspace, one_line};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ONE: &str = "exercises/01_lock_order/exercise.rs";

#[test]
fn an_exercise_is_broken_by_picks_and_the_same_picks_fail_against_a_solution() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let (code, said) = workspace.learn_with(&["break", "1"], "ann\nu\nh\n1\nh\nbob\nh\nbob\n");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        !said.contains("Nothing that you pick"),
        "it is broken:\n{said}"
    );
    let said = one_line(&said);
    for words in [
        "Break 01_lock_order: the original (unsolved.rs)",
        "The promise: No thread waits forever",
        "1 ann takes tray unsolved.rs:29 let mut tray = self.tray.lock();",
        "Pick ann, and 1 more pick breaks the promise.",
        "ann should stop here. Pick bob, and the promise breaks.",
        "waits for ann's plate holds tray",
        "You broke it in 2 picks.",
        "bob holds ann's plate and waits for tray, held by ann.",
        "The cycle: ann → bob → ann.",
        "In some other orders the promise is kept.",
        "Your best: 2.",
        &format!("Now mend {ONE}, and save."),
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
    // To undo is not to restart: one of two picks stays.
    let (code, again) = workspace.learn_with(&["break", "1"], "9\nann\nbob\n1\nu\nbob\n");
    assert_eq!(code, Some(0), "{again}");
    for words in ["No pick has the number 9.", "It has ended: u undoes"] {
        assert_eq!(again.matches(words).count(), 1, "{words:?} in\n{again}");
    }
    assert_eq!(
        again.matches("You broke it in 2 picks.").count(),
        2,
        "{again}"
    );
    let kept = workspace.read(".learn/01_lock_order/attack.toml");
    assert!(kept.contains("picks = [\"ann\", \"bob\"]"), "{kept}");

    let (_, said) = workspace.learn(&["run", "1"]);
    assert!(
        !said.contains("Your attack"),
        "nothing has changed:\n{said}"
    );
    let unsolved = workspace.read(ONE);
    workspace.write(ONE, &format!("{unsolved}// changed\n"));
    let (_, said) = workspace.learn(&["run", "1"]);
    assert!(
        said.contains("Your attack (ann, bob) still breaks it."),
        "{said}"
    );
    // What breaks an answer is no attack on the exercise.
    let attacks = ".learn/01_lock_order/attack.toml";
    std::fs::remove_file(workspace.path(attacks)).expect("it was kept");
    let (_, said) = workspace.learn_with(&["break", "1"], "o\nann\nbob\n");
    assert!(
        said.contains("your answer") && said.contains("You broke it in 2 picks."),
        "{said}"
    );
    assert!(!workspace.path(attacks).exists());
    workspace.write(attacks, &kept);
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        one_line(&said).contains("Your attack (ann, bob) fails now: at pick 2 bob waits for tray")
            && one_line(&said).contains("so these picks no longer fit your answer."),
        "{said}"
    );
    let place = |words: &str| said.find(words).expect(words);
    assert!(
        place("Your attack") < place("What you have learned"),
        "{said}"
    );
    assert!(
        place("What you have learned") < place("The promises"),
        "{said}"
    );
    // An answer that defeats the attack, and breaks another promise.
    workspace.write(
        ONE,
        &workspace.read("exercises/01_lock_order/wrong/gap_in_grab.rs"),
    );
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        one_line(&said).contains("breaks a promise all the same: see above"),
        "{said}"
    );
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    workspace.learn(&["run", "1"]);
    let (code, said) = workspace.learn(&["done"]);
    assert_eq!(code, Some(0), "{said}");
    let feat = "✓ deadlock: two locks in two orders: found in 2 picks, mended";
    assert!(said.contains(feat), "{said}");
    assert!(
        workspace
            .read(".learn/done.svg")
            .contains("found in 2 picks, mended")
    );
    let (_, said) = workspace.learn_with(&["break", "1"], "o\nann\nbob\n");
    assert!(
        said.contains("your answer") && said.contains("waits for tray"),
        "{said}"
    );
}

const TWO: &str = "exercises/02_self_deadlock/exercise.rs";

#[test]
fn the_promise_of_the_verdict_is_attacked_first_and_each_other_one_keeps_its_own_picks() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    let input = "1\np\np 9\np 2\nhelper\np 3\nu\nmain\n";
    let (_, said) = workspace.learn_with(&["break", "2"], input);
    let said = one_line(&said);
    for words in [
        "The promise: `refill` returns, and the tray is full.",
        "1 cook takes tray",
        "waits for tray holds tray",
        "You broke it in 1 pick.",
        "One pick was enough: it breaks in every order. Your best: 1.",
        "p 1 a refill: every order of picks breaks it; your best: 1 (now)",
        "p 3 two players: no order of picks breaks it",
        "There is no promise 9: p shows them all.",
        "The promise: The kitchen pays for exactly the snacks",
        "> helper takes tray",
        "The promise: If two players grab the last snack",
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
    assert!(
        !said.contains("p 2 a player"),
        "it leaves nothing to pick: {said}"
    );
    let verdict = one_line(&workspace.learn(&["run", "2"]).1);
    assert!(verdict.contains("The promise: `refill` returns") && verdict.contains("cook"));

    // All of them are played again.
    let unsolved = workspace.read(TWO);
    workspace.write(TWO, &format!("{unsolved}// changed\n"));
    let (_, said) = workspace.learn(&["run", "2"]);
    let lines: Vec<&str> = said.lines().filter(|it| it.contains("attack")).collect();
    let expected = [
        "a refill: Your attack (cook) still breaks it.",
        "two cooks and a player: Your attack (helper) still breaks it.",
    ];
    assert_eq!(lines, expected, "{said}");
    workspace.write(
        TWO,
        &workspace.read("solutions/02_self_deadlock/solution.rs"),
    );
    let said = one_line(&workspace.learn(&["run", "2"]).1);
    assert_eq!(said.matches("fails now").count(), 2, "{said}");

    // A better one of the same scenario, and a file from when there was one attack alone.
    let attacks = ".learn/02_self_deadlock/attack.toml";
    let old = "promise = \"`refill` returns, and the tray is full.\"\nscenario = \"a refill\"\n\
               picks = [\"cook\"]\nbest = 3\n";
    workspace.write(attacks, old);
    let (_, said) = workspace.learn_with(&["break", "2"], "cook\n");
    assert!(said.contains("Your best: 1."), "{said}");
    assert_eq!(workspace.read(attacks).matches("[[attack]]").count(), 1);
}

#[test]
fn on_a_paused_clock_the_picks_are_events() {
    let workspace = Workspace::with(&["16_shutdown_order"]);
    let picks = "ann orders a snack\nh\nthe bar closes\n";
    let (_, said) = workspace.learn_with(&["break", "16"], picks);
    let said = one_line(&said);
    for words in [
        "You pick which event comes next.",
        "2 half a second passes",
        "Pick \"the bar closes\", and the promise breaks.",
        "You broke it in 2 picks.",
        "tteok never arrives",
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
}

#[test]
fn an_answer_that_hangs_between_two_picks_is_stopped() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let unsolved = workspace.read(ONE);
    let hangs = unsolved.replace("if *tray > 0 {", "loop {} if *tray > 0 {");
    workspace.write(ONE, &hangs);
    let (code, said) = workspace.learn_with(&["break", "1"], "o\n1\n1\n1\n1\n");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("did not come to its next step"), "{said}");
}

/// How long the page's server waits for a whole request.
const FOR_A_REQUEST: Duration = Duration::from_secs(5);

/// Sends a request to the page's server. Returns the whole answer.
fn asks(host: &str, named: &str, line: &str, body: &str) -> String {
    let length = body.len();
    let request =
        format!("{line} HTTP/1.1\r\nHost: {named}\r\nContent-Length: {length}\r\n\r\n{body}");
    sends(host, &[request.as_bytes()])
}

/// Sends these pieces to the page's server. Returns the whole answer.
///
/// If the machine stands still for longer than the server waits, it rightly refuses this request,
/// which is sent again.
fn sends(host: &str, pieces: &[&[u8]]) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let began = Instant::now();
        let answer = sends_once(host, pieces);
        let is_late = began.elapsed() >= FOR_A_REQUEST && Instant::now() < until;
        match answer {
            Ok(answer) if !(is_late && answer.starts_with("HTTP/1.1 408")) => return answer,
            Err(error) if !is_late => panic!("no answer: {error}"),
            _ => {}
        }
    }
}

fn sends_once(host: &str, pieces: &[&[u8]]) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(host)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    for piece in pieces {
        connection.write_all(piece)?;
    }
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn the_page_in_a_browser_plays_the_same_game_behind_its_secret_word() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let mut command = workspace.command(&["break", "1", "--web"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the runner");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    let read = BufReader::new(stdout).read_line(&mut line);
    let address = line
        .split_whitespace()
        .find_map(|it| it.strip_prefix("http://"));
    let (host, path) = address
        .and_then(|it| it.split_once('/'))
        .unwrap_or_else(|| {
            panic!("{read:?}: {line:?}");
        });
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let kept = std::fs::metadata(workspace.path(".learn/01_lock_order/page.toml"));
        let mode = kept.expect("the address").permissions().mode();
        assert_eq!(mode & 0o77, 0, "it holds the secret word");
    }
    let page = asks(host, host, &format!("GET /{path}"), "");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Break it first"));
    assert!(page.contains("default-src 'none'"), "{page}");
    let ask = |body: &str| asks(host, host, &format!("POST /{path}ask"), body);
    let game = ask("\"look\"");
    assert!(
        game.contains("\"name\":\"ann\",\"next\":\"takes tray\""),
        "{game}"
    );
    assert!(game.contains("let mut tray = self.tray.lock();"), "{game}");
    assert!(ask("\"hint\"").contains("\"advised\":\"ann\""));
    ask("{\"pick\":\"ann\"}");
    let undone = ask("\"undo\"");
    for words in ["0 picks so far", "\"then\":\"\"", "\"picks\":0"] {
        assert!(undone.contains(words), "{words} is missing in {undone}");
    }
    ask("{\"pick\":\"ann\"}");
    let broken = ask("{\"pick\":\"bob\"}");
    assert!(broken.contains("\"is_broken\":true") && broken.contains("ann → bob → ann"));
    assert!(
        broken.contains("\"title\":\"Break 01_lock_order: the original (unsolved.rs)\"")
            && broken.contains(&format!("mend {ONE}, and save"))
            && broken.contains("Your best: 2.")
            && broken.contains("The next step: when you save your answer, these picks")
            && broken.contains("\"rows\":[{\"number\":2,"),
        "{broken}"
    );
    let undone = ask("\"undo\"");
    assert!(undone.contains("\"picks\":1"), "not a restart: {undone}");
    assert!(ask("{\"pick\":\"bob\"}").contains("\"is_broken\":true"));
    assert!(ask("\"switch\"").contains("\"is_own\":true"));
    for (named, line, body, status) in [
        (host, "GET /".to_owned(), "", "404"),
        (
            host,
            "POST /00000000000000000000000000000000/ask".into(),
            "\"look\"",
            "404",
        ),
        ("evil.example", format!("GET /{path}"), "", "421"),
        (host, format!("POST /{path}ask"), "{\"open\":1}", "400"),
        (host, format!("POST /{path}ask"), "", "400"),
        (host, format!("PUT /{path}ask"), "\"look\"", "405"),
        (host, format!("POST /{path}"), "", "405"),
        (host, "no request".into(), "", "400"),
        ("localhost", format!("GET /{path}"), "", "421"),
    ] {
        let said = asks(host, named, &line, body);
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status}")),
            "{line}: {said}"
        );
        let (_, why) = said.split_once("\r\n\r\n").expect("a head and a body");
        assert!(why.split(' ').count() > 4, "a sentence says why: {why}");
    }
    for (origin, status) in [(host, "200"), ("evil.example", "403")] {
        let with_origin = format!("{host}\r\nOrigin: http://{origin}");
        let said = asks(host, &with_origin, &format!("POST /{path}ask"), "\"look\"");
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
    }
    // What no browser sends, and what another site's page could make one send.
    let post = format!("POST /{path}ask HTTP/1.1\r\n");
    let long = "a".repeat(1 << 20);
    for (request, status) in [
        (format!("{post}Content-Length: 6\r\n\r\n\"look\""), "400"),
        (
            format!("{post}Host: {host}\r\nHost: evil.example\r\n\r\n"),
            "400",
        ),
        (
            format!("{post}Host: evil.example\r\nHost: {host}\r\n\r\n"),
            "400",
        ),
        (format!("{post}Host: {host}.evil.example\r\n\r\n"), "421"),
        (format!("{post}Host : {host}\r\n\r\n"), "400"),
        (format!("{post}Host: {host}\r\nOrigin: null\r\n\r\n"), "403"),
        (
            format!("{post}Host: {host}\r\nOrigin: https://{host}\r\n\r\n"),
            "403",
        ),
        (
            format!("GET http://{host}/{path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            "400",
        ),
        (format!("GET /{path}\r\n\r\n"), "400"),
        ("hello\r\n\r\n".into(), "400"),
        (
            format!("{post}Host: {host}\r\nContent-Length: 1e9\r\n\r\n"),
            "400",
        ),
        (
            format!("{post}Host: {host}\r\nContent-Length: 1048576\r\n\r\n{long}"),
            "413",
        ),
        (format!("GET /{long} HTTP/1.1\r\n"), "413"),
        (
            format!("{post}Host: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "411",
        ),
    ] {
        let said = sends(host, &[request.as_bytes()]);
        let shown = &request[..request.len().min(150)];
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status}")),
            "{shown}: {said}"
        );
        let (_, why) = said.split_once("\r\n\r\n").expect("a head and a body");
        assert!(why.split(' ').count() > 4, "a sentence says why: {why}");
    }
    let whole = format!("{post}Host: {host}\r\nContent-Length: 6\r\n\r\n\"look\"");
    let pieces: Vec<&[u8]> = whole.as_bytes().chunks(1).collect();
    assert!(sends(host, &pieces).starts_with("HTTP/1.1 200"));
    assert!(ask("{\"pick\":\"eve\"}").contains("no thread has the name"));
    assert!(ask("{\"choose\":99}").contains("There is no promise 99."));
    // One connection too many gets the refusal before its request is read. Those before it are
    // closed when their requests do not come in time.
    let long = format!("{post}Host: {host}\r\nContent-Length: 1048576\r\n\r\n{long}");
    loop {
        let began = Instant::now();
        let _open = [(); 16].map(|()| TcpStream::connect(host).expect("it listens"));
        let said = sends(host, &[long.as_bytes()]);
        if said.starts_with("HTTP/1.1 503") && said.ends_with("open at the moment") {
            break;
        }
        assert!(began.elapsed() >= FOR_A_REQUEST, "{said}");
    }
    // It ends with the program that holds its input.
    assert!(line.contains("(it ends with its input)"), "{line}");
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

/// As in the background: `learn break 1 --web < /dev/null &`.
#[cfg(unix)]
#[test]
fn without_an_input_the_page_is_served_until_a_signal_and_says_so() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let mut command = workspace.command(&["break", "1", "--web"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the runner");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("text");
    let ends = format!("(to end it: kill {})", child.id());
    assert!(line.contains(&ends), "{line}");
    let address = line
        .split_whitespace()
        .find_map(|it| it.strip_prefix("http://"));
    let (host, path) = address
        .and_then(|it| it.split_once('/'))
        .expect("an address");
    for _ in 0..2 {
        let page = asks(host, host, &format!("GET /{path}"), "");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
    assert!(matches!(child.try_wait(), Ok(None)), "it still runs");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}
