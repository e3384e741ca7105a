//! The stage's task without a network: what a message changes, and what is shown then.

use super::{vote::Vote, *};
use crate::{
    deck::{Blocks, Slide},
    demo::{run::DemoEvent, verdict::Verdict},
};
use serde_json::Value;
use tokio::sync::oneshot;

/// A stage, and the other ends of its channels.
struct Fixture {
    stage: Stage,
    pages: watch::Receiver<Utf8Bytes>,
    phones: watch::Receiver<Utf8Bytes>,
    inbox: mpsc::Receiver<ToStage>,
}

impl Fixture {
    /// A stage whose deck has one slide for each number, with that many steps.
    fn new(steps: &[u32]) -> Fixture {
        let (sender, inbox) = mpsc::channel(MESSAGES_WAITING);
        let (pages, pages_show) = watch::channel("{}".into());
        let (phones, phones_show) = watch::channel("{}".into());
        let links = Links {
            addresses: Addresses::default(),
            inbox: sender,
            metrics: Arc::new(Metrics::new()),
            outputs: Outputs {
                pages,
                phones,
                remotes: watch::channel(RemoteState::default()).0,
                snapshots: watch::channel(Snapshot::default()).0,
            },
        };
        let settings = Settings {
            language: "en".to_owned(),
            vote: VOTE,
            rehearse: false,
        };
        let mut stage = Stage::new(&settings, links);
        let slides: Vec<Slide> = steps
            .iter()
            .enumerate()
            .map(|(at, &steps)| Slide {
                steps,
                blocks: Blocks {
                    demos: vec!["01-deadlock".to_owned()],
                    schedulers: (at == 0)
                        .then(|| "06-actor".to_owned())
                        .into_iter()
                        .collect(),
                    ..Blocks::default()
                },
                ..Slide::default()
            })
            .collect();
        let decks = ["en", "ko"].map(|language| Deck {
            language: language.to_owned(),
            slides: slides.clone(),
            ..Deck::default()
        });
        stage.apply(ToStage::Deck {
            decks: decks.to_vec(),
            complaints: Vec::new(),
        });
        Fixture {
            stage,
            pages: pages_show,
            phones: phones_show,
            inbox,
        }
    }

    /// Applies a command, and returns the slide and the step that are shown then.
    fn command(&mut self, command: Command) -> (u64, u64) {
        self.stage.apply(ToStage::Command(command));
        let shown = self.shown();
        (
            shown["slide"].as_u64().unwrap_or(99),
            shown["step"].as_u64().unwrap_or(99),
        )
    }

    fn shown(&mut self) -> Value {
        self.stage.show();
        serde_json::from_str(&self.pages.borrow_and_update()).expect("a state")
    }

    /// Names the slides.
    fn title(&mut self, titles: &[&str]) {
        let slides = titles.iter().map(|&title| Slide {
            steps: 2,
            title: title.to_owned(),
            ..Slide::default()
        });
        let slides: Vec<Slide> = slides.collect();
        let decks = ["en", "ko"].map(|language| Deck {
            language: language.to_owned(),
            slides: slides.clone(),
            ..Deck::default()
        });
        self.stage.load(decks.to_vec(), Vec::new());
    }

    /// Waits for the schedule game's next state.
    fn view(&mut self) {
        let message = self.inbox.blocking_recv().expect("the state of a game");
        self.stage.apply(message);
    }

    /// Connects a phone of a device that has no other one.
    fn connect_phone(&mut self) -> Option<u64> {
        let device = self.stage.last_number + 1_000;
        self.connect_device(device)
    }

    fn connect_device(&mut self, device: u64) -> Option<u64> {
        let (reply, mut number) = oneshot::channel();
        let address = [127, 0, 0, 1].into();
        let voter = Voter { device, address };
        self.stage.apply(ToStage::PhoneConnected { voter, reply });
        number.try_recv().expect("an answer")
    }
}

