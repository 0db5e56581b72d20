//! Requests for observations.

use tenseven_model::{AreaCode, ObservationKey, ObservationSelection, Revision, SubmissionId};

use super::{FieldReason, ReadRequest, Reader, read::PageSize, selection::read_range};
use crate::v1;

/// Maximum number of submissions that one request can name.
const SUBMISSIONS_MAX: usize = 10_000;

impl ReadRequest for v1::ListObservationsRequest {
    type Query = ObservationSelection;
    const WITHIN: Option<&'static str> = Some("selection");
    const PAGE: PageSize = PageSize { default: 1_000, max: 10_000 };
    fn read(self, reader: &mut Reader) -> Option<ObservationSelection> {
        let Self { selection, page: _, read_at: _ } = self;
        Some(read_observations(reader, selection))
    }
}

impl ReadRequest for v1::ExportObservationsRequest {
    type Query = ObservationSelection;
    const WITHIN: Option<&'static str> = Some("selection");
    fn read(self, reader: &mut Reader) -> Option<ObservationSelection> {
        let Self { selection, resume_token: _, read_at: _ } = self;
        Some(read_observations(reader, selection))
    }
}

/// What a watch of observations asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchObservations {
    /// Which observations.
    pub selection: ObservationSelection,
    /// Changes after this revision; none for those from now on.
    pub after_revision: Option<Revision>,
}

impl ReadRequest for v1::WatchObservationsRequest {
    type Query = WatchObservations;
    const WITHIN: Option<&'static str> = Some("selection");
    const OF_THE_PAST: bool = false;
    fn read(self, reader: &mut Reader) -> Option<WatchObservations> {
        let Self { selection, after_revision, read_at: _ } = self;
        let (selection, after_revision) =
            (read_observations(reader, selection), after_revision.map(Revision::new));
        Some(WatchObservations { selection, after_revision })
    }
}

fn read_observations(
    reader: &mut Reader,
    selection: Option<v1::ObservationSelection>,
) -> ObservationSelection {
    let v1::ObservationSelection { indicator, area, source, period_from, period_to, status } =
        selection.unwrap_or_default();
    reader.within("selection", |reader| {
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let source = reader.optional("source", &source);
        let (from, to) = read_range(reader, &period_from, &period_to);
        let status = reader.optional("status", &status);
        ObservationSelection { indicator, area, source, from, to, status }
    })
}

impl ReadRequest for v1::GetObservationRequest {
    type Query = ObservationKey;
    fn read(self, reader: &mut Reader) -> Option<ObservationKey> {
        let Self { indicator, area, period, source, read_at: _ } = self;
        read_key(reader, [&indicator, &area, &period, &source])
    }
}

impl ReadRequest for v1::ListObservationRevisionsRequest {
    type Query = ObservationKey;
    fn read(self, reader: &mut Reader) -> Option<ObservationKey> {
        let Self { indicator, area, period, source, page: _, read_at: _ } = self;
        read_key(reader, [&indicator, &area, &period, &source])
    }
}

fn read_key(reader: &mut Reader, [indicator, area, period, source]: [&str; 4]) -> Option<ObservationKey> {
    let indicator = reader.required("indicator", indicator, "an indicator's id");
    let area = reader.required("area", area, "a country, area or local unit, for example MAR");
    if let Some(AreaCode::Group(group)) = &area {
        let problem = format!("{group} is a group; observations are about a country, area or local unit");
        reader.refuse("area", FieldReason::NotAllowed, problem);
    }
    let period = reader.required("period", period, "an SDMX time period, for example 2020");
    let source = reader.required("source", source, "who the value comes from");
    Some(ObservationKey { indicator: indicator?, area: area?, source: source?, period: period? })
}

impl ReadRequest for v1::LookUpSubmissionsRequest {
    type Query = Vec<SubmissionId>;
    const OF_THE_PAST: bool = false;
    fn read(self, reader: &mut Reader) -> Option<Vec<SubmissionId>> {
        let Self { submission_ids, read_at: _ } = self;
        match submission_ids.len() {
            0 => {
                let problem = "is empty; give the ids of the submissions to look up";
                reader.refuse("submission_ids", FieldReason::Required, problem);
                None
            }
            1..=SUBMISSIONS_MAX => Some(reader.each("submission_ids", &submission_ids)),
            count => {
                let problem = format!("there are {count} ids; at most {SUBMISSIONS_MAX} are allowed");
                reader.refuse("submission_ids", FieldReason::TooMany, problem);
                None
            }
        }
    }
}
