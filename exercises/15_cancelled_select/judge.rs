//! Judges exercise 15 by tokio's clock, standing still. Unsolved: `cancelled`.
//!
//! Covers: questions between two events, and while an event waits for a phone that does not read; the end. Not: several threads.

use super::exercise::{Question, write_to};
use judge::clock::{Clock, Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Lines that the kernel and the phone hold between them.
const WIRE: usize = 4;
/// Events that fit into the queue before the writer.
const QUEUE: usize = 4;
/// So many more a writer may have in its hands.
const IN_HAND: usize = 2;
const MINUTE: Duration = Duration::from_secs(60);

const DEAF: &str = "Nothing is lost, because nothing else happens meanwhile: the writer waits for one thing only, and hears no question. The body of a \
                    branch is not part of the race either: whoever waits there waits for one thing only.";
const ENDED: &str = "There are events, and a player, and a house that asks; and the writer has ended. A phone that does not read has not gone.";
const TWICE: &str = "The event was kept to be sent again, and nobody crossed it out when it had arrived. A copy that is sent again needs to know \
                     whether the first one came through; it is easier not to give up the first one.";

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A phone that reads hears every event, and a question between two events is answered.")
        .if_broken("twice", |broken, _| broken.says("twice"), TWICE)
        .if_broken("deaf", |broken, _| broken.is_late() || broken.says("no answer"), DEAF)
        .if_broken(
            "miscounted",
            |broken, _| broken.says("the house is told"),
            "An event is told when `Phone::send` has come back, and not when somebody was asked to send it.",
        )
        .on_a_paused_clock("ann reads", MINUTE, |clock| async move {
            let mut house = House::opens(&clock);
            house.hand.reads();
            for event in 0..3 {
                house.happens(event).await;
                house.has_told(event + 1);
                let told = house.asks().await;
                assert!(told == event + 1, "{} events were heard, and the house is told: {told}", event + 1);
            }
        })?;

    case.promise("The house has its answer at once, also while the phone does not read.")
        .if_broken(
            "miscounted",
            |broken, _| broken.says("the house is told"),
            "An event is told when `Phone::send` has come back, and not when somebody was asked to send it. This one waits for a phone in a \
             tunnel, and may never arrive.",
        )
        .if_broken("ended", |broken, _| broken.says("has ended"), ENDED)
        .if_broken(
            "deaf",
            |broken, _| broken.is_late() || broken.says("no answer"),
            DEAF,
        )
        .on_a_paused_clock("ann is in a tunnel, and the house asks", MINUTE, |clock| async move {
            let mut house = House::opens(&clock);
            for event in 0..WIRE {
                house.happens(event).await;
            }
            clock.note("ann", "does not read");
            house.happens(WIRE).await;
            for _ in 0..2 {
                let told = house.asks().await;
                assert!(told == WIRE, "the wire has taken {WIRE} events, one waits; and the house is told: {told}");
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        })?;

    case.promise("Every event reaches the phone once, in order, whoever asks meanwhile.")
        .if_broken("twice", |broken, _| broken.says("twice"), TWICE)
        .if_broken(
            "miscounted",
            |broken, _| broken.says("the house is told"),
            "Every event has arrived, and some were not counted: the question dropped whoever waited for the `send` to come back, and with it \
             the one who would have counted. Who sends must also count.",
        )
        .if_broken(
            "gives-up",
            |broken, answer| (broken.says("never") || broken.says("has ended")) && answer.says("timeout"),
            "A timeout gives up the `send` too, and what it gives up is dropped, the event with it. You have added a second way to lose it.",
        )
        .if_broken(
            "rarer",
            |broken, answer| broken.says("never") && (answer.says("sleep") || answer.says("yield_now")),
            "A pause lets a phone that is only a little late catch up, and then it looks cured. A phone in a tunnel is later than any pause: \
             the future that holds the event is dropped all the same.",
        )
        .if_broken(
            "biased",
            |broken, answer| broken.says("never") && answer.says("biased"),
            "`biased` settles who is asked first, and so who wins if both are ready. Here only one is: the `send` waits, the question is \
             there. The question wins, and whoever did not win is dropped.",
        )
        .if_broken(
            "cancelled",
            |broken, _| broken.says("never"),
            "The question won the `select!`, and the other branch was dropped. It had taken the event out of the queue and waited in \
             `send`: the event is dropped with it. Such a future must not be made anew in each turn; or it must hold nothing when it is dropped.",
        )
        .on_a_paused_clock("the house asks while an event waits", MINUTE, |clock| async move {
            let mut house = House::opens(&clock);
            for event in 0..WIRE {
                house.happens(event).await;
            }
            clock.note("ann", "does not read");
            for event in WIRE..WIRE + 3 {
                house.happens(event).await;
            }
            house.asks().await;
            tokio::time::sleep(Duration::from_secs(10)).await;
            house.asks().await;
            clock.note("ann", "reads again");
            house.hand.reads();
            clock.settle().await;
            // Whoever pauses gets the time for it.
            tokio::time::sleep(Duration::from_secs(10)).await;
            clock.settle().await;
            house.has_told(WIRE + 3);
            let told = house.asks().await;
            assert!(told == WIRE + 3, "{} events were heard, and the house is told: {told}", WIRE + 3);
        })?;

    case.promise("A writer that cannot send leaves the events in their queue.")
        .if_broken(
            "hoards",
            |_, _| true,
            "Nothing is lost and nobody waits, because the writer fetches whatever comes and keeps it. The queue before it had a size, \
             so that the room notices a phone that does not read. Now it never does, and memory grows.",
        )
        .on_a_paused_clock("ann stays in the tunnel", MINUTE, |clock| async move {
            let house = House::opens(&clock);
            clock.note("ann", "does not read");
            let mut taken = 0;
            while taken < 100 && house.events.as_ref().is_some_and(|events| events.try_send(format!("#{taken}")).is_ok()) {
                taken += 1;
                clock.settle().await;
            }
            let most = WIRE + QUEUE + IN_HAND;
            assert!(
                taken <= most,
                "the wire holds {WIRE} events and the queue {QUEUE}; and {taken} were taken from the room, with no end in sight"
            );
        })?;

    case.promise("The writer ends when there are no more events, or the player has gone; and not before.")
        .if_broken(
            "cut-off",
            |broken, _| broken.says("never"),
            "There will be no more events, but some still wait to be sent. `recv` says that it is over only when the queue is empty; so should you.",
        )
        .if_broken(
            "left-behind",
            |broken, _| broken.says("still"),
            "There is nobody left to write for, and something of yours still waits. Whatever you have spawned must end with its writer.",
        )
        .on_a_paused_clock("the end", MINUTE, |clock| async move {
            let mut house = House::opens(&clock);
            for event in 0..WIRE + 3 {
                house.happens(event).await;
            }
            house.events = None;
            house.questions = None;
            clock.note("the house", "closes, and asks no more");
            tokio::time::sleep(Duration::from_secs(10)).await;
            house.hand.reads();
            clock.settle().await;
            house.has_told(WIRE + 3);
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert!(house.writer.is_finished(), "everything is told, and the writer still waits");

            let mut house = House::opens(&clock);
            house.hand.leaves();
            house.happens(0).await;
            house.happens(1).await;
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert!(house.writer.is_finished(), "the player has gone, and the writer still waits");
        })
}

/// A writer, and all that it deals with.
struct House {
    clock: Clock,
    hand: Hand,
    events: Option<mpsc::Sender<String>>,
    questions: Option<mpsc::Sender<Question>>,
    writer: tokio::task::JoinHandle<()>,
}

impl House {
    fn opens(clock: &Clock) -> House {
        let (phone, hand) = phone("ann", WIRE);
        let (events, to_tell) = mpsc::channel(QUEUE);
        let (questions, to_answer) = mpsc::channel(1);
        let writer = tokio::spawn(write_to(phone, to_tell, to_answer));
        let clock = clock.clone();
        House {
            clock,
            hand,
            events: Some(events),
            questions: Some(questions),
            writer,
        }
    }

    /// An event, and whoever can do something about it does.
    async fn happens(&mut self, event: usize) {
        let events = self.events.as_ref().expect("open");
        let _unless_gone = events.try_send(format!("#{event}"));
        self.clock.settle().await;
    }

    /// A question; the answer must come at once.
    async fn asks(&mut self) -> usize {
        self.clock.note("the house", "asks how many were told");
        let (question, mut answer) = oneshot::channel();
        let questions = self.questions.as_ref().expect("open");
        assert!(
            questions.try_send(question).is_ok(),
            "the house asks, and the writer has ended"
        );
        self.clock.settle().await;
        let Ok(told) = answer.try_recv() else {
            panic!("the house asks, and there is no answer");
        };
        self.clock.note("the house", &format!("hears: {told}"));
        told
    }

    /// The phone has heard each of so many events once, in order.
    #[track_caller]
    fn has_told(&self, events: usize) {
        let heard: Vec<String> = self
            .hand
            .heard()
            .into_iter()
            .map(|(_, line)| line)
            .collect();
        let told: Vec<String> = (0..events).map(|event| format!("#{event}")).collect();
        let mut words = heard.iter().take(12).cloned().collect::<Vec<_>>().join(" ");
        if heard.len() > 12 {
            words.push_str(" …");
        }
        for event in &told {
            let times = heard.iter().filter(|it| *it == event).count();
            assert!(
                times < 2,
                "event {event} was heard twice: {words}"
            );
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
