//! Requests that write: decoded, converted, and decided on top of a registry that is empty but for what ships.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use prost::Message;
use tenseven_api::{
    convert::{
        self, AccessRequest, GrantRevocation, KeyRequest, KeyRevocation, PartnerRequest, Reader, read_change,
        read_observation, read_withdrawal,
    },
    v1,
};
use tenseven_catalog::Catalog;
use tenseven_model::{PartnerId, access::Grant};
use tenseven_state::{
    RuleLimits, Rules, State, World,
    codings::SubmitCoding,
    decide,
    frameworks::BudgetLimits,
    observations::{Change, SubmitChanges},
};

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(Catalog::bundled()));
static STATE: LazyLock<State> = LazyLock::new(|| {
    let mut state = State::default();
    for (revision, text) in (1..).zip(Catalog::bundled().framework_texts()) {
        state.put_framework(tenseven_model::Revision::new(revision), text).expect("what ships can be read");
    }
    state
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 12 {
        0 => changes(bytes),
        1 => push(bytes),
        2 => withdraw(bytes),
        3 => code(bytes),
        4 => converted::<v1::AdjudicateCodingsRequest, convert::Adjudicate>(bytes),
        5 => converted::<v1::WithdrawPracticeRequest, convert::WithdrawPractice>(bytes),
        6 => converted::<v1::PutPartnerRequest, AccessRequest<PartnerRequest>>(bytes),
        7 => converted::<v1::IssueKeyRequest, AccessRequest<KeyRequest>>(bytes),
        8 => converted::<v1::RevokeKeyRequest, AccessRequest<KeyRevocation>>(bytes),
        9 => converted::<v1::AddGrantRequest, AccessRequest<(PartnerId, Grant)>>(bytes),
        10 => converted::<v1::RevokeGrantRequest, AccessRequest<GrantRevocation>>(bytes),
        _ => converted::<v1::RetireFrameworkRequest, convert::RetireFramework>(bytes),
    }
});

/// Decodes and converts a message.
fn converted<M: Message + Default, T: TryFrom<M>>(bytes: &[u8]) {
    if let Ok(message) = M::decode(bytes) {
        let _ = T::try_from(message);
    }
}

fn rules() -> Rules<'static> {
    let limits = RuleLimits {
        batch_observations_max: 10_000,
        definition_bytes_max: 1 << 20,
        practices_max: 60,
        budget: BudgetLimits::default(),
    };
    Rules { world: &WORLD, limits }
}

fn decided(changes: Vec<Change>) {
    let _ = decide(&STATE, SubmitChanges { changes }, &rules());
}

fn changes(bytes: &[u8]) {
    let Ok(message) = v1::SubmitChangesRequest::decode(bytes) else { return };
    let mut reader = Reader::default();
    let mut changes = Vec::new();
    for change in message.changes {
        match read_change(&mut reader, "change", change) {
            Ok(convert::ReadChange::Put(observation)) => changes.push(Change::Put(observation)),
            Ok(convert::ReadChange::Withdraw(withdrawal)) => changes.push(Change::Withdraw(withdrawal)),
            // What it is merged with is in the journal.
            Ok(convert::ReadChange::Merge(_)) | Err(_) => {}
        }
    }
    decided(changes);
}

fn push(bytes: &[u8]) {
    let Ok(message) = v1::PushObservationsRequest::decode(bytes) else { return };
    let mut reader = Reader::default();
    let read = message.observations.into_iter().map(|one| read_observation(&mut reader, "observation", one));
    decided(read.filter_map(Result::ok).map(Change::Put).collect());
}

fn withdraw(bytes: &[u8]) {
    let Ok(message) = v1::WithdrawObservationsRequest::decode(bytes) else { return };
    let mut reader = Reader::default();
    let read = message.withdrawals.into_iter().map(|one| read_withdrawal(&mut reader, "withdrawal", one));
    decided(read.filter_map(Result::ok).map(Change::Withdraw).collect());
}

fn code(bytes: &[u8]) {
    let Ok(message) = v1::SubmitCodingRequest::decode(bytes) else { return };
    if let Ok(read) = convert::SubmitCoding::try_from(message) {
        let _ = decide(&STATE, SubmitCoding { coding: read.coding }, &rules());
    }
}
