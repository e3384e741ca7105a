//! Criterion, and the estimates that it saves.

use bench::appends::Estimate;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::path::{Path, PathBuf};
use std::{fs, time::Duration};

/// The folder in which criterion saves its results. Cargo keeps it for benchmarks.
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

/// The number of samples of each race.
const SAMPLES: usize = 20;

/// Takes samples and returns their median.
pub(crate) struct Statistics {
    criterion: Criterion,
    folder: PathBuf,
    /// The minimum length of one iteration.
    race: Duration,
}

impl Statistics {
    /// Creates statistics whose measurements take this long, plus a tenth of it to warm up.
    pub(crate) fn new(measurement: Duration) -> Statistics {
        let folder = Path::new(FOLDER).join("criterion");
        let criterion = Criterion::default()
            // Criterion's plots and its comparisons with an earlier run are not needed: the report
            // compares within one run.
            .without_plots()
            .sample_size(SAMPLES)
            .nresamples(2_000)
            .warm_up_time(measurement / 10)
            .measurement_time(measurement)
            .output_directory(&folder);
        Statistics {
            criterion,
            folder,
            race: measurement / SAMPLES as u32 / 2,
        }
    }

    /// The time of one append with `tool`, in nanoseconds. `run` takes the number of appends for
    /// each of `appenders`, and returns how long all of them took together.
    ///
    /// # Panics
    /// If criterion saves no estimate.
    pub(crate) fn measure(
        &mut self,
        group: &str,
        (tool, parameter): (&str, u64),
        appenders: u64,
        run: impl Fn(u64) -> Duration,
    ) -> Estimate {
        let each = enough(self.race, &run);
        let mut benchmarks = self.criterion.benchmark_group(group);
        benchmarks.sampling_mode(SamplingMode::Flat);
        benchmarks.throughput(Throughput::Elements(appenders * each));
        let id = BenchmarkId::new(tool, parameter);
        benchmarks.bench_function(id, |bencher| bencher.iter_custom(|races| run(races * each)));
        benchmarks.finish();
        let file = self
            .folder
            .join(format!("{group}/{tool}/{parameter}/new/estimates.json"));
        let found = fs::read(&file).map_err(|error| error.to_string());
        let found = found.and_then(|json| estimate(&json, (appenders * each) as f64));
        found.unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }
}

/// The number of appends for each appender so that a race takes `long`. In a long race it matters
/// little that the appenders do not start at the same moment. The shortest of several races counts,
/// because other work on the machine can make a race longer.
fn enough(long: Duration, run: impl Fn(u64) -> Duration) -> u64 {
    let mut each = 64;
    while (0..3).map(|_| run(each)).min() < Some(long) {
        each *= 2;
    }
    each
}

/// The median of one append in criterion's `estimates.json`; an iteration is `appends` appends.
fn estimate(json: &[u8], appends: f64) -> Result<Estimate, String> {
    let all: serde_json::Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let number = |path: &str| {
        let number = all.pointer(path).and_then(serde_json::Value::as_f64);
        number
            .map(|number| number / appends)
            .ok_or(format!("no {path}"))
    };
    Ok(Estimate {
        median: number("/median/point_estimate")?,
        low: number("/median/confidence_interval/lower_bound")?,
        high: number("/median/confidence_interval/upper_bound")?,
    })
}
