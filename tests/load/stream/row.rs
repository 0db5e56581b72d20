//! One line of the table.

use std::time::Duration;

/// What was measured for one size.
pub(crate) struct Row {
    pub(crate) rows: u64,
    /// Observations that were there when the client had been killed.
    pub(crate) killed_at: u64,
    /// Observations accepted in the run that was killed, and its time.
    pub(crate) first: (u64, Duration),
    /// Observations accepted in the run after it, and its time.
    pub(crate) second: (u64, Duration),
    /// Of the run after it: rows that were recognised.
    pub(crate) already: u64,
    /// The time of a run that sends nothing.
    pub(crate) third: Duration,
    pub(crate) export: Duration,
    /// Most memory of the clients, in bytes.
    pub(crate) client_peak: u64,
    pub(crate) export_peak: u64,
    pub(crate) server_start: u64,
    /// Most memory of the server until everything was pushed, and until it was exported.
    pub(crate) server_peak: u64,
    pub(crate) server_peak_after: u64,
}

/// Prints what the columns are, and their names.
pub(crate) fn print_head() {
    println!(
        "Rates in observations a second: of the run that was killed, of the one that sent the rest, of one that found all of it\n\
         there, and of the export. Memory is the most that a process held. The server is expected to hold 32 bytes for each\n\
         current cell, and with this framework, whose only values are these, 8 for its score and 8 for what that rests on: 40 in\n\
         all, in addition to some 70 MB for the journal's pages, independent of the number, and what a checkpoint takes while it is written: what it\n\
         held when it started is taken off. The clients' memory is expected not to grow.\n"
    );
    println!(
        "{:>12} {:>12} {:>12} {:>10} {:>10} {:>10} {:>10} {:>11} {:>11} {:>11} {:>11} {:>12}",
        "observations",
        "killed at",
        "recognised",
        "first/s",
        "rest/s",
        "again/s",
        "export/s",
        "push MiB",
        "export MiB",
        "server MiB",
        "server B/o",
        "B/o exported"
    );
}

impl Row {
    /// Prints the line.
    pub(crate) fn print(&self) {
        let rate = |rows: u64, time: Duration| format!("{:.0}", rows as f64 / time.as_secs_f64());
        let mebibytes = |bytes: u64| format!("{:.1}", bytes as f64 / f64::from(1 << 20));
        let each =
            |bytes: u64| format!("{:.1}", bytes.saturating_sub(self.server_start) as f64 / self.rows as f64);
        println!(
            "{:>12} {:>12} {:>12} {:>10} {:>10} {:>10} {:>10} {:>11} {:>11} {:>11} {:>11} {:>12}",
            self.rows,
            self.killed_at,
            self.already,
            rate(self.first.0, self.first.1),
            rate(self.second.0, self.second.1),
            rate(self.rows, self.third),
            rate(self.rows, self.export),
            mebibytes(self.client_peak),
            mebibytes(self.export_peak),
            mebibytes(self.server_peak),
            each(self.server_peak),
            each(self.server_peak_after),
        );
    }
}
