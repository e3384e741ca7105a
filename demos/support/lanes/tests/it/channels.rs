//! Tokio's real channels under loom's schedules.

use crate::common::everything;
use lanes::task::block_on;
use lanes::tokio::{mpsc, oneshot};
use lanes::{Bounds, Verdict, explore, thread};
use std::task::Poll;

/// A room that sends every player every event, and a player who leaves while the room sends to her.
fn a_room(waits_for_players: bool) -> Verdict {
    explore("a room", Bounds::preemptions(2), move || {
        let (to_room, mut inbox) = mpsc::channel("inbox", 1);
        let (to_ann, mut outbox) = mpsc::channel("ann's outbox", 1);
        thread::spawn("room", move || {
            block_on(async move {
                while let Some(line) = inbox.recv().await {
                    if waits_for_players {
                        let _ = to_ann.send(line).await;
                    } else {
                        let _ = to_ann.try_send(line);
                    }
                }
            })
        });
        thread::spawn("ann", move || {
            block_on(async move {
                for line in ["join", "grab", "leave", "bye"] {
                    to_room
                        .send(line)
                        .await
                        .expect("the room is there as long as ann is");
                }
                drop(to_room);
                while outbox.recv().await.is_some() {}
            })
        });
    })
}

#[test]
fn a_room_that_waits_for_its_players_deadlocks_without_a_lock() {
    let verdict = a_room(true);
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["room", "ann"]);
    let told = [
        "room waits for a place in `ann's outbox`, and only ann could have received from it.",
        "ann waits for a place in `inbox`, and it is room who receives from it.",
    ];
    assert_eq!(failure.blocked(), told);
    assert_eq!(failure.replay(), *failure);
}

#[test]
fn a_room_that_never_waits_for_a_player_does_not_deadlock() {
    assert!(a_room(false).holds() > 10);
}

#[test]
fn every_message_arrives_once_and_in_order() {
    let verdict = explore("three of them", Bounds::preemptions(2), || {
        let (sender, mut receiver) = mpsc::channel("inbox", 1);
        let second = sender.clone();
        let send = |name: &'static str, sender: mpsc::Sender<(&'static str, u8)>| {
            thread::spawn(name, move || {
                block_on(async move {
                    for number in 0..2 {
                        sender.send((name, number)).await.expect("main receives");
                    }
                })
            })
        };
        let threads = [send("ann", sender), send("bob", second)];
        let mut heard = vec![];
        block_on(async {
            while let Some(message) = receiver.recv().await {
                heard.push(message);
            }
        });
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        for name in ["ann", "bob"] {
            let of_one: Vec<u8> = heard
                .iter()
                .filter(|(from, _)| *from == name)
                .map(|(_, number)| *number)
                .collect();
            assert_eq!(
                of_one,
                [0, 1],
                "the messages of {name} arrive in the order sent"
            );
        }
    });
    verdict.holds();
}

#[test]
fn a_question_gets_its_answer_or_learns_that_none_will_come() {
    let verdict = everything(|| {
        let (to_room, mut inbox) = mpsc::unbounded_channel::<oneshot::Sender<u8>>("inbox");
        let room = thread::spawn("room", move || {
            block_on(async move {
                let first = inbox.recv().await.expect("a question");
                first.send(7).expect("ann waits");
                drop(inbox.recv().await.expect("another question"));
            })
        });
        let ann = thread::spawn("ann", move || {
            block_on(async move {
                let (reply, seat) = oneshot::channel("ann's seat");
                to_room.send(reply).expect("the room is there");
                assert_eq!(seat.await, Ok(7));
                let (reply, mut seat) = oneshot::channel("ann's next seat");
                to_room.send(reply).expect("the room is there");
                assert!(
                    (&mut seat).await.is_err(),
                    "a question that is dropped has no answer"
                );
            })
        });
        ann.join().unwrap();
        room.join().unwrap();
    });
    verdict.holds();
}

#[test]
fn a_sender_learns_that_the_receiver_is_gone() {
    let verdict = everything(|| {
        let (sender, receiver) = mpsc::channel::<u8>("inbox", 1);
        let ann = thread::spawn("ann", move || {
            block_on(async move { sender.closed().await })
        });
        drop(receiver);
        ann.join().unwrap();
    });
    verdict.holds();
}

