//! Requests about practices and the reference lists: their fields as model values.

use tenseven_model::{
    AreaSelection, CuratorId, IndicatorId, InstrumentId, MeasureId, NodeId, PracticeId, Revision,
    SubmissionId, WithdrawalReason,
};

use super::{
    FieldReason, Freshness, Page, ReadPractice, Reader, Violations,
    caller::read_curator,
    practice::read_practice,
    read::{PageSize, SHORT_PAGE, read_freshness, read_page},
    read_submission,
};
use crate::v1;

const SEARCH_PAGE: PageSize = PageSize { default: 20, max: 100 };
/// What only curators do.
const WRITES: &str = "writes and withdraws practices";

/// Which practices are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the messages, documented in proto/")]
pub struct PracticeSelection {
    pub area: Option<AreaSelection>,
    pub domain: Option<NodeId>,
    pub indicator: Option<IndicatorId>,
    pub measure: Option<MeasureId>,
}

impl PracticeSelection {
    fn read(reader: &mut Reader, [area, domain, indicator, measure]: [&str; 4]) -> Self {
        Self {
            area: reader.optional("area", area),
            domain: reader.optional("domain", domain),
            indicator: reader.optional("indicator", indicator),
            measure: reader.optional("measure", measure),
        }
    }
}

/// [`v1::ListPracticesRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListPractices {
    pub selection: PracticeSelection,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListPracticesRequest> for ListPractices {
    type Error = Violations;
    fn try_from(message: v1::ListPracticesRequest) -> Result<Self, Violations> {
        let v1::ListPracticesRequest {
            area,
            domain,
            indicator,
            measure,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let selection = PracticeSelection::read(&mut reader, [&area, &domain, &indicator, &measure]);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_practices_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { selection, page, freshness }))
    }
}

/// [`v1::SearchPracticesRequest`], read; its words are the observatory's to read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct SearchPractices {
    pub query: String,
    pub selection: PracticeSelection,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::SearchPracticesRequest> for SearchPractices {
    type Error = Violations;
    fn try_from(message: v1::SearchPracticesRequest) -> Result<Self, Violations> {
        let v1::SearchPracticesRequest {
            query,
            area,
            domain,
            indicator,
            measure,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let selection = PracticeSelection::read(&mut reader, [&area, &domain, &indicator, &measure]);
        let page = read_page(&mut reader, SEARCH_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::search_practices_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { query, selection, page, freshness }))
    }
}

/// [`v1::GetPracticeRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetPractice {
    pub practice: PracticeId,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetPracticeRequest> for GetPractice {
    type Error = Violations;
    fn try_from(message: v1::GetPracticeRequest) -> Result<Self, Violations> {
        let v1::GetPracticeRequest { practice, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let practice = read_id(&mut reader, &practice);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_practice_request::AsOf);
        reader.finish(practice.zip(freshness).map(|(practice, freshness)| Self { practice, freshness }))
    }
}

/// [`v1::ListPracticeRevisionsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListPracticeRevisions {
    pub practice: PracticeId,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListPracticeRevisionsRequest> for ListPracticeRevisions {
    type Error = Violations;
    fn try_from(message: v1::ListPracticeRevisionsRequest) -> Result<Self, Violations> {
        let v1::ListPracticeRevisionsRequest {
            practice,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let practice = read_id(&mut reader, &practice);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness = read_freshness!(
            reader,
            (min_revision, as_of, history),
            v1::list_practice_revisions_request::AsOf
        );
        let read = practice.zip(page.zip(freshness));
        reader.finish(read.map(|(practice, (page, freshness))| Self { practice, page, freshness }))
    }
}

/// [`v1::PutPracticeRequest`], read as far as it can be.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct PutPractice {
    pub submission: Option<SubmissionId>,
    pub curator: Option<CuratorId>,
    pub practice: ReadPractice,
    pub expected: Revision,
    pub validate_only: bool,
}

