//! `tenseven measures` and `tenseven instruments`: the reference lists, or one entry with who cites it.

use std::pin::pin;

use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format, print,
        reference::{Reference, ReferenceListView, ReferenceView},
    },
};

/// Arguments of `tenseven measures` and `tenseven instruments`.
#[derive(Debug, Args)]
pub(crate) struct ReferencesArguments {
    /// Show this entry whole, with the indicators and practices that cite it
    #[arg(value_name = "ID")]
    entry: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven measures`.
pub(crate) async fn measures(client: &Client, arguments: ReferencesArguments) -> anyhow::Result<Outcome> {
    let ReferencesArguments { entry, moment, format } = arguments;
    if let Some(measure) = entry {
        let request = v1::GetMeasureRequest { measure, read_at: Some(moment.read_at()) };
        let response = client.get_measure(request).await?;
        let v1::GetMeasureResponse { measure, indicators, practices, revision, history_id } = response;
        let entry = Reference::from(measure.unwrap_or_default());
        let kind = "measure";
        print(&ReferenceView { kind, entry, indicators, practices, revision, history_id }, format)?;
        return Ok(Outcome::Done);
    }
    let mut view =
        ReferenceListView { kind: "measures", entries: Vec::new(), revision: 0, history_id: String::new() };
    let request = v1::ListMeasuresRequest { read_at: Some(moment.read_at()), ..Default::default() };
    let mut pages = pin!(client.measure_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.entries.extend(page.measures.into_iter().map(Reference::from));
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}

/// Runs `tenseven instruments`.
pub(crate) async fn instruments(client: &Client, arguments: ReferencesArguments) -> anyhow::Result<Outcome> {
    let ReferencesArguments { entry, moment, format } = arguments;
    if let Some(instrument) = entry {
        let request = v1::GetInstrumentRequest { instrument, read_at: Some(moment.read_at()) };
        let response = client.get_instrument(request).await?;
        let v1::GetInstrumentResponse { instrument, indicators, practices, revision, history_id } = response;
        let entry = Reference::from(instrument.unwrap_or_default());
        let kind = "instrument";
        print(&ReferenceView { kind, entry, indicators, practices, revision, history_id }, format)?;
        return Ok(Outcome::Done);
    }
    let mut view = ReferenceListView {
        kind: "instruments",
        entries: Vec::new(),
        revision: 0,
        history_id: String::new(),
    };
    let request = v1::ListInstrumentsRequest { read_at: Some(moment.read_at()), ..Default::default() };
    let mut pages = pin!(client.instrument_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.entries.extend(page.instruments.into_iter().map(Reference::from));
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}
