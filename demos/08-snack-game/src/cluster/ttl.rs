//! Intervals, times to live and the timeout of the cluster.

use std::time::Duration;

/// Interval between two reports of a server about itself.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Heartbeat interval. A heartbeat extends the life of the last report and changes nothing else.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);

/// Time to live of a report. A server that sends neither a report nor a heartbeat for this long is
/// dead to its peers.
pub const SERVER_TTL: Duration = Duration::from_secs(3);

/// Time to live of the last report of a server that shuts down and leaves seats for its next
/// process: that process has this long to start.
pub const RESTART_TTL: Duration = Duration::from_secs(10);

/// The backend counts as unreachable if it does not answer within this time.
pub const BACKEND_TIMEOUT: Duration = Duration::from_millis(500);
