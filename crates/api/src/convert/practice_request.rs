//! Requests about practices and the reference lists.

use tenseven_model::{
    CuratorId, InstrumentId, MeasureId, PracticeId, PracticeSelection, Revision, SubmissionId,
    WithdrawalReason,
};

use super::{
    FieldReason, ReadPractice, ReadRequest, Reader, Violations, caller::read_curator,
    practice::read_practice, read::PageSize, read_submission,
};
use crate::v1;

/// What only curators do.
const WRITES: &str = "writes and withdraws practices";

impl ReadRequest for v1::ListPracticesRequest {
    type Query = PracticeSelection;
    const WITHIN: Option<&'static str> = Some("selection");
    fn read(self, reader: &mut Reader) -> Option<PracticeSelection> {
        let Self { selection, page: _, read_at: _ } = self;
        Some(read_selection(reader, selection))
    }
}

impl ReadRequest for v1::SearchPracticesRequest {
    /// The words, which the observatory reads, and among which practices they are searched for.
    type Query = (String, PracticeSelection);
    const WITHIN: Option<&'static str> = Some("selection");
    const PAGE: PageSize = PageSize { default: 20, max: 100 };
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { query, selection, page: _, read_at: _ } = self;
        Some((query, read_selection(reader, selection)))
    }
}

fn read_selection(reader: &mut Reader, selection: Option<v1::PracticeSelection>) -> PracticeSelection {
    let v1::PracticeSelection { area, domain, indicator, measure } = selection.unwrap_or_default();
    reader.within("selection", |reader| PracticeSelection {
        area: reader.optional("area", &area),
        domain: reader.optional("domain", &domain),
        indicator: reader.optional("indicator", &indicator),
        measure: reader.optional("measure", &measure),
    })
}

impl ReadRequest for v1::GetPracticeRequest {
    type Query = PracticeId;
    fn read(self, reader: &mut Reader) -> Option<PracticeId> {
        let Self { practice, read_at: _ } = self;
        read_id(reader, &practice)
    }
}

impl ReadRequest for v1::ListPracticeRevisionsRequest {
    type Query = PracticeId;
    fn read(self, reader: &mut Reader) -> Option<PracticeId> {
        let Self { practice, page: _, read_at: _ } = self;
        read_id(reader, &practice)
    }
}

impl ReadRequest for v1::ListMeasuresRequest {
    type Query = ();
    fn read(self, _: &mut Reader) -> Option<()> {
        let Self { page: _, read_at: _ } = self;
        Some(())
    }
}

impl ReadRequest for v1::GetMeasureRequest {
    type Query = MeasureId;
    fn read(self, reader: &mut Reader) -> Option<MeasureId> {
        let Self { measure, read_at: _ } = self;
        reader.required("measure", &measure, "a measure's id, for example skills")
    }
}

impl ReadRequest for v1::ListInstrumentsRequest {
    type Query = ();
    fn read(self, _: &mut Reader) -> Option<()> {
        let Self { page: _, read_at: _ } = self;
        Some(())
    }
}

impl ReadRequest for v1::GetInstrumentRequest {
    type Query = InstrumentId;
    fn read(self, reader: &mut Reader) -> Option<InstrumentId> {
        let Self { instrument, read_at: _ } = self;
        reader.required("instrument", &instrument, "an instrument's id, for example gfmd")
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

fn read_id(reader: &mut Reader, text: &str) -> Option<PracticeId> {
    reader.required("practice", text, "a practice's id")
}

pub(super) fn read_reason(reader: &mut Reader, text: &str) -> Option<WithdrawalReason> {
    use tenseven_model::WithdrawalReasonError;
    let kind = |error: &WithdrawalReasonError| match error {
        WithdrawalReasonError::Empty => FieldReason::Required,
        WithdrawalReasonError::TooLong { .. } => FieldReason::TooLong,
    };
    text.parse().map_err(|error| reader.refuse("reason", kind(&error), error.to_string())).ok()
}
