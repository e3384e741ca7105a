use super::*;

fn run(rate: f64, micros: u64) -> Run {
    let mut latencies = Latencies::default();
    latencies.add(Duration::from_micros(micros));
    Run {
        rate,
        latencies,
        grabbed: 100,
        ..Run::default()
    }
}

fn frozen() -> Run {
    Run {
        froze: true,
        ..run(10.0, 1)
    }
}

fn room(name: &str, alone: Vec<Run>, slow: Vec<Run>) -> Room {
    Room {
        name: name.into(),
        limit: None,
        alone,
        slow,
    }
}

#[test]
fn rooms_are_compared_with_the_base() {
    let mut three = room("03", vec![run(50.0, 300)], vec![run(25.0, 800)]);
    three.alone[0].twice = 4;
    three.alone[0].latencies.add(Duration::from_micros(900));
    three.slow[0].outbox = Some(6_400);
    let mut six = room("06", vec![run(150.0, 50)], vec![run(100.0, 100)]);
    six.limit = Some(64);
    six.slow[0].disconnected = true;
    let rooms = [
        room("01", vec![frozen(), run(100.0, 100)], vec![frozen()]),
        room(
            BASE,
            vec![run(130.0, 100), run(90.0, 100), run(100.0, 100)],
            vec![frozen(), frozen()],
        ),
        three,
        six,
    ];
    let [alone, slow] = tables(&rooms).expect("a base");
    let cells = |table: &Table, row: usize| table.rows[row].1.join(" · ");
    assert_eq!(cells(&alone, 0), "froze, 1 of 2 · never · never · –");
    assert_eq!(cells(&alone, 1), "1.0 · 1.0 · 1.0 · –");
    assert_eq!(cells(&alone, 2), "0.50 · 3.0 · 9.0 · 25");
    assert_eq!(
        cells(&slow, 1),
        "froze · never · never · is waited for · – · –"
    );
    assert_eq!(
        cells(&slow, 2),
        "0.25 · 8.0 · 8.0 · is queued for · 100 · no"
    );
    assert_eq!(
        cells(&slow, 3),
        "1.0 · 1.0 · 1.0 · is disconnected · 1.0 · yes"
    );
}

#[test]
fn the_sentence_has_the_run_that_is_furthest_from_the_median() {
    let rooms = [
        room("01", vec![frozen(), frozen()], vec![]),
        room(
            "02",
            vec![run(100.0, 1), run(95.0, 1), run(109.5, 1)],
            vec![],
        ),
    ];
    let told = spread(&rooms).expect("three runs");
    assert!(told.contains("further than 10 % from"), "{told}");
    assert_eq!(spread(&rooms[..1]), None);
}

#[test]
fn nothing_is_compared_with_a_room_that_froze() {
    assert_eq!(tables(&[]), Err(NoBase::Missing));
    let frozen = tables(&[room(BASE, vec![frozen()], vec![])]);
    assert_eq!(frozen, Err(NoBase::Froze));
}
