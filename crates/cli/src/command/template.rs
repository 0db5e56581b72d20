//! `tenseven template`: an empty observation file for a framework, to be filled in and pushed.

use std::{
    io::{self, Write},
    pin::pin,
};

use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};
use tenseven_model::{AreaCode, Period, SourceId};

use crate::{
    exit::Outcome,
    observation_file::write::{CsvOptions, ObservationWriter},
    output::{indicator::kind_name, stdout},
};

const INSTRUCTIONS: &str = "\
# Fill in one of value, numerator and denominator, level, flag (true or false) or missing in each row; missing is
# not_applicable, not_collected, confidential or not_available. Delete rows that nothing can be said of. Then:
# tenseven push FILE --dry-run, and tenseven push FILE. Lines that start with # are not read.
";

/// Arguments of `tenseven template`.
#[derive(Debug, Args)]
pub(crate) struct TemplateArguments {
    /// The framework whose indicators the file asks for
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// The countries, areas or local units to ask for, as MAR or MAR/casablanca
    #[arg(long, value_delimiter = ',', required = true)]
    area: Vec<AreaCode>,
    /// The periods to ask for, as 2020; without any the column is left to be filled in
    #[arg(long, value_delimiter = ',')]
    period: Vec<Period>,
    /// Who the values come from; without it the column is left to be filled in
    #[arg(long)]
    source: Option<SourceId>,
}

/// Runs `tenseven template`.
pub(crate) async fn run(client: &Client, arguments: TemplateArguments) -> anyhow::Result<Outcome> {
    let request = v1::ListIndicatorsRequest { framework: arguments.framework.clone(), ..Default::default() };
    let mut pages = pin!(client.indicator_pages(request));
    let mut indicators = Vec::new();
    while let Some(page) = pages.try_next().await? {
        // What is computed takes no observation.
        indicators.extend(page.indicators.into_iter().filter(|indicator| indicator.formula.is_empty()));
    }
    let mut out = stdout::lock();
    out.write_all(INSTRUCTIONS.as_bytes())?;
    indicators.iter().try_for_each(|indicator| explain(&mut out, indicator))?;
    let mut writer = ObservationWriter::new(out, CsvOptions::default())?;
    let TemplateArguments { framework: _, area, period, source } = arguments;
    let source = source.map(|source| source.to_string()).unwrap_or_default();
    let mut periods: Vec<String> = period.iter().map(ToString::to_string).collect();
    if periods.is_empty() {
        periods.push(String::new());
    }
    for area in &area {
        for indicator in &indicators {
            for period in &periods {
                writer.write(&row(indicator, &area.to_string(), period, &source))?;
            }
        }
    }
    writer.finish()?;
    Ok(Outcome::Done)
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

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn row(indicator: &v1::Indicator, area: &str, period: &str, source: &str) -> v1::RecordedObservation {
    let observation = v1::Observation {
        indicator: indicator.id.clone(),
        area: area.to_owned(),
        period: period.to_owned(),
        source: source.to_owned(),
        ..Default::default()
    };
    v1::RecordedObservation { observation: Some(observation), ..Default::default() }
}
