//! How many connections fit: each is an open file, and a shell allows few unless it is asked for more.

/// Files that the server needs besides: the store, the listener, the runtime, a log.
#[cfg(unix)]
const BESIDES: u64 = 64;

/// Asks for as many as may be had; says how many connections that is. `None`: nobody counts here.
pub fn raise() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        let _ = setrlimit(Resource::Nofile, limit); // Then there are as many as there were.
        getrlimit(Resource::Nofile)
            .current
            .map(|files| files.saturating_sub(BESIDES))
    }
    #[cfg(not(unix))]
    None
}
