//! What was compared, how far it differed, and what was left out.

use tenseven_engine::Column;

use super::data::{Frame, Table, number};

/// How far a number may lie from the reference, relative to the larger of the two.
const TOLERANCE: f64 = 1e-9;

/// What a difference is compared with at least, so that what rounding leaves of a 0 is one.
const FLOOR: f64 = 1e-4;

/// The comparison of one file.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) cells: usize,
    pub(super) worst: f64,
    pub(super) differences: Vec<String>,
    /// Parts of the file that were left out, with the reason.
    pub(super) left: Vec<(String, &'static str)>,
    /// Why the whole file was left out.
    pub(super) file_left: Option<&'static str>,
}

impl Sheet {
    pub(super) fn number(&mut self, place: &str, expected: Option<f64>, found: Option<f64>) {
        self.cells += 1;
        match (expected, found) {
            (None, None) => {}
            (Some(expected), Some(found)) => {
                let scale = expected.abs().max(found.abs()).max(FLOOR);
                let relative = (expected - found).abs() / scale;
                self.worst = self.worst.max(relative);
                if relative.is_nan() || relative > TOLERANCE {
                    self.differences.push(format!("{place}: {expected} in the reference, {found} here"));
                }
            }
            (expected, found) => {
                self.differences.push(format!("{place}: {expected:?} in the reference, {found:?} here"));
            }
        }
    }

    pub(super) fn text(&mut self, place: &str, expected: &str, found: &str) {
        self.cells += 1;
        if expected != found {
            self.differences.push(format!("{place}: {expected:?} in the reference, {found:?} here"));
        }
    }

    pub(super) fn column(&mut self, name: &str, keys: &[String], expected: &Column, found: &Column) {
        for (place, key) in keys.iter().enumerate() {
            self.number(&format!("{name} of {key}"), expected.get(place).ok(), found.get(place).ok());
        }
    }

    /// Every column of the reference but those left out; both have the same rows.
    pub(super) fn table(&mut self, expected: &Frame, found: &Table) {
        let keys = expected.keys();
        assert_eq!(keys, found.keys, "the rows differ");
        for name in expected.header.iter().filter(|name| !["uCode", "Time"].contains(&name.as_str())) {
            if !self.left.iter().any(|(left, _)| left == name) {
                self.column(name, &keys, &expected.column(name), found.get(name));
            }
        }
    }

    pub(super) fn leave(&mut self, part: &str, reason: &'static str) {
        self.left.push((part.to_owned(), reason));
    }
}

/// A number of the reference in a named column.
pub(super) fn cell(frame: &Frame, row: usize, name: &str) -> Option<f64> {
    number(&frame.rows[row][frame.place(name)])
}
