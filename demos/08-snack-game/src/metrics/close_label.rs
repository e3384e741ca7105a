//! The close code as the label of a metric.

use crate::close_cause::CloseCause;
use std::borrow::Cow;

/// The value for a code that is none of the server's.
const OTHER: &str = "other";

/// The close code of a connection that ended. Each value of a label is a time series that is kept
/// for ever, so a client must not be able to choose one: only the codes that the server itself
/// gives have a value of their own.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct CloseLabel(Option<u16>);

impl CloseLabel {
    /// The label for this cause.
    pub(super) fn of(cause: &CloseCause) -> Self {
        let code = cause.code();
        let is_known = match cause {
            // The client's: it left, its page was closed, or it named no code. Its other codes
            // would look as if the server had a reason to close the connection.
            CloseCause::CloseFrame(_) => matches!(code, 1000 | 1001 | 1005),
            // Of an earlier process, which may have got it from a client.
            CloseCause::Restored { .. } => {
                matches!(code, 1000..=1003 | 1005..=1009 | 1011..=1013 | 4000..=4005)
            }
            CloseCause::Room(_)
            | CloseCause::Decode(_)
            | CloseCause::Silent
            | CloseCause::NoCloseFrame => true,
        };
        Self(is_known.then_some(code))
    }
}

impl CloseLabel {
    /// The label's value.
    pub(super) fn text(self) -> Cow<'static, str> {
        match self.0 {
            Some(code) => code.to_string().into(),
            None => OTHER.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decode::DecodeError,
        metrics::{Format, Gauges, Metrics},
    };
    use rush::close::Close;

    #[test]
    fn a_clients_own_close_codes_make_no_time_series() {
        let metrics = Metrics::default();
        let restored = |code| CloseCause::Restored {
            code,
            reason: "close frame received".into(),
        };
        for code in 1000..=4999 {
            metrics.connection_ended(&CloseCause::CloseFrame(Some(code)));
            metrics.connection_ended(&restored(code));
        }
        metrics.connection_ended(&CloseCause::CloseFrame(None));
        metrics.connection_ended(&CloseCause::Silent);
        metrics.connection_ended(&CloseCause::Decode(DecodeError::Text));
        for close in Close::all() {
            metrics.connection_ended(&close.into());
        }
        let text = metrics.encode(&Gauges::default(), Format::Text);
        let ends = text.lines().filter(|it| it.contains("ends_total{"));
        assert_eq!(ends.count(), 19, "{text}");
        assert!(text.contains("ends_total{code=\"1001\"} 2"), "{text}");
        assert!(text.contains("ends_total{code=\"4000\"} 2"), "{text}");
        assert!(text.contains("ends_total{code=\"other\"} "), "{text}");
    }
}
