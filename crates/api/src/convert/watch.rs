//! Watching.

use tenseven_model::{AreaSelection, IndicatorId, Revision, SourceId};

use super::{Reader, Violations};
use crate::v1;

/// [`v1::WatchObservationsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct WatchObservations {
    pub after_revision: Option<Revision>,
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub source: Option<SourceId>,
}

impl TryFrom<v1::WatchObservationsRequest> for WatchObservations {
    type Error = Violations;
    fn try_from(message: v1::WatchObservationsRequest) -> Result<Self, Violations> {
        let v1::WatchObservationsRequest { after_revision, indicator, area, source } = message;
        let mut reader = Reader::default();
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let source = reader.optional("source", &source);
        let after_revision = after_revision.map(Revision::new);
        reader.finish(Some(Self { after_revision, indicator, area, source }))
    }
}
