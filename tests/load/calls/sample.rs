//! Samples of several rounds, and their medians.

/// What one turn of a side came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Calls a second.
    pub(crate) rate: f64,
    /// Milliseconds that half of the calls took at most.
    pub(crate) median_ms: f64,
    /// Milliseconds that 99 of 100 calls took at most.
    pub(crate) high_ms: f64,
}

impl Sample {
    /// The sample of calls that took `times_ms`, all of them within `seconds`.
    pub(crate) fn of(mut times_ms: Vec<f64>, seconds: f64) -> Self {
        times_ms.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| times_ms[((times_ms.len() - 1) as f64 * share) as usize];
        Self { rate: times_ms.len() as f64 / seconds, median_ms: at(0.5), high_ms: at(0.99) }
    }
}

/// The medians of several rounds.
pub(crate) fn median(samples: &[Sample]) -> Sample {
    let of = |figure: fn(&Sample) -> f64| {
        let mut all: Vec<f64> = samples.iter().map(figure).collect();
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    };
    Sample {
        rate: of(|sample| sample.rate),
        median_ms: of(|sample| sample.median_ms),
        high_ms: of(|sample| sample.high_ms),
    }
}

/// Prints the heads of columns.
pub(crate) fn print_head(what: &str, floor: &str) {
    println!("\n{what}");
    println!(
        "{:>18} | {:>10} {:>8} {:>8} | {:>10} {:>8} {:>8} | {:>6} {:>6}",
        "", "calls/s", "p50 ms", "p99 ms", floor, "p50 ms", "p99 ms", "ratio", "p99"
    );
}

/// Prints both sides of a row, and returns the ratio of their rates.
pub(crate) fn print_row(what: &str, ours: &[Sample], floor: &[Sample]) -> f64 {
    let (ours, floor) = (median(ours), median(floor));
    let ratio = ours.rate / floor.rate;
    println!(
        "{what:>18} | {:>10.0} {:>8.3} {:>8.3} | {:>10.0} {:>8.3} {:>8.3} | {ratio:>6.2} {:>6.2}",
        ours.rate,
        ours.median_ms,
        ours.high_ms,
        floor.rate,
        floor.median_ms,
        floor.high_ms,
        ours.high_ms / floor.high_ms,
    );
    ratio
}
