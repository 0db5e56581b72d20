//! Templates as CSV.

use std::io::{self, Write};

use tenseven_client::v1;

use super::{Template, instruction::one_line};
use crate::{
    observation_file::write::{CsvOptions, ObservationWriter},
    output::indicator::kind_name,
};

const INSTRUCTIONS: &str = "\
# Fill in one of value, numerator and denominator, level, flag (true or false) or missing in each row; missing is
# not_applicable, not_collected, confidential or not_available. Rows that stay blank are passed over. Then:
# tenseven push FILE --dry-run, and tenseven push FILE. Lines that start with # are not read.
";

/// Writes a template as CSV, with what each indicator takes in comments before it.
pub(crate) fn write_text(template: &Template, out: &mut impl Write) -> io::Result<()> {
    out.write_all(INSTRUCTIONS.as_bytes())?;
    template.indicators.iter().try_for_each(|indicator| explain(out, indicator))?;
    let mut writer = ObservationWriter::new(out, CsvOptions::default())?;
    for (area, indicator) in template.blocks() {
        for period in &template.periods {
            let observation = v1::Observation {
                indicator: indicator.id.clone(),
                area: area.to_owned(),
                period: period.clone(),
                source: template.source.clone(),
                ..Default::default()
            };
            writer
                .write(&v1::RecordedObservation { observation: Some(observation), ..Default::default() })?;
        }
    }
    writer.finish().map(|_| ())
}

/// What the indicator takes, for who fills the file in.
fn explain(out: &mut impl Write, indicator: &v1::Indicator) -> io::Result<()> {
    let v1::Indicator { id, name, unit, levels, .. } = indicator;
    let unit = if unit.is_empty() { String::new() } else { format!(", {}", one_line(unit)) };
    writeln!(out, "# {id}: {} ({}{unit})", one_line(name), kind_name(indicator))?;
    for v1::RubricLevel { code, label, description, .. } in levels {
        writeln!(out, "#   {code}: {}. {}", one_line(label), one_line(description))?;
    }
    Ok(())
}
