//! The process's limit of open files: raised as far as the system grants, and what fits under it.
//!
//! Each connection is an open file. A shell allows 1,024 of them on most Linux systems and 256 on
//! macOS, and a process may raise that soft limit up to the hard one without root's help. Windows
//! has no such limit.

use std::io;

/// Soft limits to try when the hard limit itself is refused, the largest first: values of
/// `kern.maxfilesperproc` on macOS, down to `OPEN_MAX` (10,240), which every version accepts.
const STEPS: [u64; 8] = [
    1_048_576, 245_760, 122_880, 61_440, 24_576, 10_240, 4_096, 1_024,
];

/// A limit as the system keeps it. `None` is no limit at all (`RLIM_INFINITY`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    soft: Option<u64>,
    hard: Option<u64>,
}

/// Raises the soft limit as far as the system grants and returns the limit that is in force then.
/// `None` if there is no limit.
pub fn raise() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let get = || {
            let limit = getrlimit(Resource::Nofile);
            Limit {
                soft: limit.current,
                hard: limit.maximum,
            }
        };
        let set = |limit: Limit| {
            let limit = Rlimit {
                current: limit.soft,
                maximum: limit.hard,
            };
            setrlimit(Resource::Nofile, limit).is_ok()
        };
        raise_by(get, set)
    }
    #[cfg(not(unix))]
    None
}

/// [`raise`], with the system's two calls as arguments. `set` returns whether the limit was
/// accepted.
#[cfg_attr(not(unix), allow(dead_code))]
fn raise_by(get: impl Fn() -> Limit, mut set: impl FnMut(Limit) -> bool) -> Option<u64> {
    let Limit { soft, hard } = get();
    // macOS shows no hard limit and refuses to have it as the soft one.
    let below = STEPS
        .into_iter()
        .filter(|&step| hard.is_none_or(|hard| step < hard));
    let _granted = std::iter::once(hard)
        .chain(below.map(Some))
        .take_while(|&wish| is_more(wish, soft))
        .any(|soft| set(Limit { soft, hard }));
    get().soft
}

fn is_more(wish: Option<u64>, soft: Option<u64>) -> bool {
    match (wish, soft) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(wish), Some(soft)) => wish > soft,
    }
}

/// Connections that fit under `limit` when `reserve` descriptors are kept for everything else.
/// `None` if there is no limit.
pub fn connections(limit: Option<u64>, reserve: u64) -> Option<u64> {
    limit.map(|limit| limit.saturating_sub(reserve))
}

/// Returns whether this process or this system has no descriptor or socket buffer left, so that the
/// same call can succeed once another connection has ended.
pub fn is_exhausted(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let exhausted = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
        Errno::from_io_error(error).is_some_and(|errno| exhausted.contains(&errno))
    }
    #[cfg(not(unix))]
    {
        // WSAEMFILE and WSAENOBUFS.
        matches!(error.raw_os_error(), Some(10_024 | 10_055))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    /// A system that starts with `limit` and accepts soft limits up to `most`; what was asked of
    /// it, and what [`raise_by`] returned.
    fn system(limit: Limit, most: Option<u64>) -> (Vec<Option<u64>>, Option<u64>) {
        let (now, asked) = (Cell::new(limit), RefCell::new(Vec::new()));
        let raised = raise_by(
            || now.get(),
            |limit| {
                asked.borrow_mut().push(limit.soft);
                let accepted = !is_more(limit.soft, most);
                if accepted {
                    now.set(limit);
                }
                accepted
            },
        );
        (asked.into_inner(), raised)
    }

    fn limit(soft: impl Into<Option<u64>>, hard: impl Into<Option<u64>>) -> Limit {
        Limit {
            soft: soft.into(),
            hard: hard.into(),
        }
    }

    #[test]
    fn linux_grants_the_hard_limit_at_once() {
        let (asked, raised) = system(limit(1_024, 524_288), None);
        assert_eq!((asked, raised), (vec![Some(524_288)], Some(524_288)));
    }

    #[test]
    fn an_old_macos_refuses_infinity_and_grants_open_max() {
        let (asked, raised) = system(limit(256, None), Some(10_240));
        assert_eq!(raised, Some(10_240));
        assert_eq!(
            (asked.first(), asked.last()),
            (Some(&None), Some(&Some(10_240)))
        );
    }

    #[test]
    fn a_macos_with_more_files_a_process_grants_them() {
        assert_eq!(system(limit(256, None), Some(61_440)).1, Some(61_440));
        assert_eq!(system(limit(256, 300_000), Some(250_000)).1, Some(245_760));
        assert_eq!(system(limit(256, None), None).1, None, "no limit at all");
    }

    #[test]
    fn a_limit_is_never_lowered_and_a_refusal_leaves_it() {
        assert_eq!(system(limit(256, 256), None), (vec![], Some(256)));
        assert_eq!(system(limit(None, None), None), (vec![], None));
        assert_eq!(system(limit(20_000, None), Some(20_000)).1, Some(20_000));
        let (asked, raised) = system(limit(256, 2_000), Some(256));
        assert_eq!((asked, raised), (vec![Some(2_000), Some(1_024)], Some(256)));
    }

    #[test]
    fn what_fits_is_the_limit_less_the_reserve() {
        assert_eq!(connections(Some(256), 96), Some(160));
        assert_eq!(connections(Some(64), 96), Some(0));
        assert_eq!(connections(None, 96), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_in_force_is_the_one_that_raise_returns_and_running_out_is_known() {
        use rustix::process::{Resource, getrlimit};
        assert_eq!(raise(), getrlimit(Resource::Nofile).current);
        let exhausted = io::Error::from(rustix::io::Errno::MFILE);
        assert!(is_exhausted(&exhausted), "{exhausted}");
        assert!(!is_exhausted(&io::ErrorKind::ConnectionAborted.into()));
    }
}
