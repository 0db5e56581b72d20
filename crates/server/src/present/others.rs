//! Other areas and periods that an explanation lists.

use tenseven_api::v1;
use tenseven_engine::others::{OtherCell, Others};
use tenseven_model::Outcome;

use super::score;

/// Most values of other areas and periods in one response: with all else it stays below the 4 MiB that stock clients read.
const VALUES_MAX: usize = 20_000;

/// Most bytes of settings in one response, before those with long values are left out.
const SETTINGS_BYTES_MAX: usize = 300_000;
/// Bytes of a value that is never left out.
const SHORT_BYTES: usize = 32;

/// What is listed so far of what has to end somewhere.
#[derive(Debug, Default)]
pub(super) struct Listed {
    values: usize,
    settings_bytes: usize,
    /// How many settings were left out.
    pub(super) settings_left_out: u32,
}

impl Listed {
    /// The settings of a node, as far as there is room for them.
    pub(super) fn settings(&mut self, settings: Vec<(String, String)>) -> Vec<v1::Setting> {
        let mut listed = Vec::with_capacity(settings.len());
        for (key, value) in settings {
            let bytes = self.settings_bytes + key.len() + value.len();
            if bytes > SETTINGS_BYTES_MAX && value.len() > SHORT_BYTES {
                self.settings_left_out += 1;
                continue;
            }
            self.settings_bytes = bytes;
            listed.push(v1::Setting { key, value });
        }
        listed
    }

    /// The cells, as far as there is room for their values.
    pub(super) fn cells(&mut self, others: &Others) -> Vec<v1::OtherCell> {
        let mut cells = Vec::new();
        for cell in &others.cells {
            self.values += cell.values.len();
            if self.values > VALUES_MAX {
                break;
            }
            cells.push(message(cell));
        }
        cells
    }
}

fn message(cell: &OtherCell) -> v1::OtherCell {
    let OtherCell { area, period, values, outranks } = cell;
    let value = |outcome: &Outcome| v1::StageValue { number: outcome.ok(), gap: score::gap(*outcome) };
    v1::OtherCell {
        area: area.to_string(),
        period: period.to_string(),
        values: values.iter().map(value).collect(),
        outranks: *outranks,
    }
}
