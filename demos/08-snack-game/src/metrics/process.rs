//! What the kernel knows about this process, under the names that Prometheus gives to it.

use std::fs;

/// Figures of the process. `None` outside Linux.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Process {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) resident_bytes: Option<u64>,
    pub(super) virtual_bytes: Option<u64>,
    pub(super) threads: Option<u64>,
    pub(super) open_files: Option<u64>,
    pub(super) max_files: Option<u64>,
}

impl Process {
    /// The figures of this moment.
    pub(super) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let kilobytes = |name| number_after(&status, name).map(|it| it * 1024);
        Self {
            cpu_seconds: cpu_seconds(),
            resident_bytes: kilobytes("VmRSS:"),
            virtual_bytes: kilobytes("VmSize:"),
            threads: number_after(&status, "Threads:"),
            // One of them is the folder that is being read.
            open_files: fs::read_dir("/proc/self/fd")
                .ok()
                .map(|files| (files.count() as u64).saturating_sub(1)),
            max_files: number_after(&limits, "Max open files"),
        }
    }
}

/// The resident memory of this process, in bytes. `None` outside Linux.
pub(crate) fn resident_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    Some(number_after(&status, "VmRSS:")? * 1024)
}

/// The first number in the line that begins with `name`.
fn number_after(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(target_os = "linux")]
fn cpu_seconds() -> Option<f64> {
    use rustix::time::{ClockId, clock_gettime};
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Some(used.tv_sec as f64 + used.tv_nsec as f64 / 1e9)
}

#[cfg(not(target_os = "linux"))]
fn cpu_seconds() -> Option<f64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_asked_for_every_figure() {
        let now = Process::now();
        assert!(now.cpu_seconds.is_some_and(|it| it > 0.0), "{now:?}");
        assert!(now.resident_bytes > Some(1 << 20), "{now:?}");
        assert!(now.virtual_bytes > now.resident_bytes, "{now:?}");
        assert!(now.threads >= Some(1), "{now:?}");
        assert!(now.open_files >= Some(3), "{now:?}");
        assert!(now.max_files >= now.open_files, "{now:?}");
        assert!(resident_memory() > Some(1 << 20));
    }
}
