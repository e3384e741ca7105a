//! The crowd comes, and the crowd goes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::lifecycle;
use crate::model::Grounds;
use crate::{Plan, Seen};

/// For everybody to say goodbye and to hear the answer.
const HOME: Duration = Duration::from_secs(3);

/// Players at play, a task each. Dropping it ends them where they are.
#[derive(Debug)]
pub struct Crowd {
    square: Arc<Square>,
    going: watch::Sender<bool>,
    people: JoinSet<()>,
}

/// What all of a crowd share.
#[derive(Debug)]
pub(crate) struct Square {
    pub(crate) server: SocketAddr,
    pub(crate) plan: Plan,
    pub(crate) grounds: Grounds,
    seen: Mutex<Seen>,
}

impl Square {
    /// The books. Nobody waits for anything while holding them.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crowd {
    /// Sends everybody in `plan` to `address`, evenly over `plan.ramp`, from the runtime that this
    /// is called in. Returns at once.
    pub async fn start(address: SocketAddr, plan: Plan) -> Self {
        let (people, apart) = (plan.people(), plan.ramp);
        let (going, is_going) = watch::channel(false);
        let square = Arc::new(Square {
            server: address,
            grounds: Grounds::default(),
            seen: Mutex::default(),
            plan,
        });
        let mut tasks = JoinSet::new();
        for (number, manners) in (0..).zip(square.plan.guests()) {
            let life = lifecycle::live(Arc::clone(&square), number, manners, is_going.clone());
            let first = apart.mul_f64(number as f64 / people as f64);
            tasks.spawn(async move {
                sleep(first).await;
                life.await;
            });
        }
        Self {
            square,
            going,
            people: tasks,
        }
    }

    /// What the crowd has seen until now.
    pub fn seen(&self) -> Seen {
        self.square.seen().clone()
    }

    /// Sends everybody home: they say goodbye, and hear the answer. Bounded, also when the server
    /// is mute.
    pub async fn stop(mut self) -> Seen {
        // Nobody listens any more: they are all gone.
        let _ = self.going.send(true);
        let all_gone = async { while self.people.join_next().await.is_some() {} };
        let _ = timeout(HOME, all_gone).await; // Who is not gone by now is ended with the crowd.
        self.seen()
    }
}