#[test]
fn next_and_back_take_every_step_and_stop_at_both_ends() {
    let mut fixture = Fixture::new(&[1, 0, 2]);
    let mut path = Vec::new();
    for _ in 0..7 {
        path.push(fixture.command(Command::Next));
    }
    assert_eq!(
        path,
        [(0, 1), (1, 0), (2, 0), (2, 1), (2, 2), (2, 2), (2, 2)]
    );
    path.clear();
    for _ in 0..6 {
        path.push(fixture.command(Command::Back));
    }
    assert_eq!(path, [(2, 1), (2, 0), (1, 0), (0, 1), (0, 0), (0, 0)]);
    assert_eq!(
        fixture.command(Command::Go {
            slide: 99,
            step: 99
        }),
        (2, 2)
    );
}

#[test]
fn phones_are_woken_only_for_what_they_can_see() {
    let mut fixture = Fixture::new(&[0, 0]);
    fixture.shown();
    fixture.phones.borrow_and_update();
    fixture.command(Command::Clock);
    fixture.stage.game.tick(Instant::now());
    fixture.shown();
    assert!(
        !fixture.phones.has_changed().expect("open"),
        "a phone does not show the clock"
    );
    fixture.command(Command::Next);
    assert!(fixture.phones.has_changed().expect("open"));
    let state = fixture.phones.borrow_and_update().to_string();
    for key in ["clock", "complaints", "lines", "notes"] {
        assert!(
            !state.contains(&format!("\"{key}\":")) || key == "lines",
            "{key} in {state}"
        );
    }
}

#[test]
fn a_freeze_lights_up_the_row_of_its_step_and_late_events_are_ignored() {
    let mut fixture = Fixture::new(&[0]);
    fixture.stage.demos.insert_running("01-deadlock", 7);
    fixture.stage.apply(ToStage::Demo {
        number: 7,
        event: DemoEvent::Output(b"\x1b[1mFROZEN\x1b[0m\n".to_vec()),
    });
    fixture.stage.apply(ToStage::Demo {
        number: 6,
        event: DemoEvent::Ended(Some(0)),
    });
    fixture.stage.apply(ToStage::Demo {
        number: 7,
        event: DemoEvent::Ended(Some(2)),
    });
    fixture.stage.apply(ToStage::Demo {
        number: 7,
        event: DemoEvent::Ended(Some(0)),
    });
    let shown = fixture.shown();
    assert_eq!(shown["demos"]["01-deadlock"]["status"], "froze");
    assert_eq!(
        shown["demos"]["01-deadlock"]["lines"][0],
        "<span class=\"b\">FROZEN</span>"
    );
    assert_eq!(shown["lights"]["01-deadlock"], "froze");
}

/// What is shown of a demo after these events.
fn ended(events: Vec<DemoEvent>) -> (Value, Value) {
    let mut fixture = Fixture::new(&[0]);
    fixture.stage.demos.insert_running("01-deadlock", 7);
    for event in events {
        fixture.stage.apply(ToStage::Demo { number: 7, event });
    }
    let shown = fixture.shown();
    let lights = shown["lights"]["01-deadlock"].clone();
    (shown["demos"]["01-deadlock"].clone(), lights)
}

#[test]
fn a_demo_ends_as_it_says_itself_and_green_means_promises_kept() {
    for (line, code, status) in [
        ("Verdict: served, every promise kept", 0, "kept"),
        ("Verdict: served, 2 promises broken: a, b", 0, "unkept"),
        ("Verdict: served", 0, "served"),
        ("", 0, "served"),
        ("Verdict: deadlock: ann -> bob -> ann", 2, "deadlock"),
        (
            "Verdict: stuck, waits for a phone: x's phone; the heartbeat stopped",
            2,
            "stuck",
        ),
        ("Verdict: frozen", 2, "froze"),
        ("", 2, "froze"),
        ("Verdict: served, every promise kept", 1, "failed"),
    ] {
        let verdict = Verdict::parse(line).map(DemoEvent::Verdict);
        let end = [DemoEvent::Ended(Some(code))];
        let (demo, light) = ended(verdict.into_iter().chain(end).collect());
        assert_eq!(demo["status"], status, "{line}");
        if status != "failed" {
            assert_eq!(light, status, "{line}");
        }
        if status == "stuck" {
            assert_eq!(
                (&demo["names"][0], &demo["heart"]),
                (&json!("x's phone"), &json!("stopped"))
            );
        }
    }
}