#[test]
fn a_receiver_that_gives_up_is_still_named_as_the_one_that_could_receive() {
    let verdict = everything(|| {
        let (sender, mut inbox) = mpsc::channel("inbox", 1);
        let (_socket, phone) = lanes::net::tokio::phone("bob", 1);
        let bob = thread::spawn("bob", move || {
            block_on(async move {
                let mut receive = Box::pin(inbox.recv());
                let first = std::future::poll_fn(|cx| Poll::Ready(receive.as_mut().poll(cx))).await;
                drop(receive);
                phone.hear().await;
                drop((first, inbox));
            })
        });
        block_on(async { while sender.send(()).await.is_ok() {} });
        bob.join().unwrap();
    });
    let told = [
        "main waits for a place in `inbox`, and it is bob who receives from it.",
        "bob waits for a line in `bob's phone`, and no thread has ever written to it.",
    ];
    assert_eq!(verdict.deadlocks().blocked(), told);
}

#[test]
fn a_full_channel_is_drawn_as_one() {
    let verdict = everything(|| {
        let (sender, mut receiver) = mpsc::channel("ann's outbox", 1);
        sender.try_send(1).expect("there is room");
        assert!(sender.try_send(2).is_err());
        assert_eq!(receiver.try_recv(), Ok(1));
        drop(sender);
        assert_eq!(
            block_on(receiver.recv()),
            Some(1),
            "it was received already"
        );
    });
    let text = verdict.violates("received already").to_string();
    for words in [
        "sends to ann's outbox",
        "finds ann's outbox full",
        "receives from ann's outbox",
        "closes ann's outbox",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_permit_reserves_space_until_it_is_used_or_dropped() {
    let verdict = everything(|| {
        let (sender, mut inbox) = mpsc::channel("inbox", 1);
        let place = sender.try_reserve().expect("there is room");
        assert!(sender.try_send(1).is_err() && sender.try_reserve().is_err());
        drop(place);
        sender.try_reserve().expect("there is room again").send(2);
        let bob = thread::spawn("bob", move || {
            block_on(async move { (inbox.recv().await, inbox.recv().await) })
        });
        let place = block_on(sender.reserve()).expect("bob receives");
        assert_eq!(sender.capacity(), 0);
        place.send(3);
        drop(sender);
        assert_eq!(bob.join().unwrap(), (Some(2), Some(3)));
    });
    verdict.holds();
}

#[test]
fn a_reserve_that_waits_is_drawn_and_fails_when_the_receiver_is_gone() {
    let verdict = everything(|| {
        let (sender, inbox) = mpsc::channel::<()>("inbox", 1);
        let _taken = sender.try_reserve().expect("there is room");
        let bob = thread::spawn("bob", move || {
            let (_never, mut word) = mpsc::channel::<()>("word", 1);
            block_on(word.recv());
            drop(inbox);
        });
        let place = block_on(sender.reserve());
        bob.join().unwrap();
        assert!(place.is_err());
    });
    let told = [
        "main waits for a place in `inbox`, and no thread has ever received from it.",
        "bob waits for a message in `word`, and no thread has ever sent to it.",
    ];
    assert_eq!(verdict.deadlocks().blocked(), told);
    let verdict = everything(|| {
        let (sender, inbox) = mpsc::channel("inbox", 1);
        sender.try_send(()).expect("there is room");
        let bob = thread::spawn("bob", move || drop(inbox));
        assert!(block_on(sender.reserve()).is_err());
        bob.join().unwrap();
    });
    verdict.holds();
}

/// The gate must not change behaviour: a script has the same outcomes on a gated channel as on
/// tokio's own.
mod scripts {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::future::Future;
    use std::pin::Pin;
    use std::rc::Rc;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Waker};

    #[derive(Clone, Debug)]
    enum Op {
        TrySend,
        BeginSend,
        PollSend,
        GiveUpSend,
        Receive,
        TryReceive,
        CloneSender,
        DropSender,
        Close,
        DropReceiver,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            6 => Just(Op::TrySend),
            6 => Just(Op::BeginSend),
            6 => Just(Op::PollSend),
            2 => Just(Op::GiveUpSend),
            6 => Just(Op::Receive),
            6 => Just(Op::TryReceive),
            1 => Just(Op::CloneSender),
            1 => Just(Op::DropSender),
            1 => Just(Op::Close),
            1 => Just(Op::DropReceiver),
        ]
    }

    type Sending = Pin<Box<dyn Future<Output = bool>>>;

    /// Plays a script on both ends of a channel, and returns all outcomes.
    macro_rules! play {
        ($ends:expr, $script:expr, $try_send:expr, $send:expr) => {{
            let (sender, receiver) = $ends;
            let (mut senders, mut receiver) = (vec![Rc::new(sender)], Some(receiver));
            let mut sending: VecDeque<Sending> = VecDeque::new();
            let mut cx = Context::from_waker(Waker::noop());
            let mut outcomes = vec![];
            for (message, op) in $script.iter().enumerate() {
                let outcome = match op {
                    Op::TrySend => senders
                        .last()
                        .map(|sender| format!("{:?}", $try_send(sender, message))),
                    Op::BeginSend => senders.last().cloned().map(|sender| {
                        sending.push_back($send(sender, message));
                        "begun".into()
                    }),
                    Op::PollSend => sending.pop_front().map(|mut future| {
                        let polled = future.as_mut().poll(&mut cx);
                        if polled.is_pending() {
                            sending.push_back(future);
                        }
                        format!("{polled:?}")
                    }),
                    Op::GiveUpSend => sending.pop_front().map(|_| "given up".into()),
                    Op::Receive => receiver.as_mut().map(|receiver| {
                        match Box::pin(receiver.recv()).as_mut().poll(&mut cx) {
                            Poll::Ready(message) => format!("{message:?}"),
                            Poll::Pending => "nothing yet".into(),
                        }
                    }),
                    Op::TryReceive => receiver
                        .as_mut()
                        .map(|receiver| format!("{:?}", receiver.try_recv())),
                    Op::CloneSender => senders.last().cloned().map(|sender| {
                        senders.push(Rc::new((*sender).clone()));
                        "cloned".into()
                    }),
                    Op::DropSender => senders.pop().map(|_| "dropped".into()),
                    Op::Close => receiver.as_mut().map(|receiver| {
                        receiver.close();
                        "closed".into()
                    }),
                    Op::DropReceiver => receiver.take().map(|_| "dropped".into()),
                };
                let state = receiver
                    .as_ref()
                    .map(|receiver| (receiver.len(), receiver.is_empty()));
                outcomes.push(format!("{op:?}: {outcome:?}, {state:?}"));
            }
            outcomes
        }};
    }

    fn bounded<S: 'static, E>(
        sender: Rc<S>,
        send: impl AsyncFnOnce(&S) -> Result<(), E> + 'static,
    ) -> Sending {
        Box::pin(async move { send(&sender).await.is_ok() })
    }

    fn on_bare(capacity: usize, script: &[Op]) -> Vec<String> {
        use tokio::sync::mpsc::{Sender, channel};
        play!(
            channel::<usize>(capacity),
            script,
            |sender: &Rc<Sender<usize>>, message| sender.try_send(message),
            |sender, message| {
                bounded(sender, async move |sender: &Sender<usize>| {
                    sender.send(message).await
                })
            }
        )
    }

    fn on_gated(capacity: usize, script: &[Op]) -> Vec<String> {
        use lanes::tokio::mpsc::{Sender, channel};
        in_a_model(script, move |script| {
            play!(
                channel::<usize>("inbox", capacity),
                script,
                |sender: &Rc<Sender<usize>>, message| sender.try_send(message),
                |sender, message| bounded(sender, async move |sender: &Sender<usize>| sender
                    .send(message)
                    .await)
            )
        })
    }

    fn on_bare_unbounded(script: &[Op]) -> Vec<String> {
        use tokio::sync::mpsc::{UnboundedSender as Sender, unbounded_channel};
        play!(
            unbounded_channel::<usize>(),
            script,
            |sender: &Rc<Sender<usize>>, message| sender.send(message),
            |sender, message| {
                bounded(sender, async move |sender: &Sender<usize>| {
                    sender.send(message)
                })
            }
        )
    }

    fn on_gated_unbounded(script: &[Op]) -> Vec<String> {
        use lanes::tokio::mpsc::{UnboundedSender as Sender, unbounded_channel};
        in_a_model(script, |script| {
            play!(
                unbounded_channel::<usize>("inbox"),
                script,
                |sender: &Rc<Sender<usize>>, message| sender.send(message),
                |sender, message| bounded(sender, async move |sender: &Sender<usize>| sender
                    .send(message))
            )
        })
    }

    fn in_a_model(
        script: &[Op],
        play: impl Fn(&[Op]) -> Vec<String> + Send + Sync + 'static,
    ) -> Vec<String> {
        let (outcomes, script) = (Arc::new(Mutex::new(vec![])), script.to_vec());
        let heard = outcomes.clone();
        let verdict = explore("a script", Bounds::exhaustive(), move || {
            *heard.lock().unwrap() = play(&script)
        });
        assert_eq!(verdict.holds(), 1, "one thread has one schedule");
        std::mem::take(&mut *outcomes.lock().unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_gated_channel_does_what_the_bare_one_does(
            capacity in 1..4usize,
            script in proptest::collection::vec(op(), 1..40),
        ) {
            prop_assert_eq!(on_gated(capacity, &script), on_bare(capacity, &script));
        }

        #[test]
        fn a_gated_unbounded_channel_does_what_the_bare_one_does(script in proptest::collection::vec(op(), 1..40)) {
            prop_assert_eq!(on_gated_unbounded(&script), on_bare_unbounded(&script));
        }
    }
}
