//! The stage without a network: what a message does, and what is shown then.

use super::*;
use crate::{
    deck::Slide,
    demo::{
        program::Program,
        run::{Heard, Running},
    },
};
use serde_json::Value;
use tokio::sync::oneshot;

struct Theatre {
    stage: Stage,
    pages: watch::Receiver<Utf8Bytes>,
    phones: watch::Receiver<Utf8Bytes>,
    inbox: mpsc::Receiver<ToStage>,
}

impl Theatre {
    fn open(steps: &[u32]) -> Theatre {
        let (myself, inbox) = mpsc::channel(WISHES_WAITING);
        let (pages, pages_show) = watch::channel("{}".into());
        let (phones, phones_show) = watch::channel("{}".into());
        let shown = Shown { pages, phones };
        let mut stage = Stage::new(
            "en",
            Addresses::default(),
            myself,
            Arc::new(Traffic::new()),
            shown,
        );
        let slides: Vec<Slide> = steps
            .iter()
            .map(|&steps| Slide {
                steps,
                demos: vec!["01-deadlock".to_owned()],
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
        Theatre {
            stage,
            pages: pages_show,
            phones: phones_show,
            inbox,
        }
    }

    fn wish(&mut self, wish: Wish) -> (u64, u64) {
        self.stage.apply(ToStage::Wish(wish));
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

    fn seat(&mut self) -> Option<u64> {
        let (reply, mut number) = oneshot::channel();
        self.stage.apply(ToStage::Phone { reply });
        number.try_recv().expect("an answer")
    }

    /// As if the demo ran: a number and nobody behind it.
    fn runs(&mut self, name: &str, number: u64) {
        let (stage, _nobody) = mpsc::channel(8);
        let running = Running::replay(&Program::named(name).expect("a step"), 0, stage);
        let demo = Demo {
            number,
            status: Status::Running,
            running: Some(running),
            ..Demo::default()
        };
        self.stage.demos.insert(name.to_owned(), demo);
    }
}

#[test]
fn next_and_back_go_step_by_step_and_stop_at_both_ends() {
    let mut theatre = Theatre::open(&[1, 0, 2]);
    let mut way = Vec::new();
    for _ in 0..7 {
        way.push(theatre.wish(Wish::Next));
    }
    assert_eq!(
        way,
        [(0, 1), (1, 0), (2, 0), (2, 1), (2, 2), (2, 2), (2, 2)]
    );
    way.clear();
    for _ in 0..6 {
        way.push(theatre.wish(Wish::Back));
    }
    assert_eq!(way, [(2, 1), (2, 0), (1, 0), (0, 1), (0, 0), (0, 0)]);
    assert_eq!(
        theatre.wish(Wish::Go {
            slide: 99,
            step: 99
        }),
        (2, 2)
    );
}

#[test]
fn phones_are_woken_for_what_they_can_see_and_for_nothing_else() {
    let mut theatre = Theatre::open(&[0, 0]);
    theatre.shown();
    theatre.phones.borrow_and_update();
    theatre.wish(Wish::Clock);
    theatre.stage.tick(Instant::now());
    theatre.shown();
    assert!(
        !theatre.phones.has_changed().expect("open"),
        "the clock is not theirs"
    );
    theatre.wish(Wish::Next);
    assert!(theatre.phones.has_changed().expect("open"));
    let state = theatre.phones.borrow_and_update().to_string();
    for theirs in ["clock", "complaints", "lines", "notes"] {
        assert!(
            !state.contains(&format!("\"{theirs}\":")) || theirs == "lines",
            "{theirs} in {state}"
        );
    }
}

#[test]
fn a_demo_that_freezes_lights_its_row_up_and_late_words_change_nothing() {
    let mut theatre = Theatre::open(&[0]);
    theatre.runs("01-deadlock", 7);
    theatre.stage.apply(ToStage::Demo {
        number: 7,
        heard: Heard::Said(b"\x1b[1mFROZEN\x1b[0m\n".to_vec()),
    });
    theatre.stage.apply(ToStage::Demo {
        number: 6,
        heard: Heard::Ended(Some(0)),
    });
    theatre.stage.apply(ToStage::Demo {
        number: 7,
        heard: Heard::Ended(Some(2)),
    });
    theatre.stage.apply(ToStage::Demo {
        number: 7,
        heard: Heard::Ended(Some(0)),
    });
    let shown = theatre.shown();
    assert_eq!(shown["demos"]["01-deadlock"]["status"], "froze");
    assert_eq!(
        shown["demos"]["01-deadlock"]["lines"][0],
        "<span class=\"b\">FROZEN</span>"
    );
    assert_eq!(shown["lights"]["01-deadlock"], "froze");
}

#[test]
fn what_the_deck_does_not_show_cannot_be_started() {
    let mut theatre = Theatre::open(&[0]);
    for name in ["06-actor", "rm -rf /", "", "01-deadlock --slow 1"] {
        theatre.wish(Wish::Start(name.to_owned()));
    }
    theatre.wish(Wish::Play("01-deadlock".to_owned()));
    assert!(theatre.stage.demos.is_empty() && theatre.stage.table.is_none());
}

#[test]
fn there_are_so_many_phones_and_a_vote_each_that_goes_with_them() {
    let mut theatre = Theatre::open(&[0]);
    let phones: Vec<u64> = (0..PHONES)
        .map(|_| theatre.seat().expect("a seat"))
        .collect();
    assert_eq!(theatre.seat(), None);
    theatre.stage.vote = Some(Vote::new(1, vec![0, 1], Instant::now()));
    for &phone in &phones[..3] {
        theatre.stage.apply(ToStage::Ballot {
            phone,
            round: 1,
            choice: 1,
        });
        theatre.stage.apply(ToStage::Ballot {
            phone,
            round: 1,
            choice: 1,
        });
    }
    theatre.stage.apply(ToStage::Ballot {
        phone: u64::MAX,
        round: 1,
        choice: 0,
    });
    theatre.stage.apply(ToStage::Gone { phone: phones[0] });
    assert_eq!(
        theatre.shown()["vote"]["count"],
        serde_json::json!([[0, 0], [1, 2]])
    );
    assert!(theatre.seat().is_some(), "a seat that was left is free");
}

#[test]
fn a_vote_moves_its_winner_when_its_time_is_over_and_nobody_if_nobody_voted() {
    let mut theatre = Theatre::open(&[0]);
    let phone = theatre.seat().expect("a seat");
    let myself = theatre.stage.myself.clone();
    theatre.stage.game_number = 70;
    theatre.stage.table = Some(Table::open("01-deadlock".to_owned(), 70, myself));
    let news = theatre.inbox.blocking_recv().expect("the game begins");
    theatre.stage.apply(news);
    let began = Instant::now();
    let later = began + Duration::from_secs(60);
    for (round, voter, now, moved) in [
        (1, None, later, false),
        (2, Some(phone), began, false),
        (3, Some(phone), later, true),
    ] {
        theatre.stage.vote = Some(Vote::new(round, vec![0, 1], began));
        if let Some(phone) = voter {
            let choice = 1;
            theatre.stage.apply(ToStage::Ballot {
                phone,
                round,
                choice,
            });
        }
        theatre.stage.tick(now);
        assert_eq!(theatre.stage.vote.is_some(), now == began, "round {round}");
        if moved {
            let news = theatre.inbox.blocking_recv().expect("a move");
            theatre.stage.apply(news);
        }
        let rows = theatre.shown()["game"]["rows"].to_string();
        assert_eq!(rows.contains("takes player bob"), moved, "{rows}");
    }
    // Until now nothing else was wanted of the game: it waits for the next move.
    assert!(theatre.inbox.try_recv().is_err());
}

#[test]
fn a_deck_that_is_broken_while_it_is_edited_leaves_the_slides_where_they_are() {
    let mut theatre = Theatre::open(&[0, 0, 0]);
    theatre.wish(Wish::Go { slide: 2, step: 0 });
    theatre.stage.apply(ToStage::Deck {
        decks: vec![Deck::default(), Deck::default()],
        complaints: Vec::new(),
    });
    assert_eq!(theatre.shown()["slide"], 2);
}
