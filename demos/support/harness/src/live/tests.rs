//! The live line in a pipe and on a terminal.

use super::*;

fn moment() -> Moment {
    Moment {
        elapsed: Duration::from_millis(5_900),
        rate: 15_065,
        players: 9,
        oldest: None,
        memory: Some(10_600_000),
        crowd: None,
        behind: None,
        beat: None,
    }
}

/// Every field, each at its widest.
fn worst() -> Moment {
    Moment {
        rate: 99_999,
        players: 256,
        oldest: Some((Duration::from_millis(800), "bot-2".into())),
        memory: Some(1_234_000_000),
        crowd: Some(CrowdErrors {
            twice: 18_000,
            disorder: 256,
        }),
        behind: Some(Behind {
            name: "slow-1".into(),
            lines: 66_509,
        }),
        beat: Some(Duration::from_millis(1_250)),
        ..moment()
    }
}

fn row(moment: &Moment) -> String {
    let fields: Vec<String> = moment
        .fields(&mut 0)
        .into_iter()
        .map(|(said, _)| said)
        .collect();
    fields.join("  ")
}

#[test]
fn a_pipe_gets_every_field_in_words() {
    let calm = "   5 s  15065 replies/s, 9 players, none unanswered, 10.6 MB";
    assert_eq!(moment().line(), calm);
    assert_eq!(
        worst().line(),
        "   5 s  99999 replies/s, 256 players, oldest unanswered 0.8 s (bot-2), 1234 MB, \
         18000 snacks twice, 256 players out of order, deepest outbox 66509 lines (slow-1), \
         no heartbeat for 1.2 s"
    );
}

#[test]
fn a_terminal_gets_the_fields_that_fit_one_row() {
    assert_eq!(
        row(&moment()),
        "15065 replies/s  9 players  oldest 0.0 s  10.6 MB"
    );
    let fields = worst().fields(&mut 0);
    assert!(row(&worst()).chars().count() <= COLUMNS, "{fields:?}");
    assert_eq!(
        row(&worst()),
        "99999/s  256 in  0.8 s  twice 18k  disorder 256  outbox 66k  no heartbeat 1.2 s"
    );
}

#[test]
fn a_broken_promise_is_an_alarm() {
    assert!(moment().fields(&mut 0).iter().all(|(_, alarm)| !alarm));
    let alarms = worst()
        .fields(&mut 0)
        .into_iter()
        .filter(|(_, alarm)| *alarm);
    assert_eq!(alarms.count(), 5);
}

#[test]
fn the_lightest_field_is_shortened_first_and_no_row_overflows() {
    let field = |long: &str, short: &str, weight| Field::plain(long.into(), short.into(), weight);
    let fields = || vec![field("heavy", "hv", 2), field("light", "", 1)];
    let said = |columns| -> Vec<String> {
        let fields = fit(fields(), columns, &mut 0).into_iter();
        fields.map(|(said, _)| said).collect()
    };
    assert_eq!(said(12), ["heavy", "light"]);
    assert_eq!(said(11), ["heavy"]);
    assert_eq!(said(4), ["hv"]);
    assert!(said(1).is_empty());
}

#[test]
fn numbers_are_short_and_have_units() {
    assert_eq!(
        (&*count(1, "player"), &*count(0, "player")),
        ("1 player", "0 players")
    );
    assert_eq!(bytes(99_949_999), "99.9 MB");
    assert_eq!(
        [9_999, 10_000, 10_000_000].map(thousands),
        ["9999", "10k", "10M"]
    );
    assert_eq!(seconds(Duration::from_millis(2_040)), "2.0 s");
}

#[test]
fn a_shortened_field_stays_short() {
    let mut cuts = 0;
    let row = |moment: &Moment, cuts: &mut usize| moment.fields(cuts).len();
    assert_eq!(row(&moment(), &mut cuts), 4);
    row(&worst(), &mut cuts);
    assert_eq!(row(&moment(), &mut cuts), 3);
    assert_eq!(moment().fields(&mut cuts)[1].0, "9 in");
}
