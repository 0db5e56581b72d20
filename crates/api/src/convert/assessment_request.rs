//! Requests for codings.

use std::collections::HashSet;

use tenseven_model::{AgreementSelection, Caller, CoderId, CodingSelection, Revision, UnitSelection};

use super::{
    FieldReason, ReadRequest, Reader,
    caller::read_caller,
    selection::{read_range, read_selection},
};
use crate::v1;

impl ReadRequest for v1::ListCodingsRequest {
    type Query = (Option<Caller>, CodingSelection);
    const WITHIN: Option<&'static str> = Some("selection");
    const DIFFERS_BY_CALLER: bool = true;
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { caller, selection, coder, state, include_superseded, page: _, read_at: _ } = self;
        let caller = read_caller(reader, caller);
        let units = read_units(reader, selection);
        let coder = reader.optional("coder", &coder);
        let adjudicated = read_state(reader, state);
        Some((caller, CodingSelection { units, coder, adjudicated, superseded: include_superseded }))
    }
}

/// Whether rounds are adjudicated; none: both.
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

impl ReadRequest for v1::GetAgreementRequest {
    type Query = (Option<Caller>, AgreementSelection);
    const WITHIN: Option<&'static str> = Some("selection");
    const DIFFERS_BY_CALLER: bool = true;
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { caller, selection, coders, read_at: _ } = self;
        let caller = read_caller(reader, caller);
        if selection.as_ref().is_none_or(|selection| selection.indicator.is_empty()) {
            reader.refuse("selection.indicator", FieldReason::Required, "is empty; give an indicator's id");
        }
        let UnitSelection { indicator, area, from, to } = read_units(reader, selection);
        let coders: Vec<CoderId> = read_selection(reader, "coders", &coders);
        let mut seen = HashSet::new();
        for (index, coder) in coders.iter().enumerate() {
            if !seen.insert(coder) {
                let problem = format!("{coder} is listed before; name each once");
                reader.refuse(format!("coders[{index}]"), FieldReason::Duplicate, problem);
            }
        }
        Some((caller, AgreementSelection { indicator: indicator?, area, from, to, coders }))
    }
}

impl ReadRequest for v1::GetAdjudicationRequest {
    type Query = Revision;
    fn read(self, reader: &mut Reader) -> Option<Revision> {
        let Self { revision, read_at: _ } = self;
        if revision == 0 {
            reader.refuse("revision", FieldReason::Required, "is 0; give the revision that adjudicated");
        }
        Some(Revision::new(revision))
    }
}

impl ReadRequest for v1::ListAdjudicationsRequest {
    type Query = UnitSelection;
    const WITHIN: Option<&'static str> = Some("selection");
    fn read(self, reader: &mut Reader) -> Option<UnitSelection> {
        let Self { selection, page: _, read_at: _ } = self;
        Some(read_units(reader, selection))
    }
}

fn read_units(reader: &mut Reader, selection: Option<v1::UnitSelection>) -> UnitSelection {
    let v1::UnitSelection { indicator, area, period_from, period_to } = selection.unwrap_or_default();
    reader.within("selection", |reader| {
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let (from, to) = read_range(reader, &period_from, &period_to);
        UnitSelection { indicator, area, from, to }
    })
}
