//! Criterion, and the estimates that it leaves behind.

use bench::appends::Estimate;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::path::{Path, PathBuf};
use std::{fs, time::Duration};

/// Where criterion puts what it found. Cargo keeps this folder for benchmarks.
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

/// How often each race is run.
const SAMPLES: usize = 20;

/// Takes samples, and tells their median.
pub(crate) struct Statistics {
    criterion: Criterion,
    folder: PathBuf,
    /// How long one iteration takes at least.
    race: Duration,
}

impl Statistics {
    /// One measurement takes as long as this, and a tenth of it to warm up.
    pub(crate) fn new(measurement: Duration) -> Statistics {
        let folder = Path::new(FOLDER).join("criterion");
        let criterion = Criterion::default()
            // Criterion's plots and comparisons with the run before are of no use here: the report compares within a run.
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

    /// How long one append takes `tool`, in nanoseconds. `run` is told how many appends each of `appenders` shall do, and
    /// tells how long all of them took together.
    ///
    /// # Panics
    /// Criterion leaves no estimate behind.
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

/// How often each must append so that a race takes as `long`: then it matters little that they do not start as one.
/// The shortest of some races counts, for a long one may be somebody else's doing.
fn enough(long: Duration, run: impl Fn(u64) -> Duration) -> u64 {
    let mut each = 64;
    while (0..3).map(|_| run(each)).min() < Some(long) {
        each *= 2;
    }
    each
}

/// The median in criterion's `estimates.json`, of one append where an iteration is `appends` of them.
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
