//! Lines of a log in JSON that are no events: what a program prints at its start and at its end, a
//! panic, and the number of lines that were dropped.

use output::Output;
use serde_json::json;
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime, SystemTime},
};

/// A line of the program's own words.
pub fn info(message: &str) -> String {
    line("INFO", message)
}

/// A line about a failure.
pub fn error(message: &str) -> String {
    line("ERROR", message)
}

/// Lets this stream say in JSON how many lines were dropped.
pub fn say_dropped(stream: Output) {
    stream.say_dropped_by(|lines| {
        let message = "lines were dropped: the log was not read";
        let line = json!({
            "timestamp": now(), "level": "WARN", "message": message, "lines": lines,
        });
        format!("{line}\n")
    });
}

/// Lets panics be reported in JSON on standard error.
pub fn report_panics() {
    output::report_panics_by(|report| output::err!("{}", error(report)));
}

fn line(level: &str, message: &str) -> String {
    json!({"timestamp": now(), "level": level, "message": message}).to_string()
}

/// The time, as events have it.
fn now() -> String {
    let mut now = String::new();
    // A `String` takes every text; without a clock there is no time.
    let _unless_no_clock = SystemTime.format_time(&mut Writer::new(&mut now));
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object_whatever_it_says() {
        let said = "listening on \"127.0.0.1\"\nand more";
        for (line, level) in [(info(said), "INFO"), (error(said), "ERROR")] {
            assert_eq!(line.lines().count(), 1, "{line}");
            let object: serde_json::Value = serde_json::from_str(&line).expect("an object");
            assert_eq!(object["message"], said);
            assert_eq!(object["level"], level);
            let time = object["timestamp"].as_str().expect("a time");
            assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
        }
    }
}
