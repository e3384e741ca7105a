//! The goodbye: before the stage ends, every page and every phone gets a Close frame that says why.

use super::socket::CloseReason;
use tokio::sync::watch;

/// What every WebSocket waits for, beside its other work.
#[derive(Clone, Debug)]
pub(crate) struct Goodbye(watch::Receiver<Option<CloseReason>>);

/// Says goodbye, once.
pub(crate) struct Farewell(watch::Sender<Option<CloseReason>>);

impl Farewell {
    pub(crate) fn new() -> (Farewell, Goodbye) {
        let (sender, receiver) = watch::channel(None);
        (Farewell(sender), Goodbye(receiver))
    }

    pub(crate) fn say(&self, reason: CloseReason) {
        self.0.send_replace(Some(reason));
    }
}

impl Goodbye {
    /// Waits until the stage ends, and returns why. It can be dropped while it waits.
    pub(super) async fn said(&mut self) -> CloseReason {
        let said = self.0.wait_for(Option::is_some).await;
        // Without a farewell, the stage has ended in another way.
        said.ok()
            .and_then(|reason| *reason)
            .unwrap_or(CloseReason::StageEnds)
    }
}
