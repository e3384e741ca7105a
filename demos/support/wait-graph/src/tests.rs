//! Which cycles and trails are found, and the words for them.

use super::*;

fn graph<const N: usize>(things: Vec<Thing>, waits: [Vec<(How, usize)>; N]) -> WaitGraph {
    let wait = |(how, thing)| Wait {
        how,
        thing: (!matches!(how, How::End(_) | How::Turn(_))).then_some(thing),
    };
    WaitGraph {
        waits: waits
            .into_iter()
            .map(|waits| waits.into_iter().map(wait).collect())
            .collect(),
        things,
    }
}

fn held(holders: &[usize], queue: &[usize]) -> Thing {
    Thing {
        holders: holders.to_vec(),
        queue: queue.to_vec(),
        ..Thing::default()
    }
}

fn pipe(readers: &[usize], writers: &[usize]) -> Thing {
    Thing {
        readers: readers.to_vec(),
        writers: writers.to_vec(),
        ..Thing::default()
    }
}

#[test]
fn two_locks_in_two_orders_make_a_cycle_that_leaves_the_bystander_out() {
    let waits = [
        vec![(How::Lock, 0)],
        vec![(How::Lock, 1)],
        vec![(How::Lock, 0)],
    ];
    let mut graph = graph(vec![held(&[1], &[]), held(&[2], &[])], waits);
    assert_eq!(graph.cycle().unwrap(), [1, 2]);
    assert_eq!(graph.trail(0), [0, 1, 2]);
    graph.waits[2].clear();
    assert_eq!(graph.cycle(), None, "an ended thread closes no cycle");
    assert_eq!(graph.trail(0), [0, 1, 2]);
}

#[test]
fn of_two_ways_back_the_shorter_one_is_the_cycle() {
    let waits = [
        vec![(How::Lock, 0)],
        vec![(How::Lock, 1)],
        vec![(How::Lock, 2)],
        vec![(How::Lock, 1)],
    ];
    for ways in [[1, 2], [2, 1]] {
        let things = vec![held(&ways, &[]), held(&[0], &[]), held(&[3], &[])];
        assert_eq!(graph(things, waits.clone()).cycle().unwrap(), [0, 1]);
    }
}

#[test]
fn a_thread_that_waits_for_its_own_lock_is_a_cycle_of_one() {
    let graph = graph(vec![held(&[0], &[])], [vec![(How::Lock, 0)]]);
    assert_eq!(graph.cycle().unwrap(), [0]);
    assert_eq!(graph.trail(0), [0]);
}

#[test]
fn a_free_lock_waits_for_the_first_in_its_queue() {
    let next = graph(vec![held(&[], &[1, 0])], [vec![(How::Lock, 0)], vec![]]);
    assert_eq!(next.on(0), [1]);
    let unfair = graph(vec![held(&[], &[])], [vec![(How::Lock, 0)]]);
    assert_eq!(unfair.on(0), [] as [usize; 0]);
}

#[test]
fn a_reader_waits_for_the_writer_that_holds_or_for_the_writers_ahead() {
    let waits = [vec![(How::ReadLock, 0)], vec![], vec![(How::Lock, 0)]];
    let mut graph = graph(vec![held(&[1], &[2])], waits);
    assert_eq!(graph.on(0), [1]);
    graph.things[0].is_only_read = true;
    assert_eq!((graph.on(0), graph.on(2)), (vec![2], vec![1]));
}

#[test]
fn a_full_queue_waits_for_its_readers_and_an_empty_one_for_its_writers() {
    let waits = [
        vec![(How::Full, 0)],
        vec![(How::Empty, 0)],
        vec![(How::Reader, 0)],
        vec![(How::Notification, 0)],
    ];
    let graph = graph(vec![pipe(&[1], &[2, 3])], waits);
    let on: Vec<Vec<usize>> = (0..4).map(|actor| graph.on(actor)).collect();
    assert_eq!(on, [vec![1], vec![2, 3], vec![1], vec![]]);
    assert_eq!(graph.cycle().unwrap(), [1, 2]);
}

#[test]
fn the_first_of_several_waits_and_a_blocked_thread_lead_on() {
    let waits = [
        vec![(How::End(1), 0), (How::Turn(2), 0)],
        vec![],
        vec![(How::Turn(0), 0)],
    ];
    let graph = graph(vec![], waits);
    assert_eq!(graph.on(0), [1, 2]);
    assert_eq!(graph.trail(0), [0, 1]);
    assert_eq!(graph.cycle().unwrap(), [0, 2]);
}

#[test]
fn waits_are_said_in_words() {
    let words = |how: How, kind| how.words(Some(kind), "it", |actor| format!("number {actor}"));
    assert_eq!(words(How::Lock, Kind::Mutex), "for it");
    assert_eq!(words(How::Lock, Kind::RwLock), "for it to write");
    assert_eq!(words(How::ReadLock, Kind::RwLock), "for it to read");
    assert_eq!(words(How::Full, Kind::Phone), "for it to read");
    assert_eq!(words(How::Full, Kind::Channel), "for a place in it");
    assert_eq!(words(How::Empty, Kind::Outbox), "for a line in it");
    assert_eq!(words(How::End(7), Kind::Mutex), "for number 7 to end");
}

#[test]
fn lists_end_with_and() {
    let names = ["ann", "bob", "eve"].map(str::to_owned);
    assert_eq!(said("holds", &names[..0]), None);
    assert_eq!(said("holds", &names[..1]).unwrap(), "holds ann");
    assert_eq!(said("holds", &names[..2]).unwrap(), "holds ann and bob");
    assert_eq!(list(&names).unwrap(), "ann, bob and eve");
}
