//! `tenseven template`: an observation file without values for a framework, to be filled in and pushed.

use std::{io::Write as _, path::PathBuf, pin::pin};

use anyhow::Context as _;
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_catalog::Catalog;
use tenseven_client::{Client, v1};
use tenseven_model::{AreaCode, Period, SourceId};

use crate::{
    exit::Outcome,
    output_file::OutputFile,
    template::{Template, write_text, write_workbook},
    vocabulary,
};

const HELP: &str = "\
Without --output, and for files of any other name, the template is CSV. A FILE.xlsx is a workbook, with drop-down lists of areas, \
levels, statuses and reasons, and what each indicator takes next to it. `tenseven push FILE` reads both; rows that stay \
blank are passed over.";

/// Arguments of `tenseven template`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct TemplateArguments {
    /// The framework whose indicators the file asks for
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// The countries, areas or local units to ask for, as MAR or MAR/casablanca, or the members of a group, as m49:015
    #[arg(long, value_delimiter = ',', required = true, value_parser = area)]
    area: Vec<AreaCode>,
    /// The periods to ask for, as 2020; without any the column is left to be filled in
    #[arg(long, value_delimiter = ',')]
    period: Vec<Period>,
    /// Who the values come from; without it the column is left to be filled in
    #[arg(long)]
    source: Option<SourceId>,
    /// Write this file instead of standard output; a workbook if it is called FILE.xlsx
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `tenseven template`.
pub(crate) async fn run(client: &Client, arguments: TemplateArguments) -> anyhow::Result<Outcome> {
    let TemplateArguments { framework, area, period, source, output } = arguments;
    let areas = countries(area)?;
    let request = v1::ListIndicatorsRequest { framework, ..Default::default() };
    let mut pages = pin!(client.indicator_pages(request));
    let mut indicators = Vec::new();
    while let Some(page) = pages.try_next().await? {
        // What is computed takes no observation.
        indicators.extend(page.indicators.into_iter().filter(|indicator| indicator.formula.is_empty()));
    }
    let mut periods: Vec<String> = period.iter().map(ToString::to_string).collect();
    if periods.is_empty() {
        periods.push(String::new());
    }
    let source = source.map(|source| source.to_string()).unwrap_or_default();
    let template = Template { indicators, areas, periods, source };
    let output = output.unwrap_or_else(|| PathBuf::from("-"));
    let name = || format!("{} was not written", output.display());
    let is_workbook = output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    let mut file = OutputFile::create(&output).with_context(name)?;
    if is_workbook {
        file.write_all(&write_workbook(&template)?).with_context(name)?;
    } else {
        write_text(&template, &mut file).with_context(name)?;
    }
    file.finish().with_context(name)?;
    Ok(Outcome::Done)
}

fn area(written: &str) -> Result<AreaCode, String> {
    vocabulary::area(written)?.parse().map_err(|error| format!("{error}"))
}

/// The areas in their order, with the members of groups in the place of groups; each once.
fn countries(areas: Vec<AreaCode>) -> anyhow::Result<Vec<String>> {
    let catalog = Catalog::bundled().areas();
    let mut countries: Vec<String> = Vec::new();
    for area in areas {
        let members = match &area {
            AreaCode::Group(code) => {
                let group = catalog.group(*code).with_context(|| format!("M49 has no group {area}"))?;
                group.members.iter().map(ToString::to_string).collect()
            }
            AreaCode::Country(_) | AreaCode::Local(..) => vec![area.to_string()],
        };
        for member in members {
            if !countries.contains(&member) {
                countries.push(member);
            }
        }
    }
    Ok(countries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_stands_for_its_members_and_no_area_stands_twice() {
        let areas = ["MAR", "m49:015", "MAR/casablanca"].map(|code| code.parse().unwrap());
        let countries = countries(areas.to_vec()).unwrap();
        assert_eq!(countries.len(), 8);
        assert_eq!((countries[0].as_str(), countries[7].as_str()), ("MAR", "MAR/casablanca"));
        assert!(!countries.iter().any(|code| code.starts_with("m49")));
    }
}
