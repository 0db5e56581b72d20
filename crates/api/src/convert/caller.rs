//! The caller that a request names.

use tenseven_model::{Caller, CoderId, CuratorId};

use super::{FieldReason, Reader};
use crate::v1;

/// The caller; none if the request names none.
pub(super) fn read_caller(reader: &mut Reader, caller: Option<v1::Caller>) -> Option<Caller> {
    use v1::caller::Role;
    match caller?.role {
        Some(Role::Coder(coder)) => {
            reader.required("caller.coder", &coder, "a coder's id").map(Caller::Coder)
        }
        Some(Role::Curator(curator)) => {
            reader.required("caller.curator", &curator, "a curator's id").map(Caller::Curator)
        }
        None => {
            reader.refuse(
                "caller",
                FieldReason::Required,
                "has no role; give coder or curator, or leave it out",
            );
            None
        }
    }
}

/// The coder who calls, who alone `does` this.
pub(super) fn read_coder(reader: &mut Reader, caller: Option<v1::Caller>, does: &str) -> Option<CoderId> {
    let was_given = caller.is_some();
    match read_caller(reader, caller) {
        Some(Caller::Coder(coder)) => Some(coder),
        Some(Caller::Curator(_)) => {
            reader.refuse("caller", FieldReason::WrongRole, format!("is a curator; only a coder {does}"));
            None
        }
        None if was_given => None,
        None => {
            reader.refuse("caller", FieldReason::Required, "is absent; say which coder calls");
            None
        }
    }
}

/// The curator who calls, who alone `does` this.
pub(super) fn read_curator(reader: &mut Reader, caller: Option<v1::Caller>, does: &str) -> Option<CuratorId> {
    let was_given = caller.is_some();
    match read_caller(reader, caller) {
        Some(Caller::Curator(curator)) => Some(curator),
        Some(Caller::Coder(_)) => {
            reader.refuse("caller", FieldReason::WrongRole, format!("is a coder; only a curator {does}"));
            None
        }
        None if was_given => None,
        None => {
            reader.refuse("caller", FieldReason::Required, "is absent; say which curator calls");
            None
        }
    }
}
