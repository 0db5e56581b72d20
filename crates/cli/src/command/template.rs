//! `tenseven template`: an observation file without values for a framework, to be filled in and pushed.

use std::{io::Write as _, path::PathBuf, pin::pin};

use anyhow::{Context as _, bail};
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
levels, statuses and reasons, and the values that each indicator accepts next to it. `tenseven push FILE` reads both; rows that stay \
blank are skipped.";

/// Arguments of `tenseven template`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct TemplateArguments {
    /// The framework whose indicators the file asks for
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// The countries, areas or local units to ask for, for example MAR or MAR/casablanca, or the members of a group, for example m49:015
    #[arg(long, value_delimiter = ',', required = true, value_parser = area)]
    area: Vec<AreaCode>,
    /// The periods to ask for, for example 2020; without any the column is left to be filled in
    #[arg(long, value_delimiter = ',')]
    period: Vec<Period>,
    /// The source of the values; without it the column is left to be filled in
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
    check_periods(client, &framework, &period).await?;
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

/// An error if a period is not of the length that the framework's indicators are collected at.
async fn check_periods(client: &Client, framework: &str, periods: &[Period]) -> anyhow::Result<()> {
    let request = v1::GetFrameworkRequest { framework: framework.to_owned(), read_at: None };
    let found = client.get_framework(request).await?.framework.unwrap_or_default();
    let frequency = found.summary.unwrap_or_default().frequency;
    match periods.iter().find(|period| period.frequency().as_str() != frequency) {
        None => Ok(()),
        Some(other) => bail!(
            "--period: {other} is {}, and the indicators of {framework} are collected {frequency}",
            other.frequency().as_str()
        ),
    }
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
            AreaCode::Group(code) => catalog
                .group(*code)
                .map(|group| group.members.iter().map(ToString::to_string).collect::<Vec<_>>()),
            AreaCode::Country(country) | AreaCode::Local(country, _) => {
                let is_known = country.is_user_assigned() || catalog.get(*country).is_some();
                is_known.then(|| vec![area.to_string()])
            }
        };
        let Some(members) = members else {
            let meant: Vec<String> =
                catalog.meant_by(&area).iter().map(|meant| catalog.described(meant)).collect();
            let remedy = if meant.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", meant.join(" or "))
            };
            bail!("--area: there is no country, area or group {area}{remedy}");
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
    fn a_group_is_replaced_by_its_members_and_no_area_occurs_twice() {
        let areas = ["MAR", "m49:015", "MAR/casablanca"].map(|code| code.parse().unwrap());
        let countries = countries(areas.to_vec()).unwrap();
        assert_eq!(countries.len(), 8);
        assert_eq!((countries[0].as_str(), countries[7].as_str()), ("MAR", "MAR/casablanca"));
        assert!(!countries.iter().any(|code| code.starts_with("m49")));
    }

    #[test]
    fn an_area_that_push_would_refuse_is_not_asked_for() {
        for (code, suggestion) in
            [("ROM", "did you mean ROU"), ("KYZ", "group KYZ"), ("m49:999", "group m49:999")]
        {
            let error = countries(vec![code.parse().unwrap()]).unwrap_err().to_string();
            assert!(error.contains(suggestion), "{error}");
        }
        assert!(countries(vec!["XAA/town".parse().unwrap()]).is_ok());
    }
}
