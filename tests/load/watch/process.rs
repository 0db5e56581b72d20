//! What the operating system says of a process.

use std::time::Duration;

/// Ticks a second in which Linux tells processor time.
const TICKS: f64 = 100.0;

/// The processor time that a process has taken so far.
pub(crate) fn processor_time(process: u32) -> Duration {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process runs");
    // The name of the program stands in brackets and may hold anything.
    let (_, fields) = line.rsplit_once(')').expect("Linux tells it");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|text| text.parse::<f64>().expect("a number")).sum();
    Duration::from_secs_f64(ticks / TICKS)
}
