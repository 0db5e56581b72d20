//! What an explanation lists: other areas and periods, and settings as far as there is room.

use tenseven_api::v1;
use tenseven_engine::others::{OtherCell, Others};

use super::stage_value::stage;

/// Maximum number of bytes of settings in one response, before those with long values are left out.
const SETTINGS_BYTES_MAX: usize = 300_000;
/// Bytes of a value that is never left out.
const SHORT_BYTES: usize = 32;

/// What is listed so far of what has to end somewhere.
#[derive(Debug, Default)]
pub(super) struct Listed {
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
}

/// The cells that an explanation lists.
pub(super) fn cells(others: &Others) -> Vec<v1::OtherCell> {
    others.cells.iter().map(message).collect()
}

fn message(cell: &OtherCell) -> v1::OtherCell {
    let OtherCell { area, period, values, outranks } = cell;
    v1::OtherCell {
        area: area.to_string(),
        period: period.to_string(),
        values: values.iter().map(|outcome| stage(*outcome)).collect(),
        outranks: *outranks,
    }
}
