//! Questions about codings.

use std::collections::HashSet;

use tenseven_model::{AreaSelection, Caller, CoderId, IndicatorId, Period, Revision};

use super::{
    FieldReason, Freshness, Page, Reader, Violations,
    caller::read_caller,
    read::{SHORT_PAGE, read_freshness, read_page},
    selection::{read_range, read_selection},
};
use crate::v1;

/// [`v1::ListCodingsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListCodings {
    pub caller: Option<Caller>,
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub coder: Option<CoderId>,
    /// Whether rounds are adjudicated; none: both.
    pub adjudicated: Option<bool>,
    pub include_superseded: bool,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListCodingsRequest> for ListCodings {
    type Error = Violations;
    fn try_from(message: v1::ListCodingsRequest) -> Result<Self, Violations> {
        let v1::ListCodingsRequest {
            caller,
            indicator,
            area,
            period_from,
            period_to,
            coder,
            state,
            include_superseded,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let caller = read_caller(&mut reader, caller);
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let coder = reader.optional("coder", &coder);
        let adjudicated = read_state(&mut reader, state);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_codings_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self {
            caller,
            indicator,
            area,
            period_from,
            period_to,
            coder,
            adjudicated,
            include_superseded,
            page,
            freshness,
        }))
    }
}

fn read_state(reader: &mut Reader, state: i32) -> Option<bool> {
    match v1::RoundState::try_from(state) {
        Ok(v1::RoundState::Unspecified) => None,
        Ok(v1::RoundState::Open) => Some(false),
        Ok(v1::RoundState::Adjudicated) => Some(true),
        Err(_) => {
            let problem = "is no state that this server knows; give OPEN or ADJUDICATED";
            reader.refuse("state", FieldReason::Malformed, problem);
            None
        }
    }
}

/// [`v1::GetAgreementRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetAgreement {
    pub caller: Option<Caller>,
    pub indicator: IndicatorId,
    pub area: Option<AreaSelection>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub coders: Vec<CoderId>,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetAgreementRequest> for GetAgreement {
    type Error = Violations;
    fn try_from(message: v1::GetAgreementRequest) -> Result<Self, Violations> {
        let v1::GetAgreementRequest {
            caller,
            indicator,
            area,
            period_from,
            period_to,
            coders,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let caller = read_caller(&mut reader, caller);
        let indicator = reader.required("indicator", &indicator, "an indicator's id");
        let area = reader.optional("area", &area);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let coders: Vec<CoderId> = read_selection(&mut reader, "coders", &coders);
        let mut seen = HashSet::new();
        for (place, coder) in coders.iter().enumerate() {
            if !seen.insert(coder) {
                let problem = format!("{coder} stands there before; name each once");
                reader.refuse(format!("coders[{place}]"), FieldReason::Duplicate, problem);
            }
        }
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_agreement_request::AsOf);
        reader.finish(indicator.zip(freshness).map(|(indicator, freshness)| Self {
            caller,
            indicator,
            area,
            period_from,
            period_to,
            coders,
            freshness,
        }))
    }
}

/// [`v1::GetAdjudicationRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetAdjudication {
    pub revision: Revision,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetAdjudicationRequest> for GetAdjudication {
    type Error = Violations;
    fn try_from(message: v1::GetAdjudicationRequest) -> Result<Self, Violations> {
        let v1::GetAdjudicationRequest { revision, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        if revision == 0 {
            reader.refuse("revision", FieldReason::Required, "is 0; give the revision that adjudicated");
        }
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_adjudication_request::AsOf);
        let revision = Revision::new(revision);
        reader.finish(freshness.map(|freshness| Self { revision, freshness }))
    }
}

/// [`v1::ListAdjudicationsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListAdjudications {
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListAdjudicationsRequest> for ListAdjudications {
    type Error = Violations;
    fn try_from(message: v1::ListAdjudicationsRequest) -> Result<Self, Violations> {
        let v1::ListAdjudicationsRequest {
            indicator,
            area,
            period_from,
            period_to,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_adjudications_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self {
            indicator,
            area,
            period_from,
            period_to,
            page,
            freshness,
        }))
    }
}
