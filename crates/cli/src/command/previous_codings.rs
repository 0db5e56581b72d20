//! The latest coding of each unit by a coder, so that an unchanged coding is not submitted again.

use std::{collections::HashMap, pin::pin};

use futures_util::TryStreamExt as _;
use tenseven_client::{
    Client, ClientError,
    v1::{self, caller::Role},
};

/// Codings on a page.
const PAGE_SIZE: i32 = 1_000;

/// A unit: indicator, area and period.
type UnitName = (String, String, String);

/// The latest codings of each coder, as shown to that coder. A coder's codings are fetched when they are first needed.
#[derive(Debug, Default)]
pub(super) struct PreviousCodings {
    by_coder: HashMap<String, HashMap<UnitName, v1::RecordedCoding>>,
}

impl PreviousCodings {
    /// The earlier response to this coding, if it equals the coder's latest coding of the unit.
    pub(super) async fn answer(
        &mut self,
        client: &Client,
        coder: &str,
        coding: &v1::Coding,
    ) -> Result<Option<v1::SubmitCodingResponse>, ClientError> {
        if !self.by_coder.contains_key(coder) {
            self.by_coder.insert(coder.to_owned(), last_codings(client, coder).await?);
        }
        let unit = name(coding);
        let last = self.by_coder.get(coder).and_then(|units| units.get(&unit));
        Ok(last.filter(|last| is_same(last, coding)).map(answered))
    }
}

async fn last_codings(
    client: &Client,
    coder: &str,
) -> Result<HashMap<UnitName, v1::RecordedCoding>, ClientError> {
    let request = v1::ListCodingsRequest {
        caller: Some(v1::Caller { role: Some(Role::Coder(coder.to_owned())) }),
        coder: coder.to_owned(),
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        ..Default::default()
    };
    let mut last = HashMap::new();
    let mut pages = pin!(client.coding_pages(request));
    while let Some(page) = pages.try_next().await? {
        // They come by round, so that the last one of a unit stays.
        for recorded in page.codings {
            let Some(coding) = &recorded.coding else { continue };
            last.insert(name(coding), recorded);
        }
    }
    Ok(last)
}

fn name(coding: &v1::Coding) -> UnitName {
    let v1::CodingUnit { indicator, area, period } = coding.unit.clone().unwrap_or_default();
    (indicator, area, period)
}

fn is_same(recorded: &v1::RecordedCoding, coding: &v1::Coding) -> bool {
    recorded.coding.as_ref().is_some_and(|before| {
        before.judgement == coding.judgement
            && before.narrative == coding.narrative
            && before.evidence == coding.evidence
    })
}

fn answered(recorded: &v1::RecordedCoding) -> v1::SubmitCodingResponse {
    v1::SubmitCodingResponse {
        revision: recorded.revision,
        accept_time: recorded.accept_time,
        round: recorded.round,
        revises: recorded.previous_revision > 0,
        history_id: String::new(),
    }
}
