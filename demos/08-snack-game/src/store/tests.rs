use super::{leaderboard::Boards, *};
use crate::folder::Folder;
use std::time::Duration;

fn score(name: &str, points: u16) -> Score {
    Score {
        name: name.to_owned(),
        team: 0,
        points,
    }
}

#[test]
fn a_leaderboard_has_ten_names_at_most_each_with_its_best_score() {
    let mut boards = Boards::default();
    boards.add("a", 1, vec![score("ann", 5), score("bob", 7)]);
    boards.add("a", 1, vec![score("ann", 9), score("bob", 3)]);
    let board = boards.of(Some("a"), 1);
    assert_eq!(board.today, [score("ann", 9), score("bob", 7)]);
    assert_eq!(board.ever, board.today);
    boards.add(
        "b",
        1,
        (0..20).map(|n| score(&format!("bot {n:02}"), n)).collect(),
    );
    assert_eq!(boards.of(Some("b"), 1).ever.len(), 10);
    assert_eq!(boards.of(None, 1).ever[0], score("bot 19", 19));
    assert_eq!(
        boards.of(Some("a"), 1),
        board,
        "another room has its own leaderboard"
    );
}

#[test]
fn a_day_has_its_own_leaderboard_which_is_deleted_after_a_week() {
    let mut boards = Boards::default();
    boards.add("a", 1, vec![score("ann", 5)]);
    let changed = boards.add("a", 20, vec![score("bob", 1)]);
    assert_eq!(boards.of(None, 20).today, [score("bob", 1)]);
    assert_eq!(boards.of(None, 20).ever, [score("ann", 5), score("bob", 1)]);
    let deleted = changed.iter().filter(|(_, board)| board.is_none());
    let deleted: Vec<_> = deleted.map(|(key, _)| key.as_str()).collect();
    assert_eq!(deleted, ["1/", "1/a"]);
}

#[test]
fn a_clock_that_is_set_back_does_not_delete_the_newest_rounds() {
    let folder = Folder::new();
    let rounds = Rounds::new(folder.path().to_owned());
    let (now, long_ago) = (Duration::from_secs(2_000_000), Duration::from_secs(1_000));
    for round in 0..150 {
        let clock = if round < 100 { now } else { long_ago };
        rounds.keep(clock, "hall", round, b"a round").expect("kept");
    }
    let mut kept: Vec<u32> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .filter_map(|name| name.strip_suffix(".rush")?.rsplit_once('-')?.1.parse().ok())
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, (50..150).collect::<Vec<_>>(), "the newest hundred");
}

#[test]
fn the_wall_clock_may_show_any_time() {
    let wall = WallClock::default();
    let today = wall.day();
    for (ahead, day) in [
        (86_400, today + 1),
        (-86_400, today - 1),
        (i64::MIN, 0),
        (-4_000_000_000, 0),
    ] {
        wall.set_ahead(ahead);
        // Midnight may pass while this is asked.
        assert!((day..=day + 1).contains(&wall.day()), "{ahead}");
    }
    wall.set_ahead(i64::MAX);
    assert!(wall.day() > today);
}

#[test]
fn a_complete_round_replaces_the_part_stored_at_a_shutdown() {
    use rush::{Config, Input, Name, Seat, World, log::Log};
    let folder = Folder::new();
    let rounds = Rounds::new(folder.path().to_owned());
    let name = |_: Seat| Name::heard("ann").expect("a name");
    let mut world = World::new(Config::default(), 7, 3, []);
    let mut log = Log::of(&world, name);
    let mut plays = |ticks: usize, log: &mut Log| {
        for _ in 0..ticks {
            let inputs = [Input::Join { seat: Seat(0) }];
            world.step(&inputs);
            log.record(&inputs, name, &world);
        }
    };
    plays(13, &mut log);
    let part = log.write();
    plays(20, &mut log);
    let whole = log.write();
    let other = Log::of(&World::new(Config::default(), 8, 3, []), name).write();
    let mut now = Duration::from_secs(1);
    let mut keep = |room: &str, log: &[u8]| {
        now += Duration::from_secs(1);
        rounds.keep(now, room, 3, log).expect("a file");
    };
    keep("a-b", &part);
    keep("b", &other);
    keep("a-b", &other);
    keep("b", &whole);
    keep("a-b", &whole);
    let mut files: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    files.sort_by_key(|file| file.as_ref().expect("a file").file_name());
    let kept = files
        .iter()
        .map(|file| fs::read(file.as_ref().expect("a file").path()).expect("ours"));
    let kept: Vec<Vec<u8>> = kept.collect();
    assert_eq!(
        kept,
        [&other[..], &other, &whole, &whole],
        "only the part was replaced"
    );
}

#[test]
fn a_crash_leaves_one_temporary_file_at_most() {
    let folder = Folder::new();
    let rounds = Rounds::new(folder.path().to_owned());
    let names = || {
        let all = fs::read_dir(folder.path()).expect("a folder");
        let all = all.map(|file| file.expect("a file").file_name());
        all.collect::<Vec<_>>()
    };
    fs::write(folder.path().join(rounds::TEMPORARY), b"half a log").expect("ours");
    for round in 1..=3 {
        let now = Duration::from_secs(round.into());
        rounds.keep(now, "hall", round, b"a log").expect("a file");
    }
    assert_eq!(names().len(), 3, "{:?}", names());
}

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < until, "timed out: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn taking_over_does_not_wait_and_loses_no_scores() {
    let folder = Folder::new();
    let hall: Arc<str> = "hall".into();
    let (before, its_thread) = Store::open(folder.path()).expect("new scores");
    let (next, thread) = Store::take_over(folder.path()).expect("a thread");
    assert!(before.keep_scores(&hall, before.wall().day(), vec![score("ann", 5)]));
    assert!(next.keep_scores(&hall, next.wall().day(), vec![score("bob", 7)]));
    wait_until("the process before has written", || {
        before.counts() == (1, 0)
    });
    assert_eq!(next.board(None), Board::default(), "it is not open yet");
    before.close();
    its_thread.join().expect("it was closed");
    wait_until("both", || next.counts() == (1, 0));
    assert_eq!(next.board(None).ever, [score("bob", 7), score("ann", 5)]);
    next.close();
    thread.join().expect("it was closed");
}

#[test]
fn taking_over_does_not_change_damaged_scores() {
    let folder = Folder::new();
    let file = folder.path().join(FILE);
    let garbage = vec![0x5a; 100_000];
    fs::write(&file, &garbage).expect("a file");
    let (store, thread) = Store::take_over(folder.path()).expect("a thread");
    assert!(store.keep_scores(&"hall".into(), store.wall().day(), vec![score("ann", 5)]));
    wait_until("it has failed", || store.counts() == (0, 1));
    store.close();
    thread.join().expect("it ends");
    assert!(fs::read(&file).expect("it is there") == garbage);
}
