//! Selections: which observations a command is about, and whether what it names exists.
//!
//! *Invariant:* a selection that names something that does not exist is an error, not an empty answer.

use std::{collections::BTreeSet, pin::pin};

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, Code, v1};
use tenseven_model::closest;

use crate::{output::number::count, vocabulary};

/// Maximum observations in which sources are searched.
const LOOKED_AT_MAX: usize = 100_000;
/// Maximum sources that are listed.
const LISTED_MAX: usize = 10;

/// Which observations are meant.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SelectionArguments {
    /// Only this indicator
    #[arg(long, value_name = "ID")]
    pub(crate) indicator: Option<String>,
    /// Only this country, area or local unit, or the members of this group, for example MAR or m49:015
    #[arg(long)]
    pub(crate) area: Option<String>,
    /// Only this source
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only this period and later ones
    #[arg(long, value_name = "PERIOD")]
    pub(crate) from: Option<String>,
    /// Only this period and earlier ones
    #[arg(long, value_name = "PERIOD")]
    pub(crate) to: Option<String>,
    /// Only this SDMX status, for example P (provisional)
    #[arg(long, value_name = "CODE")]
    pub(crate) status: Option<String>,
}

impl SelectionArguments {
    /// The selection as the contract has it; an error if something that it names does not exist at the moment asked for.
    pub(crate) async fn resolve(
        self,
        client: &Client,
        read_at: &v1::ReadAt,
    ) -> anyhow::Result<v1::ObservationSelection> {
        let Self { indicator, area, source, from, to, status } = self;
        if let Some(indicator) = &indicator {
            check_indicator(client, indicator, read_at).await?;
        }
        if let Some(source) = &source
            && let Some(problem) = unknown_source(client, source, read_at).await?
        {
            bail!(problem);
        }
        Ok(v1::ObservationSelection {
            indicator: indicator.unwrap_or_default(),
            area: area_code(area)?,
            source: source.unwrap_or_default(),
            period_from: from.unwrap_or_default(),
            period_to: to.unwrap_or_default(),
            status: status.map(|status| vocabulary::status(&status)).unwrap_or_default(),
        })
    }
}

/// The code of an area that is given in any way that files may give it; empty if none is given.
pub(crate) fn area_code(written: Option<String>) -> anyhow::Result<String> {
    let Some(written) = written else { return Ok(String::new()) };
    vocabulary::area(&written).map_err(|problem| anyhow::anyhow!("--area: {problem}"))
}

/// An error if no framework has this indicator, and nothing was observed of it.
pub(crate) async fn check_indicator(
    client: &Client,
    indicator: &str,
    read_at: &v1::ReadAt,
) -> anyhow::Result<()> {
    let request = v1::GetIndicatorRequest { indicator: indicator.to_owned(), read_at: Some(read_at.clone()) };
    match client.get_indicator(request).await {
        Ok(_) => Ok(()),
        Err(ClientError::Refused(refusal)) if refusal.code == Code::NotFound => {
            // Frameworks may have dropped it since.
            let selection =
                v1::ObservationSelection { indicator: indicator.to_owned(), ..Default::default() };
            if is_observed(client, selection, read_at).await? {
                return Ok(());
            }
            Err(ClientError::Refused(refusal)).context("--indicator")
        }
        Err(error) => Err(error.into()),
    }
}

/// That no observation is from this source, with the one that may have been meant; none if there is one.
pub(crate) async fn unknown_source(
    client: &Client,
    source: &str,
    read_at: &v1::ReadAt,
) -> anyhow::Result<Option<String>> {
    let selection = v1::ObservationSelection { source: source.to_owned(), ..Default::default() };
    if is_observed(client, selection, read_at).await? {
        return Ok(None);
    }
    let remedy = sources(client, read_at).await?.remedy(source);
    Ok(Some(format!("--source: no observation is from {source}{remedy}")))
}

/// The sources of the observations that were searched.
#[derive(Debug, Default)]
struct Sources {
    names: BTreeSet<String>,
    looked_at: usize,
    /// Whether there are more observations than were searched.
    is_partial: bool,
}

impl Sources {
    /// A suggestion for an unknown source, appended to the error message.
    fn remedy(&self, unknown: &str) -> String {
        let names = || self.names.iter().map(String::as_str);
        let remedy = match closest(unknown, names()) {
            Some(nearest) => format!("; did you mean {nearest}?"),
            None if self.names.is_empty() || self.names.len() > LISTED_MAX => String::new(),
            None => format!("; there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        if !self.is_partial {
            return remedy;
        }
        let looked_at = count(self.looked_at as u64);
        format!("{remedy} (only the first {looked_at} observations were looked at for other sources)")
    }
}

async fn is_observed(
    client: &Client,
    selection: v1::ObservationSelection,
    read_at: &v1::ReadAt,
) -> Result<bool, ClientError> {
    let request = v1::ListObservationsRequest {
        selection: Some(selection),
        page: Some(v1::Page::of_size(1)),
        read_at: Some(read_at.clone()),
    };
    Ok(!client.list_observations(request).await?.observations.is_empty())
}

async fn sources(client: &Client, read_at: &v1::ReadAt) -> anyhow::Result<Sources> {
    let request = v1::ExportObservationsRequest { read_at: Some(read_at.clone()), ..Default::default() };
    let mut parts = pin!(client.export_observations(request));
    let mut sources = Sources::default();
    while let Some(part) = parts.try_next().await? {
        if part.observations.is_empty() {
            continue;
        }
        if sources.looked_at >= LOOKED_AT_MAX {
            sources.is_partial = true;
            break;
        }
        sources.looked_at += part.observations.len();
        let observations = part.observations.into_iter().filter_map(|recorded| recorded.observation);
        sources.names.extend(observations.map(|observation| observation.source));
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_was_cut_short_is_reported_as_one() {
        let mut sources = Sources {
            names: ["iom", "ministry"].map(str::to_owned).into(),
            looked_at: 100_352,
            is_partial: false,
        };
        assert_eq!(sources.remedy("minstry"), "; did you mean ministry?");
        assert_eq!(sources.remedy("x"), "; there are iom, ministry");
        sources.is_partial = true;
        let note = " (only the first 100,352 observations were looked at for other sources)";
        for (unknown, start) in [("minstry", "; did you mean ministry?"), ("x", "; there are iom, ministry")]
        {
            assert_eq!(sources.remedy(unknown), format!("{start}{note}"));
        }
        sources.names.clear();
        assert_eq!(sources.remedy("x"), note);
    }
}
