//! The process's limit of open files: raised as far as the system grants, and what fits under it.
//!
//! Each connection is an open file. A shell allows 1,024 of them on most Linux systems and 256 on
//! macOS, and a process may raise that soft limit up to the hard one without root's help. Windows
//! has no such limit.

use std::io;

/// Raises the soft limit as far as the system grants and returns the limit that is in force then.
/// `None` if there is no limit.
pub fn raise_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        // If the system refuses, the limit stays as it is. The answer is what is in force, not what
        // was asked for.
        let _granted = rlimit::increase_nofile_limit(rlimit::INFINITY);
        let (soft, _hard) = rlimit::Resource::NOFILE.get().ok()?;
        (soft != rlimit::INFINITY).then_some(soft)
    }
    #[cfg(not(unix))]
    None
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

    #[test]
    fn what_fits_is_the_limit_less_the_reserve() {
        assert_eq!(connections(Some(256), 96), Some(160));
        assert_eq!(connections(Some(64), 96), Some(0));
        assert_eq!(connections(None, 96), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_is_raised_as_far_as_granted_and_never_lowered() {
        use rlimit::Resource;
        let (soft, hard) = Resource::NOFILE.get().unwrap();
        // As in a shell on macOS.
        Resource::NOFILE.set(soft.min(256), hard).unwrap();
        let raised = raise_limit();
        let (in_force, kept) = Resource::NOFILE.get().unwrap();
        assert_eq!(raised.unwrap_or(rlimit::INFINITY), in_force);
        assert!(in_force >= soft && kept == hard, "{soft} {in_force} {kept}");
        #[cfg(target_os = "linux")]
        assert_eq!(in_force, hard, "Linux grants the hard limit");
        assert_eq!(raise_limit(), raised, "nothing is left to raise");

        // What the system refuses to raise stays: a process cannot exceed its hard limit.
        Resource::NOFILE.set(200, 200).unwrap();
        assert_eq!(raise_limit(), Some(200));
    }

    #[cfg(unix)]
    #[test]
    fn running_out_is_known() {
        let exhausted = io::Error::from(rustix::io::Errno::MFILE);
        assert!(is_exhausted(&exhausted), "{exhausted}");
        assert!(!is_exhausted(&io::ErrorKind::ConnectionAborted.into()));
    }
}
