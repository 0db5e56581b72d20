//! The processor time of a process, from the operating system.

use std::time::Duration;

/// Ticks a second, the unit in which Linux reports processor time.
const TICKS: f64 = 100.0;

/// The processor time that a process has taken so far.
pub(crate) fn processor_time(process: u32) -> Duration {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process runs");
    // The name of the program is in brackets and may contain anything.
    let (_, fields) = line.rsplit_once(')').expect("Linux lists it");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|text| text.parse::<f64>().expect("a number")).sum();
    Duration::from_secs_f64(ticks / TICKS)
}
