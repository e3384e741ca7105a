//! How much memory this process has.

use std::process::{Command, Stdio};
use std::{fs, process};

/// Bytes of this process that are in memory: `VmRSS` where Linux tells it (proc_pid_status(5)), what
/// `ps` says elsewhere. None where neither does.
pub(crate) fn resident() -> Option<u64> {
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        return kibibytes(line?.trim().strip_suffix("kB")?);
    }
    let mut ps = Command::new("ps");
    ps.args(["-o", "rss=", "-p", &process::id().to_string()]);
    let told = ps
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    kibibytes(str::from_utf8(&told.stdout).ok()?)
}

/// Both tell kibibytes, whatever they call them.
fn kibibytes(told: &str) -> Option<u64> {
    told.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read() {
        assert_eq!(kibibytes(" 3812 "), Some(3812 * 1024));
        assert_eq!(kibibytes("\n"), None);
        assert_eq!(kibibytes(&u64::MAX.to_string()), None);
    }

    #[test]
    fn more_memory_is_seen_as_more() {
        let before = resident().expect("Linux and every Unix tell it");
        let room = vec![1_u8; 64 << 20];
        let after = resident().expect("Linux and every Unix tell it");
        assert!(after > before + (32 << 20), "{before} -> {after}");
        drop(std::hint::black_box(room));
    }
}
