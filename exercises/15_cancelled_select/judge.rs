//! Judges exercise 15 by tokio's paused clock. Unsolved: `cancelled`.
//!
//! Covers: questions before, between and after events, several at once, and while an event waits
//! for a phone that does not read; events that come several at once, and equal ones; the end of
//! events, of questions, of both, and of the player. Does not cover: several threads.

use super::exercise::{Question, write_to};
use judge::clock::{Clock, Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The number of lines that the kernel and the phone hold.
const WIRE: usize = 4;
/// The number of events that fit into the queue before the writer.
const QUEUE: usize = 4;
/// The number of events that a writer may hold in addition.
const IN_HAND: usize = 2;
const MINUTE: Duration = Duration::from_secs(60);

const DEAF: &str = "Nothing is lost, because nothing else happens meanwhile: the writer waits for \
    one thing only, and answers no question. The body of a branch is not part of the race either: \
    a wait there is a wait for one thing only.";
const ENDED: &str = "There are events, a player, and a server that asks; but the writer has ended. \
    If a phone does not read, its player has not gone.";
const TWICE: &str = "The event was kept to be sent again, but it was not removed when it had \
    arrived. If you send a copy again, you need to know whether the first one arrived; it is \
    easier to keep the first `send`.";

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise(
        "A phone that reads gets every event, and a question between two events is answered.",
    )
    .if_broken("twice", |broken, _| broken.says("twice"), TWICE)
    .if_broken(
        "deaf",
        |broken, _| broken.is_late() || broken.says("no answer"),
        DEAF,
    )
    .if_broken(
        "miscounted",
        |broken, _| broken.says("the server hears"),
        "Count an event when `Phone::send` has returned, not when the `send` was started.",
    )
    .on_a_paused_clock("ann reads", MINUTE, |clock| async move {
        let mut setup = Setup::opens(&clock);
        setup.hand.reads();
        for event in 0..3 {
            setup.happens(event).await;
            setup.has_told(event + 1);
            let told = setup.asks().await;
            assert!(
                told == event + 1,
                "{} events were heard, but the server hears: {told}",
                event + 1
            );
        }
    })?;

    case.promise("The server gets its answer at once, even while the phone does not read.")
        .if_broken(
            "miscounted",
            |broken, _| broken.says("the server hears"),
            "Count an event when `Phone::send` has returned, not when the `send` was started. This \
             one waits for a phone in a tunnel, and may never arrive.",
        )
        .if_broken("ended", |broken, _| broken.says("has ended"), ENDED)
        .if_broken(
            "deaf",
            |broken, _| broken.is_late() || broken.says("no answer"),
            DEAF,
        )
        .on_a_paused_clock(
            "ann is in a tunnel, and the server asks",
            MINUTE,
            |clock| async move {
                let mut setup = Setup::opens(&clock);
                for event in 0..WIRE {
                    setup.happens(event).await;
                }
                clock.note("ann", "does not read");
                setup.happens(WIRE).await;
                for _ in 0..2 {
                    let told = setup.asks().await;
                    assert!(
                        told == WIRE,
                        "the connection has taken {WIRE} events and one waits; but the server \
                         hears: {told}"
                    );
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
            },
        )?;

    case.promise(
        "Every event reaches the phone once, in sequence, even if the server asks meanwhile.",
    )
    .if_broken("twice", |broken, _| broken.says("twice"), TWICE)
    .if_broken(
        "miscounted",
        |broken, _| broken.says("the server hears"),
        "Every event has arrived, but some were not counted: the question dropped the future that \
         waited for the `send` to return, and that future would have counted. Count where you \
         send.",
    )
    .if_broken(
        "gives-up",
        |broken, answer| {
            (broken.says("never") || broken.says("has ended")) && answer.says("timeout")
        },
        "A timeout gives up the `send` too, and drops it, with its event. You have added a second \
         way to lose an event.",
    )
    .if_broken(
        "rarer",
        |broken, answer| broken.says("never") && answer.pauses(),
        "A pause helps a phone that is only a little late, and then the bug seems fixed. A phone \
         in a tunnel is later than any pause: the future that holds the event is dropped all the \
         same.",
    )
    .if_broken(
        "biased",
        |broken, answer| broken.says("never") && answer.says("biased"),
        "`biased` decides which branch is polled first, and so which one wins if both are ready. \
         Here only one is ready: the `send` waits, the question is there. The question wins, and \
         the other branch is dropped.",
    )
    .if_broken(
        "cancelled",
        |broken, _| broken.says("never"),
        "The question won the `select!`, and the other branch was dropped. It had taken the event \
         out of the queue and waited in `send`, so the event was dropped with it. Do not make such \
         a future again in each turn of the loop; or let it hold nothing when it is dropped.",
    )
    .on_a_paused_clock(
        "the server asks while an event waits",
        MINUTE,
        |clock| async move {
            let mut setup = Setup::opens(&clock);
            for event in 0..WIRE {
                setup.happens(event).await;
            }
            clock.note("ann", "does not read");
            for event in WIRE..WIRE + 3 {
                setup.happens(event).await;
            }
            setup.asks().await;
            tokio::time::sleep(Duration::from_secs(10)).await;
            setup.asks().await;
            clock.note("ann", "reads again");
            setup.hand.reads();
            clock.settle().await;
            // An answer with pauses gets the time for them.
            tokio::time::sleep(Duration::from_secs(10)).await;
            clock.settle().await;
            setup.has_told(WIRE + 3);
            let told = setup.asks().await;
            assert!(
                told == WIRE + 3,
                "{} events were heard, but the server hears: {told}",
                WIRE + 3
            );
        },
    )?;

    case.promise("A writer that cannot send leaves the events in their queue.")
        .if_broken(
            "hoards",
            |_, _| true,
            "Nothing is lost and nothing waits, because the writer fetches every event and keeps \
             it. The queue before the writer has a bound, so that the room notices a phone that \
             does not read. Now the room never notices, and memory grows.",
        )
        .on_a_paused_clock("ann stays in the tunnel", MINUTE, |clock| async move {
            let setup = Setup::opens(&clock);
            clock.note("ann", "does not read");
            let mut taken = 0;
            while taken < 100
                && setup
                    .events
                    .as_ref()
                    .is_some_and(|events| events.try_send(format!("#{taken}")).is_ok())
            {
                taken += 1;
                clock.settle().await;
            }
            let most = WIRE + QUEUE + IN_HAND;
            assert!(
                taken <= most,
                "the connection holds {WIRE} events and the queue {QUEUE}; but {taken} were taken \
                 from the room, with no end in sight"
            );
        })?;

    case.promise("If the server asks no more, the events go on.")
        .if_broken(
            "ended-early",
            |broken, _| broken.says("never") || broken.says("has ended"),
            "The server asks no more questions: that is the end of the questions, and not of the \
             events. The writer must go on, and wait for events alone.",
        )
        .on_a_paused_clock("no more questions", MINUTE, |clock| async move {
            for reads in [true, false] {
                let mut setup = Setup::opens(&clock);
                if reads {
                    setup.hand.reads();
                }
                setup.happens(0).await;
                setup.questions = None;
                clock.note("the server", "asks no more");
                for event in 1..WIRE + 3 {
                    setup.happens(event).await;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                if !reads {
                    setup.hand.reads();
                }
                clock.settle().await;
                setup.has_told(WIRE + 3);
                setup.events = None;
                tokio::time::sleep(Duration::from_secs(1)).await;
                assert!(
                    setup.writer.is_finished(),
                    "there are no more events, but the writer still waits"
                );
            }
        })?;

    case.promise(
        "The writer ends when there are no more events, or the player has gone; but not earlier.",
    )
    .if_broken(
        "cut-off",
        |broken, _| broken.says("never"),
        "There will be no more events, but some still wait to be sent. `recv` returns `None` only \
         when the queue is empty; so end only then.",
    )
    .if_broken(
        "left-behind",
        |broken, _| broken.says("still"),
        "There are no more events, or there is no player, but something of your code still waits. \
         A task that you spawn must end with its writer.",
    )
    .on_a_paused_clock("the end", MINUTE, |clock| async move {
        let mut setup = Setup::opens(&clock);
        for event in 0..WIRE + 3 {
            setup.happens(event).await;
        }
        setup.events = None;
        setup.questions = None;
        clock.note("the server", "closes, and asks no more");
        tokio::time::sleep(Duration::from_secs(10)).await;
        setup.hand.reads();
        clock.settle().await;
        setup.has_told(WIRE + 3);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(
            setup.writer.is_finished(),
            "every event is sent, but the writer still waits"
        );

        let mut setup = Setup::opens(&clock);
        setup.hand.leaves();
        setup.happens(0).await;
        setup.happens(1).await;
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(
            setup.writer.is_finished(),
            "the player has gone, but the writer still waits"
        );

        let mut setup = Setup::opens(&clock);
        for event in 0..WIRE + 1 {
            setup.happens(event).await;
        }
        setup.hand.leaves();
        clock.settle().await;
        for event in 0..2 {
            setup.happens(event).await;
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(
            setup.writer.is_finished(),
            "an event waited for the player, who has gone; but the writer still waits"
        );
    })?;

    case.promise("Several events at once are several events, and so are equal ones.")
        .if_broken(
            "changed",
            |broken, _| broken.says("ann heard"),
            "Several events came at the same moment, some of them equal, one of them empty. Each \
             is an event of its own: sent once, as it is, in sequence.",
        )
        .if_broken(
            "miscounted",
            |broken, _| broken.says("the server hears"),
            "Count each event when `Phone::send` has returned.",
        )
        .on_a_paused_clock("a burst", MINUTE, |clock| async move {
            for reads in [true, false] {
                let mut setup = Setup::opens(&clock);
                if reads {
                    setup.hand.reads();
                }
                let told = setup.asks().await;
                assert!(
                    told == 0,
                    "nothing was sent yet, but the server hears: {told}"
                );
                let all = ["a", "a", "", "b", "", "", "a", "a"];
                for some in all.chunks(QUEUE) {
                    for event in some {
                        let events = setup.events.as_ref().expect("open");
                        events
                            .try_send((*event).into())
                            .expect("the queue has room");
                    }
                    clock.settle().await;
                    let told = setup.asks().await;
                    assert!(
                        reads || told <= WIRE,
                        "the connection holds {WIRE} events; but the server hears: {told}"
                    );
                }
                if !reads {
                    setup.hand.reads();
                    clock.settle().await;
                }
                let heard = setup.hand.lines();
                assert!(heard == all, "{all:?} were told; but ann heard {heard:?}");
                let told = setup.asks().await;
                assert!(
                    told == all.len(),
                    "{} events were heard, but the server hears: {told}",
                    all.len()
                );
            }
        })?;

    case.promise("Several questions at once get several answers.")
        .if_broken(
            "deaf",
            |_, _| true,
            "The server has more than one part that asks. Each question has its own way back, and \
             waits for its own answer.",
        )
        .on_a_paused_clock("three questions", MINUTE, |clock| async move {
            let (phone, _hand) = phone("ann", WIRE);
            let (events, to_tell) = mpsc::channel(QUEUE);
            let (questions, to_answer) = mpsc::channel(4);
            let _writer = tokio::spawn(write_to(phone, to_tell, to_answer));
            for events_told in [0, WIRE + 1] {
                for event in 0..events_told {
                    let _unless_full = events.try_send(format!("#{event}"));
                    clock.settle().await;
                }
                let asked: Vec<_> = (0..3)
                    .map(|_| {
                        let (question, answer) = oneshot::channel();
                        questions.try_send(question).expect("there is room");
                        answer
                    })
                    .collect();
                clock.note("the server", "asks three times");
                clock.settle().await;
                let told: Vec<_> = asked.into_iter().map(|mut it| it.try_recv().ok()).collect();
                let truth = Some(events_told.min(WIRE));
                assert!(
                    told == [truth; 3],
                    "{} events were sent, and the server asks three times; but the answers are \
                     {told:?}",
                    events_told.min(WIRE)
                );
            }
        })?;

    case.promise("A server that asks and does not wait for the answer harms no event.")
        .if_broken(
            "asker-gone",
            |_, _| true,
            "The server asked and went away, so nothing receives the answer: `send` of the answer \
             returns an error. That is no reason to end or to panic: the events go on.",
        )
        .on_a_paused_clock("the server asks and goes", MINUTE, |clock| async move {
            let mut setup = Setup::opens(&clock);
            for event in 0..WIRE + 2 {
                let (question, answer) = oneshot::channel();
                drop(answer);
                let questions = setup.questions.as_ref().expect("open");
                let _unless_ended = questions.try_send(question);
                clock.settle().await;
                setup.happens(event).await;
            }
            setup.hand.reads();
            clock.settle().await;
            setup.has_told(WIRE + 2);
        })?;

    case.promise(
        "The last events are sent, and questions answered meanwhile; then the writer ends.",
    )
    .if_broken(
        "left-behind",
        |broken, _| broken.says("still"),
        "There are no more events, and all are sent; but the writer goes on, because the server \
         could still ask. It must end with the events: then the phone is disconnected.",
    )
    .if_broken(
        "deaf",
        |broken, _| broken.says("no answer") || broken.says("has ended"),
        "The last events still wait for the phone, and the server asks: the writer must still \
         answer.",
    )
    .on_a_paused_clock("no more events", MINUTE, |clock| async move {
        let mut setup = Setup::opens(&clock);
        for event in 0..WIRE + 3 {
            setup.happens(event).await;
        }
        setup.events = None;
        clock.note("the server", "sends no more events");
        clock.settle().await;
        for _ in 0..2 {
            let told = setup.asks().await;
            assert!(
                told == WIRE,
                "the connection has taken {WIRE} events; but the server hears: {told}"
            );
        }
        setup.hand.reads();
        clock.settle().await;
        setup.has_told(WIRE + 3);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(
            setup.writer.is_finished() && setup.hand.was_hung_up(),
            "every event is sent, but the writer still waits"
        );
    })
}

/// The picks are what comes next: an event, a question, or a phone that reads again.
fn plays(case: &mut Case) {
    const HAPPENS: &str = "an event happens";
    const ASKS: &str = "the server asks";
    const READS: &str = "ann's phone reads again";
    case.plays_events(
        "Every event reaches the phone once, in sequence, even if the server asks meanwhile.",
        "ann is in a tunnel for a while",
        MINUTE,
        |events| async move {
            let clock = events.clock();
            let mut setup = Setup::opens(clock);
            clock.note("ann", "does not read");
            let (mut happened, mut asked) = (0, 0);
            for _ in 0..10 {
                let is_offered = |event: &&str| match *event {
                    HAPPENS => happened < WIRE + 2,
                    ASKS => asked < 2,
                    _ => true,
                };
                let offered = [HAPPENS, ASKS, READS].into_iter();
                let offered: Vec<&str> = offered.filter(is_offered).collect();
                match events.next(&offered).await {
                    HAPPENS => {
                        clock.note("the room", &format!("has event #{happened}"));
                        setup.happens(happened).await;
                        happened += 1;
                    }
                    ASKS => {
                        asked += 1;
                        let told = setup.asks().await;
                        let sent = happened.min(WIRE);
                        assert!(
                            told == sent,
                            "{sent} events were sent, but the server hears: {told}"
                        );
                    }
                    _ => break,
                }
            }
            clock.note("ann", "reads again");
            setup.hand.reads();
            clock.settle().await;
            tokio::time::sleep(Duration::from_secs(10)).await;
            clock.settle().await;
            setup.has_told(happened);
        },
    );
}

/// A writer, and everything around it.
struct Setup {
    clock: Clock,
    hand: Hand,
    events: Option<mpsc::Sender<String>>,
    questions: Option<mpsc::Sender<Question>>,
    writer: tokio::task::JoinHandle<()>,
}

impl Setup {
    fn opens(clock: &Clock) -> Setup {
        let (phone, hand) = phone("ann", WIRE);
        let (events, to_tell) = mpsc::channel(QUEUE);
        let (questions, to_answer) = mpsc::channel(1);
        let writer = tokio::spawn(write_to(phone, to_tell, to_answer));
        let clock = clock.clone();
        Setup {
            clock,
            hand,
            events: Some(events),
            questions: Some(questions),
            writer,
        }
    }

    /// Sends an event, and lets every task that can run do so.
    async fn happens(&mut self, event: usize) {
        let events = self.events.as_ref().expect("open");
        let _unless_gone = events.try_send(format!("#{event}"));
        self.clock.settle().await;
    }

    /// Asks the writer; the answer must come at once.
    async fn asks(&mut self) -> usize {
        self.clock.note("the server", "asks how many were sent");
        let (question, mut answer) = oneshot::channel();
        let questions = self.questions.as_ref().expect("open");
        assert!(
            questions.try_send(question).is_ok(),
            "the server asks, but the writer has ended"
        );
        self.clock.settle().await;
        let Ok(told) = answer.try_recv() else {
            panic!("the server asks, but there is no answer");
        };
        self.clock.note("the server", &format!("hears: {told}"));
        told
    }

    /// Checks that the phone has heard this many events, each once, in sequence.
    #[track_caller]
    fn has_told(&self, events: usize) {
        let heard = self.hand.lines();
        let told: Vec<String> = (0..events).map(|event| format!("#{event}")).collect();
        let mut words = heard.iter().take(12).cloned().collect::<Vec<_>>().join(" ");
        if heard.len() > 12 {
            words.push_str(" …");
        }
        for event in &told {
            let times = heard.iter().filter(|it| *it == event).count();
            assert!(times < 2, "event {event} was heard twice: {words}");
            assert!(
                times > 0,
                "event {event} was never heard. Ann heard {words}"
            );
        }
        assert!(
            heard == told,
            "the events were heard in another order: {words}"
        );
    }
}
