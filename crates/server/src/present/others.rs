//! Other areas and periods that an explanation lists.

use tenseven_api::v1;
use tenseven_engine::others::{OtherCell, Others};
use tenseven_model::Outcome;

use super::score;

/// Most values of other areas and periods in one response: with all else it stays below the 4 MiB that stock clients read.
const VALUES_MAX: usize = 20_000;

/// How many values of other areas and periods are listed so far.
#[derive(Debug, Default)]
pub(super) struct Listed(usize);

impl Listed {
    /// The cells, as far as there is room for their values.
    pub(super) fn cells(&mut self, others: &Others) -> Vec<v1::OtherCell> {
        let mut cells = Vec::new();
        for cell in &others.cells {
            self.0 += cell.values.len();
            if self.0 > VALUES_MAX {
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
