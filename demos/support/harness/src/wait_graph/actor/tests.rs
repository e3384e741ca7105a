//! Which names threads and tasks have, and when.

use super::*;
use std::future::{pending, ready};
use std::task::Waker;

fn my_name() -> String {
    Who::here().to_string()
}

fn poll<F: Future>(named: &mut Named<F>) -> Poll<F::Output> {
    Pin::new(named).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_thread_has_the_name_it_was_given_last() {
    let ann = thread::Builder::new().name("ann".into());
    let names = ann.spawn(|| {
        let born = my_name();
        i_am("bob");
        (born, my_name())
    });
    let (born, renamed) = names.unwrap().join().unwrap();
    assert_eq!((&*born, &*renamed), ("ann", "bob"));
    let unnamed = thread::spawn(|| (my_name(), Who::here().actor));
    let (name, actor) = unnamed.join().unwrap();
    assert!(name.starts_with("thread ") && actor != Who::here().actor);
}

#[test]
fn a_task_has_its_name_during_its_polls_and_its_thread_has_it_back_after_them() {
    i_am("the thread");
    let me = Who::here();
    let mut task = named("ann", async {
        let ann = Who::here();
        i_am("bob");
        std::future::poll_fn(|_| match my_name().as_str() {
            "bob" => {
                i_am("carl");
                Poll::<()>::Pending
            }
            _ => Poll::Ready(()),
        })
        .await;
        (ann, Who::here())
    });
    assert!(poll(&mut task).is_pending());
    assert_eq!((my_name(), Who::here().actor), (me.to_string(), me.actor));
    let Poll::Ready((ann, carl)) = poll(&mut task) else {
        panic!("the second poll is the last");
    };
    assert_eq!((&*ann.name, &*carl.name), ("ann", "carl"));
    assert!(ann.actor == carl.actor && ann.actor != me.actor && ann.thread == me.thread);
    assert_eq!(my_name(), "the thread");
}

#[test]
fn a_task_within_a_task_and_one_that_panics_leave_no_name_behind() {
    i_am("the thread");
    let inner = named("inner", async { my_name() });
    let mut outer = named("outer", async { (inner.await, my_name()) });
    let names = poll(&mut outer).map(|(inner, outer)| inner + outer.as_str());
    assert_eq!(names, Poll::Ready("innerouter".into()));
    let panicked =
        std::panic::catch_unwind(|| poll(&mut named("rash", async { panic!("on purpose") })));
    assert!(panicked.is_err());
    assert_eq!(my_name(), "the thread");
    assert!(poll(&mut named("late", ready(()))).is_ready());
    assert!(poll(&mut named("idle", pending::<()>())).is_pending());
    assert!(task_threads() > 0);
}
