//! The text that Prometheus reads, in two formats.

use prometheus_client::{encoding::text, registry::Registry};
use std::fmt::Write;

/// A format of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenMetrics 1.0, which Prometheus asks for.
    OpenMetrics,
    /// The older format of Prometheus, for everything that does not ask: `promtool check metrics`
    /// reads no other.
    Text,
}

impl Format {
    /// The format for a request with this `Accept` header.
    pub fn accepted(accept: Option<&str>) -> Self {
        match accept.is_some_and(|it| it.contains("application/openmetrics-text")) {
            true => Self::OpenMetrics,
            false => Self::Text,
        }
    }

    /// The content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// The text of a registry.
///
/// # Panics
/// Never: a `String` takes every text.
pub(super) fn encode(registry: &Registry, format: Format) -> String {
    let mut text = String::new();
    text::encode(&mut text, registry).expect("a String takes every text");
    match format {
        Format::OpenMetrics => text,
        Format::Text => as_text(&text),
    }
}

/// Turns OpenMetrics into the older format. There a counter's help and type have the name of its
/// sample, with `_total`, and nothing marks the end.
fn as_text(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    let mut help = None;
    for line in open_metrics.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
            continue;
        }
        let line = match (line.strip_prefix("# TYPE "), help.take()) {
            (Some(name_and_kind), Some((name, says))) => {
                let kind = name_and_kind.rsplit_once(' ').map_or("untyped", |it| it.1);
                let suffix = if kind == "counter" { "_total" } else { "" };
                format!("# HELP {name}{suffix} {says}\n# TYPE {name}{suffix} {kind}")
            }
            _ => line.to_owned(),
        };
        writeln!(text, "{line}").expect("a String takes every text");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::metrics::{counter::Counter, gauge::Gauge};

    #[test]
    fn the_older_format_names_a_counter_as_its_sample() {
        let mut registry = Registry::default();
        registry.register("a", "Things", Counter::<u64>::default());
        registry.register("b", "More", Gauge::<i64>::default());
        let expected = "# HELP a_total Things.\n# TYPE a_total counter\na_total 0\n\
                        # HELP b More.\n# TYPE b gauge\nb 0\n";
        assert_eq!(encode(&registry, Format::Text), expected);
        let open = encode(&registry, Format::OpenMetrics);
        assert!(open.starts_with("# HELP a Things.\n# TYPE a counter\na_total 0\n"));
        assert!(open.ends_with("# EOF\n"));
    }

    #[test]
    fn openmetrics_is_for_those_who_ask_for_it() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5";
        assert_eq!(Format::accepted(Some(prometheus)), Format::OpenMetrics);
        for other in [None, Some("*/*"), Some("text/plain")] {
            assert_eq!(Format::accepted(other), Format::Text, "{other:?}");
        }
    }
}
