//! The tour: push the samples, then read the results.

use std::pin::pin;

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use tenseven_catalog::Catalog;
use tenseven_client::{Client, v1};

use super::sample::{PushedSample, push};

/// The framework that is shown.
pub(super) const FRAMEWORK: &str = "target-10-7";
/// The year that is shown.
pub(super) const PERIOD: &str = "2020";
/// Countries with two of the indicators at most, as real data are.
const COUNTRIES: [&str; 5] = ["CAN", "ITA", "LBY", "MAR", "PHL"];
/// Areas that do not exist, with a complete submission.
const ILLUSTRATION: [&str; 3] = ["XAA", "XAB", "XAC"];
/// The figure that is read back: indicator, area, period.
pub(super) const READ_BACK: [&str; 3] = ["migrant-casualties", "LBY", "2016"];

/// What the demonstration saw.
#[derive(Debug)]
pub(crate) struct Tour {
    /// The server's address.
    pub(super) server: String,
    /// Where the data are kept; none if they are not.
    pub(super) kept: Option<String>,
    /// The samples, in the catalogue's order.
    pub(super) samples: Vec<PushedSample>,
    /// The report for the world.
    pub(super) world: v1::GetTargetReportResponse,
    /// The report for the illustration.
    pub(super) illustration: v1::GetTargetReportResponse,
    /// Scores of a few countries.
    pub(super) countries: v1::ListScoresResponse,
    /// Scores of the illustration.
    pub(super) illustration_scores: v1::ListScoresResponse,
    /// The observation that was read back.
    pub(super) read_back: v1::RecordedObservation,
}

impl Tour {
    /// Whether a row of a sample was refused.
    pub(crate) fn refused(&self) -> bool {
        self.samples.iter().any(|pushed| pushed.summary.refused > 0)
    }
}

/// Pushes the samples and reads the results.
pub(crate) async fn take(client: &Client, kept: Option<String>) -> anyhow::Result<Tour> {
    let request = v1::ListFrameworksRequest { page: Some(v1::Page::of_size(1)), ..Default::default() };
    let mut revision = client.list_frameworks(request).await?.revision;
    let mut samples = Vec::new();
    for sample in Catalog::bundled().samples() {
        let pushed = push(client, *sample).await?;
        revision = revision.max(pushed.summary.revision);
        samples.push(pushed);
    }
    Ok(Tour {
        server: client.endpoint().to_owned(),
        kept,
        samples,
        world: report(client, &["world"], revision).await?,
        illustration: report(client, &ILLUSTRATION, revision).await?,
        countries: scores(client, &COUNTRIES, revision).await?,
        illustration_scores: scores(client, &ILLUSTRATION, revision).await?,
        read_back: observation(client, revision).await?,
    })
}

fn owned(areas: &[&str]) -> Vec<String> {
    areas.iter().map(|area| (*area).to_owned()).collect()
}

async fn report(
    client: &Client,
    areas: &[&str],
    revision: u64,
) -> anyhow::Result<v1::GetTargetReportResponse> {
    let request = v1::GetTargetReportRequest {
        framework: FRAMEWORK.into(),
        period: PERIOD.into(),
        areas: owned(areas),
        read_at: Some(v1::ReadAt::not_before(revision)),
        ..Default::default()
    };
    Ok(client.target_report(request).await?)
}

async fn scores(client: &Client, areas: &[&str], revision: u64) -> anyhow::Result<v1::ListScoresResponse> {
    let request = v1::ListScoresRequest {
        selection: Some(v1::ScoreSelection {
            framework: FRAMEWORK.into(),
            areas: owned(areas),
            period_from: PERIOD.into(),
            period_to: PERIOD.into(),
            nodes: Vec::new(),
        }),
        read_at: Some(v1::ReadAt::not_before(revision)),
        ..Default::default()
    };
    Ok(client.list_scores(request).await?)
}

async fn observation(client: &Client, revision: u64) -> anyhow::Result<v1::RecordedObservation> {
    let [indicator, area, period] = READ_BACK;
    let request = v1::ListObservationsRequest {
        selection: Some(v1::ObservationSelection {
            indicator: indicator.into(),
            area: area.into(),
            period_from: period.into(),
            period_to: period.into(),
            ..Default::default()
        }),
        read_at: Some(v1::ReadAt::not_before(revision)),
        ..Default::default()
    };
    let mut observations = pin!(client.observations(request));
    let first = observations.try_next().await?;
    first.with_context(|| format!("{indicator} of {area} in {period} was pushed and is not there"))
}