#[test]
fn a_build_that_fails_shows_its_first_error_and_a_taken_port_names_its_program() {
    let many: String = (0..100)
        .map(|it| format!("   Compiling crate-{it}\n"))
        .collect();
    let (demo, _) = ended(vec![
        DemoEvent::Output(many.into_bytes()),
        DemoEvent::NotCompiled(
            "error[E0308]: mismatched types\n  --> src/room.rs:67:5\n".to_owned(),
        ),
    ]);
    assert_eq!(demo["status"], "uncompiled");
    assert_eq!(demo["lines"][0], "error[E0308]: mismatched types");
    let holder = crate::demo::port::Holder {
        process: 77,
        name: "nc".to_owned(),
    };
    let (demo, light) = ended(vec![DemoEvent::PortTaken(7001, Some(holder))]);
    assert_eq!((&demo["status"], light), (&json!("taken"), Value::Null));
    assert_eq!(
        demo["taken"],
        json!({"port": 7001, "program": "nc", "process": 77})
    );
}

#[test]
fn only_what_the_deck_shows_can_be_started() {
    let mut fixture = Fixture::new(&[0]);
    for name in ["06-actor", "rm -rf /", "", "01-deadlock --slow 1"] {
        fixture.command(Command::Start(name.to_owned()));
    }
    fixture.command(Command::Play("01-deadlock".to_owned()));
    assert!(fixture.stage.demos.is_empty() && !fixture.stage.game.has_begun());
}

#[test]
fn phones_are_limited_and_a_vote_ends_with_its_phone() {
    let mut fixture = Fixture::new(&[0]);
    let phones: Vec<u64> = (0..PHONES)
        .map(|_| fixture.connect_phone().expect("room for a phone"))
        .collect();
    assert_eq!(fixture.connect_phone(), None);
    fixture
        .stage
        .game
        .set_vote(Vote::new(1, vec![0, 1], Instant::now() + VOTE));
    for &phone in &phones[..3] {
        fixture.stage.apply(ToStage::Vote {
            phone,
            round: 1,
            choice: 1,
        });
        fixture.stage.apply(ToStage::Vote {
            phone,
            round: 1,
            choice: 1,
        });
    }
    fixture.stage.apply(ToStage::Vote {
        phone: u64::MAX,
        round: 1,
        choice: 0,
    });
    fixture
        .stage
        .apply(ToStage::PhoneDisconnected { phone: phones[0] });
    assert_eq!(
        fixture.shown()["vote"]["count"],
        serde_json::json!([[0, 0], [1, 2]])
    );
    assert!(
        fixture.connect_phone().is_some(),
        "a phone that left makes room"
    );
}

#[test]
fn when_a_vote_ends_its_winner_moves_and_without_votes_no_thread_does() {
    let mut fixture = Fixture::new(&[0]);
    let phone = fixture.connect_phone().expect("room for a phone");
    let inbox = fixture.stage.links.inbox.clone();
    let handle = GameHandle::start("01-deadlock".to_owned(), String::new(), move |view| {
        let view = Box::new(view);
        inbox
            .blocking_send(ToStage::Schedule { number: 70, view })
            .is_ok()
    });
    fixture.stage.game.begin(70, "01-deadlock", handle);
    let message = fixture
        .inbox
        .blocking_recv()
        .expect("the state of a new game");
    fixture.stage.apply(message);
    let began = Instant::now();
    let later = began + Duration::from_secs(60);
    for (round, voter, now, moved) in [
        (1, None, later, false),
        (2, Some(phone), began, false),
        (3, Some(phone), later, true),
    ] {
        fixture
            .stage
            .game
            .set_vote(Vote::new(round, vec![0, 1], began + VOTE));
        if let Some(phone) = voter {
            let choice = 1;
            fixture.stage.apply(ToStage::Vote {
                phone,
                round,
                choice,
            });
        }
        fixture.stage.game.tick(now);
        assert_eq!(fixture.stage.game.has_vote(), now == began, "round {round}");
        if moved {
            let message = fixture
                .inbox
                .blocking_recv()
                .expect("the state after a move");
            fixture.stage.apply(message);
        }
        let rows = fixture.shown()["game"]["rows"].to_string();
        assert_eq!(rows.contains("takes player bob"), moved, "{rows}");
    }
    // No other move was wanted, so the game reported nothing else.
    assert!(fixture.inbox.try_recv().is_err());
}

