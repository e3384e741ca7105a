//! Explores a model and returns a verdict.

use crate::bounds::Bounds;
use crate::failure::Failure;
use crate::run::{Model, Report};
use crate::verdict::{End, Verdict};
use crate::{path, record};
use std::sync::Arc;

/// Runs `model` under every schedule within `bounds`, until one fails.
///
/// The model creates everything that it uses. All that its threads share must be types of this
/// crate.
///
/// # Panics
/// If called inside of a model.
#[track_caller]
pub fn explore(name: &str, bounds: Bounds, model: impl Fn() + Send + Sync + 'static) -> Verdict {
    assert!(
        !record::exploring(),
        "`{name}` is explored inside of another model: explore one after the other"
    );
    let model: Model = Arc::new(model);
    let (report, path, bounds) = path::explore(&model, bounds);
    let name = name.to_owned();
    let (schedules, end) = match report {
        Report::Complete { schedules, .. } => (schedules, End::Holds),
        Report::Stopped { schedules, .. } => (schedules, End::CutShort),
        Report::Fell {
            schedules, story, ..
        } => {
            let failure = Failure {
                name: name.clone(),
                bounds,
                schedule: schedules,
                story: *story,
                model,
                path,
            };
            (schedules, End::Fails(Box::new(failure)))
        }
    };
    Verdict {
        name,
        bounds,
        schedules,
        end,
    }
}