impl PutPractice {
    /// Reads a message; what is wrong with it is noted, so that what is wrong with its names can be added.
    pub fn read(reader: &mut Reader, message: v1::PutPracticeRequest) -> Self {
        let v1::PutPracticeRequest { submission_id, caller, practice, expected_revision, validate_only } =
            message;
        Self {
            submission: read_submission(reader, &submission_id),
            curator: read_curator(reader, caller, WRITES),
            practice: read_practice(reader, practice),
            expected: Revision::new(expected_revision),
            validate_only,
        }
    }
}

/// [`v1::WithdrawPracticeRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct WithdrawPractice {
    pub submission: SubmissionId,
    pub practice: PracticeId,
    pub reason: WithdrawalReason,
    pub curator: CuratorId,
    pub expected: Revision,
    pub validate_only: bool,
}

impl TryFrom<v1::WithdrawPracticeRequest> for WithdrawPractice {
    type Error = Violations;
    fn try_from(message: v1::WithdrawPracticeRequest) -> Result<Self, Violations> {
        let v1::WithdrawPracticeRequest {
            submission_id,
            caller,
            practice,
            reason,
            expected_revision,
            validate_only,
        } = message;
        let mut reader = Reader::default();
        let submission = read_submission(&mut reader, &submission_id);
        let curator = read_curator(&mut reader, caller, WRITES);
        let practice = read_id(&mut reader, &practice);
        let reason = read_reason(&mut reader, &reason);
        let expected = Revision::new(expected_revision);
        let read = submission.zip(practice).zip(reason.zip(curator));
        reader.finish(read.map(|((submission, practice), (reason, curator))| Self {
            submission,
            practice,
            reason,
            curator,
            expected,
            validate_only,
        }))
    }
}

/// [`v1::ListMeasuresRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListMeasures {
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListMeasuresRequest> for ListMeasures {
    type Error = Violations;
    fn try_from(message: v1::ListMeasuresRequest) -> Result<Self, Violations> {
        let v1::ListMeasuresRequest { page_size, page_token, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_measures_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { page, freshness }))
    }
}

/// [`v1::GetMeasureRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetMeasure {
    pub measure: MeasureId,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetMeasureRequest> for GetMeasure {
    type Error = Violations;
    fn try_from(message: v1::GetMeasureRequest) -> Result<Self, Violations> {
        let v1::GetMeasureRequest { measure, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let measure = reader.required("measure", &measure, "a measure's id, as skills");
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_measure_request::AsOf);
        reader.finish(measure.zip(freshness).map(|(measure, freshness)| Self { measure, freshness }))
    }
}

/// [`v1::ListInstrumentsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListInstruments {
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListInstrumentsRequest> for ListInstruments {
    type Error = Violations;
    fn try_from(message: v1::ListInstrumentsRequest) -> Result<Self, Violations> {
        let v1::ListInstrumentsRequest { page_size, page_token, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_instruments_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { page, freshness }))
    }
}

/// [`v1::GetInstrumentRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetInstrument {
    pub instrument: InstrumentId,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetInstrumentRequest> for GetInstrument {
    type Error = Violations;
    fn try_from(message: v1::GetInstrumentRequest) -> Result<Self, Violations> {
        let v1::GetInstrumentRequest { instrument, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let instrument = reader.required("instrument", &instrument, "an instrument's id, as gfmd");
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_instrument_request::AsOf);
        reader.finish(instrument.zip(freshness).map(|(instrument, freshness)| Self { instrument, freshness }))
    }
}

fn read_id(reader: &mut Reader, text: &str) -> Option<PracticeId> {
    reader.required("practice", text, "a practice's id")
}

fn read_reason(reader: &mut Reader, text: &str) -> Option<WithdrawalReason> {
    use tenseven_model::WithdrawalReasonError;
    let kind = |error: &WithdrawalReasonError| match error {
        WithdrawalReasonError::Empty => FieldReason::Required,
        WithdrawalReasonError::TooLong { .. } => FieldReason::TooLong,
    };
    text.parse().map_err(|error| reader.refuse("reason", kind(&error), error.to_string())).ok()
}