/// Takes the next states of the game until the audience has a choice again or the game has ended.
/// Returns the state of the vote that is shown then.
fn next_vote(fixture: &mut Fixture) -> String {
    loop {
        let message = fixture.inbox.blocking_recv().expect("a state of the game");
        fixture.stage.apply(message);

        match vote_state(fixture) {
            alone if alone == "alone" => fixture.stage.game.tick(Instant::now() + VOTE),
            other => return other,
        }
    }
}

/// A thread that can move.
fn last_choice(fixture: &mut Fixture) -> usize {
    let count = &fixture.shown()["vote"]["count"];
    let last = count.as_array().and_then(|it| it.last()?[0].as_u64());
    last.expect("a choice") as usize
}

fn moves_made(fixture: &mut Fixture) -> usize {
    fixture.shown()["game"]["rows"]
        .as_array()
        .map_or(0, Vec::len)
}

fn vote_state(fixture: &mut Fixture) -> String {
    let vote = &fixture.shown()["vote"];
    vote["state"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn one_command_plays_a_game_by_votes_until_another_one_ends_them() {
    let mut fixture = Fixture::new(&[0, 0]);
    let phone = fixture.connect_phone().expect("room for a phone");
    fixture.command(Command::Votes(true));
    assert_eq!(vote_state(&mut fixture), "waiting", "the game begins, too");
    assert_eq!(next_vote(&mut fixture), "open");
    let later = || Instant::now() + 2 * VOTE;
    let choice = last_choice(&mut fixture);
    fixture.stage.apply(ToStage::Vote {
        phone,
        round: 1,
        choice,
    });
    fixture.stage.game.tick(later());
    assert_eq!(next_vote(&mut fixture), "open", "the next one by itself");
    // Nobody votes: the presenter picks, and the votes go on.
    let made = moves_made(&mut fixture);
    let choice = last_choice(&mut fixture);
    fixture.stage.game.tick(later());
    assert_eq!(vote_state(&mut fixture), "nobody");
    assert_eq!(moves_made(&mut fixture), made);
    fixture.command(Command::Move(choice));
    assert_eq!(next_vote(&mut fixture), "open");
    let made = moves_made(&mut fixture);
    fixture.command(Command::Votes(false));
    fixture.stage.game.tick(later());
    assert_eq!(vote_state(&mut fixture), "none");
    // Votes go on in the same game, and end with their slide.
    fixture.command(Command::Votes(true));
    assert_eq!(vote_state(&mut fixture), "open");
    assert_eq!(moves_made(&mut fixture), made);
    fixture.command(Command::Back);
    assert_eq!(vote_state(&mut fixture), "open", "it is the same slide");
    fixture.command(Command::Go { slide: 1, step: 0 });
    assert_eq!(vote_state(&mut fixture), "none");
    fixture.command(Command::Votes(true));
    assert_eq!(vote_state(&mut fixture), "none", "no game is on this slide");
}

#[test]
fn a_language_that_the_deck_does_not_have_is_ignored() {
    let mut fixture = Fixture::new(&[0]);
    fixture.command(Command::Language("ko".to_owned()));
    fixture.command(Command::Language("xx".to_owned()));
    assert_eq!(fixture.shown()["language"], "ko");
    let german = Deck {
        language: "de".to_owned(),
        slides: vec![Slide::default()],
        ..Deck::default()
    };
    let (decks, complaints) = (vec![german], Vec::new());
    fixture.stage.apply(ToStage::Deck { decks, complaints });
    assert_eq!(fixture.shown()["language"], "de");
}

#[test]
fn a_question_on_the_wall_is_taken_off_before_the_slide_turns() {
    let mut fixture = Fixture::new(&[0, 0, 0]);
    let from = Voter {
        device: 1,
        address: std::net::IpAddr::from([10, 0, 0, 1]),
    };
    let pick = Command::Audience(Moderation::PickFirst);
    let (reply, mut list) = oneshot::channel();
    let wish = Wish::Ask("why?".to_owned());
    fixture.stage.apply(ToStage::Audience { from, wish, reply });
    let own = list.try_recv().expect("an answer").expect("taken");
    assert_eq!(own["waiting"][0], "why?");
    fixture.command(Command::Audience(Moderation::Show(1)));
    for (command, place) in [
        (Command::Next, (0, 0)),
        (Command::Back, (0, 0)),
        (Command::Go { slide: 2, step: 0 }, (2, 0)),
    ] {
        // An answered question is picked by its number.
        fixture.command(Command::Audience(Moderation::Pick(1)));
        assert_eq!(fixture.shown()["audience"]["wall"]["text"], "why?");
        assert_eq!(fixture.command(command), place);
        assert_eq!(fixture.shown()["audience"]["wall"], Value::Null);
    }
    assert_eq!(fixture.command(pick), (2, 0));
    assert_eq!(fixture.shown()["audience"]["wall"], Value::Null);
}

#[test]
fn a_rehearsal_starts_the_clock_and_ends_with_the_times_of_each_slide() {
    let began = Instant::now();
    let mut fixture = Fixture::new(&[0, 0]);
    fixture.title(&["one", "two"]);
    fixture.command(Command::Next);
    assert_eq!(fixture.shown()["clock"]["runs"], false, "no rehearsal");
    fixture.command(Command::Back);
    fixture.stage.rehearse = true;
    // Two steps, then the second slide.
    for _ in 0..3 {
        fixture.command(Command::Next);
    }
    assert_eq!(fixture.shown()["clock"]["runs"], true);
    // The clock stands, so that the next stage has the same times.
    fixture.command(Command::Clock);
    let shown = fixture.shown();
    let at_most = began.elapsed().as_secs();
    for slide in [0, 1] {
        let [last, now] = [0, 1].map(|it| &shown["plan"]["slides"][slide][it]);
        assert_eq!(*last, Value::Null);
        assert!(now.as_u64().is_some_and(|it| it <= at_most), "{now}");
    }
    assert_eq!(shown["rehearse"], true);
    let mut next = Fixture::new(&[0, 0]);
    next.title(&["one", "two"]);
    next.stage.restore(fixture.stage.snapshot());
    assert_eq!(next.shown()["plan"]["slides"], shown["plan"]["slides"]);
    // At 0:00 again, only the slide that is shown counts.
    next.command(Command::ClockToZero);
    assert_eq!(
        next.shown()["plan"]["slides"],
        serde_json::json!([[null, null], [null, 0]])
    );
}

#[test]
fn a_deck_without_slides_does_not_replace_the_deck_that_is_shown() {
    let mut fixture = Fixture::new(&[0, 0, 0]);
    fixture.command(Command::Go { slide: 2, step: 0 });
    fixture.stage.apply(ToStage::Deck {
        decks: vec![Deck::default(), Deck::default()],
        complaints: Vec::new(),
    });
    assert_eq!(fixture.shown()["slide"], 2);
}

#[test]
fn a_snapshot_survives_json_and_restores_every_part() {
    let mut fixture = Fixture::new(&[0, 3, 1]);
    fixture.command(Command::Go { slide: 1, step: 2 });
    for command in [
        Command::Dark,
        Command::Lights,
        Command::Clock,
        Command::Language("ko".to_owned()),
    ] {
        fixture.command(command);
    }
    for (name, number) in [("01-deadlock", 7), ("06-actor --slow 3", 8)] {
        fixture.stage.demos.insert_running(name, number);
        let event = DemoEvent::Output(b"\x1b[1mFROZEN\x1b[0m\n<b>".to_vec());
        fixture.stage.apply(ToStage::Demo { number, event });
    }
    let verdict = Verdict::parse("Verdict: deadlock: ann -> bob -> ann").expect("a verdict");
    for event in [DemoEvent::Verdict(verdict), DemoEvent::Ended(Some(2))] {
        fixture.stage.apply(ToStage::Demo { number: 7, event });
    }
    for wish in [Wish::Ask("why?".to_owned()), Wish::React(Reaction::Lost)] {
        let (reply, _list) = oneshot::channel();
        let address = std::net::IpAddr::from([10, 0, 0, 1]);
        let from = Voter { device: 1, address };
        fixture.stage.apply(ToStage::Audience { from, wish, reply });
    }
    fixture.command(Command::Audience(Moderation::Pick(1)));
    fixture.stage.last_number = 40;
    let before = fixture.shown();
    let json = serde_json::to_string(&fixture.stage.snapshot()).expect("JSON");

    let mut next = Fixture::new(&[0, 3, 1]);
    let snapshot: Snapshot = serde_json::from_str(&json).expect("a snapshot");
    next.stage.restore(snapshot.clone());
    let after = next.shown();
    assert_eq!(after["audience"]["wall"]["text"], "why?");
    for part in [
        "slide", "step", "dark", "language", "allLit", "lights", "audience",
    ] {
        assert_eq!(after[part], before[part], "{part}");
    }
    assert_eq!(after["clock"]["runs"], true);
    assert_eq!(
        after["demos"]["01-deadlock"], before["demos"]["01-deadlock"],
        "a demo that had ended"
    );
    let stopped = &after["demos"]["06-actor --slow 3"];
    assert_eq!(stopped["status"], "stopped", "a demo that ran");
    assert!(
        stopped["why"]
            .as_str()
            .expect("why")
            .contains("the stage ended")
    );
    assert_eq!(next.stage.last_number, 40);
    // The game was not begun, and a second restart changes nothing.
    assert!(!next.stage.game.has_begun());
    assert_eq!(next.stage.demos.save(), fixture.stage.demos.save());
    assert_eq!(fixture.stage.snapshot(), snapshot, "it changes on its own");
}

#[test]
fn a_slide_is_found_again_by_its_title_and_never_beyond_the_deck() {
    let titled = |titles: &[&str]| {
        let mut fixture = Fixture::new(&vec![2; titles.len()]);
        fixture.title(titles);
        fixture
    };
    let mut fixture = titled(&["one", "two", "three"]);
    fixture.command(Command::Go { slide: 1, step: 1 });
    let snapshot = fixture.stage.snapshot();
    for (titles, slide) in [
        (&["one", "two", "three"][..], 1),
        (&["zero", "one", "two", "three"], 2),
        (&["two"], 0),
        (&["four", "five", "six"], 1),
        (&["four"], 0),
    ] {
        let mut next = titled(titles);
        next.stage.restore(snapshot.clone());
        assert_eq!(next.shown()["slide"], slide, "{titles:?}");
    }
}

#[test]
fn a_game_and_its_vote_go_on_after_a_restart() {
    let mut fixture = Fixture::new(&[0]);
    fixture.command(Command::Play("06-actor".to_owned()));
    fixture.view();
    for _ in 0..3 {
        let threads = fixture.shown()["game"]["threads"].clone();
        let mut threads = threads.as_array().expect("threads").iter();
        let can_move = threads.position(|it| it["canMove"] == true);
        fixture.command(Command::Move(can_move.expect("one of them")));
        fixture.view();
    }
    assert_eq!(
        fixture.shown()["game"]["rows"].as_array().map(Vec::len),
        Some(3)
    );
    let began = Instant::now();
    fixture.command(Command::Votes(true));
    let round = fixture.shown()["vote"]["round"].as_u64().expect("a vote");
    let phone = fixture.connect_phone().expect("room for a phone");
    let choice = fixture.shown()["vote"]["count"][0][0]
        .as_u64()
        .expect("one") as usize;
    fixture.stage.apply(ToStage::Vote {
        phone,
        round,
        choice,
    });
    let before = fixture.shown();
    assert_eq!(before["vote"]["count"][0][1], 1);

    let mut next = Fixture::new(&[0]);
    next.stage.restore(fixture.stage.snapshot());
    // Killed again, before the game has made its moves.
    let snapshot = next.stage.snapshot();
    let mut next = Fixture::new(&[0]);
    next.stage.restore(snapshot);
    next.view();
    let after = next.shown();
    assert_eq!(after["game"], before["game"]);
    assert_eq!(after["vote"]["round"], round);
    assert_eq!(after["vote"]["count"], before["vote"]["count"]);
    let left = after["vote"]["left"].as_u64().expect("milliseconds");
    let (all, passed) = (VOTE.as_millis(), began.elapsed().as_millis() + 1);
    let at_least = u64::try_from(all.saturating_sub(passed)).expect("some seconds");
    assert!((at_least..=4000).contains(&left), "{left} ms are left");
}

#[test]
fn a_vote_that_ended_without_ballots_does_not_begin_again_after_a_restart() {
    let mut fixture = Fixture::new(&[0]);
    fixture.command(Command::Votes(true));
    assert_eq!(next_vote(&mut fixture), "open");
    let choice = last_choice(&mut fixture);
    fixture.stage.game.tick(Instant::now() + 2 * VOTE);
    assert_eq!(vote_state(&mut fixture), "nobody");
    let mut next = Fixture::new(&[0]);
    next.stage.restore(fixture.stage.snapshot());
    next.view();
    assert_eq!(vote_state(&mut next), "nobody", "the presenter picks");
    next.command(Command::Move(choice));
    assert_eq!(next_vote(&mut next), "open", "and the votes go on");
}

#[test]
fn a_ballot_that_does_not_count_takes_no_other_one_away() {
    let mut fixture = Fixture::new(&[0]);
    let vote = Vote::new(1, vec![0, 1], Instant::now());
    fixture.stage.game.set_vote(vote);
    let phones: Vec<u64> = (0..PHONES)
        .map(|_| fixture.connect_phone().expect("room for a phone"))
        .collect();
    let (early, late) = phones.split_at(1);
    for &phone in late.iter().chain(early) {
        for (round, choice) in [(2, 1), (1, 7)] {
            fixture.stage.apply(ToStage::Vote {
                phone,
                round,
                choice,
            });
        }
        let (round, choice) = (1, usize::from(phone == early[0]));
        fixture.stage.apply(ToStage::Vote {
            phone,
            round,
            choice,
        });
    }
    // As many as one address has; the last one to vote was there first.
    let count = fixture.shown()["vote"]["count"].clone();
    assert_eq!(count, serde_json::json!([[0, 199], [1, 1]]));
}

#[test]
fn a_device_keeps_its_one_vote_when_it_connects_again() {
    let mut fixture = Fixture::new(&[0]);
    let vote = Vote::new(1, vec![0, 1], Instant::now());
    fixture.stage.game.set_vote(vote);
    let pages = [7, 7, 7, 8].map(|it| fixture.connect_device(it).expect("room"));
    for (phone, choice) in pages.into_iter().zip([0, 1, 1, 1]) {
        let round = 1;
        fixture.stage.apply(ToStage::Vote {
            phone,
            round,
            choice,
        });
    }
    let count = |fixture: &mut Fixture| fixture.shown()["vote"]["count"].clone();
    let two = serde_json::json!([[0, 0], [1, 2]]);
    assert_eq!(count(&mut fixture), two, "two devices");
    // A page is reloaded: the new one is there before the old one has gone, or after it.
    let again = fixture.connect_device(8).expect("room");
    for phone in [pages[3], pages[0], pages[1]] {
        fixture.stage.apply(ToStage::PhoneDisconnected { phone });
    }
    assert_eq!(count(&mut fixture), two);
    for phone in [pages[2], again] {
        fixture.stage.apply(ToStage::PhoneDisconnected { phone });
    }
    assert_eq!(count(&mut fixture), serde_json::json!([[0, 0], [1, 0]]));
}
