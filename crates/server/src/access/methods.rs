//! What each method needs.
//!
//! *Invariant:* a method of the contract without a row needs the grant `admin`, so that a new one is closed until somebody decides
//! otherwise; a test fails until then.

use std::{collections::HashMap, sync::LazyLock};

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tenseven_api::DESCRIPTORS;
use tenseven_model::access::Role;

use crate::config::AllowAnonymous;

/// What a method needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing.
    Nothing,
    /// One of these roles, or that anonymous callers may read.
    Read(&'static [Role]),
    /// One of these roles, or that anonymous callers may write.
    Write(&'static [Role]),
    /// The role operator, or that anonymous callers may write.
    Operate,
    /// The role admin.
    Administer,
}

const READERS: Need = Need::Read(&[Role::Reader]);
const RATINGS: Need = Need::Read(&[Role::Reader, Role::Coder, Role::Curator]);
const CONTRIBUTORS: Need = Need::Write(&[Role::Contributor]);
const CURATORS: Need = Need::Write(&[Role::Curator]);
const PUBLISHERS: Need = Need::Write(&[Role::Publisher]);

/// The methods of the contract.
const METHODS: &[(&str, Need)] = &[
    ("AccessService/GetCaller", Need::Nothing),
    ("AccessService/PutPartner", Need::Administer),
    ("AccessService/GetPartner", Need::Administer),
    ("AccessService/ListPartners", Need::Administer),
    ("AccessService/IssueKey", Need::Administer),
    ("AccessService/RevokeKey", Need::Administer),
    ("AccessService/AddGrant", Need::Administer),
    ("AccessService/RevokeGrant", Need::Administer),
    ("AdminService/GetServerStatus", Need::Operate),
    ("AdminService/StreamBackup", Need::Operate),
    ("AssessmentService/SubmitCoding", Need::Write(&[Role::Coder])),
    ("AssessmentService/ListCodings", RATINGS),
    ("AssessmentService/GetAgreement", RATINGS),
    ("AssessmentService/AdjudicateCodings", CURATORS),
    ("AssessmentService/GetAdjudication", RATINGS),
    ("AssessmentService/ListAdjudications", RATINGS),
    ("AuditService/ListAuditEvents", Need::Administer),
    ("AuditService/StreamAuditEvents", Need::Administer),
    ("FrameworkService/ListFrameworks", READERS),
    ("FrameworkService/GetFramework", READERS),
    ("FrameworkService/ListIndicators", READERS),
    ("FrameworkService/GetIndicator", READERS),
    ("FrameworkService/ListAreas", READERS),
    ("FrameworkService/ValidateFramework", Need::Read(&[Role::Reader, Role::Publisher])),
    ("FrameworkService/PublishFramework", PUBLISHERS),
    ("FrameworkService/RetireFramework", PUBLISHERS),
    ("FrameworkService/DiffFrameworks", Need::Read(&[Role::Reader, Role::Publisher])),
    ("ObservationService/SubmitChanges", CONTRIBUTORS),
    ("ObservationService/PushObservations", CONTRIBUTORS),
    ("ObservationService/StreamObservations", CONTRIBUTORS),
    ("ObservationService/WithdrawObservations", CONTRIBUTORS),
    ("ObservationService/GetObservation", READERS),
    ("ObservationService/ListObservations", READERS),
    ("ObservationService/ListObservationRevisions", READERS),
    ("ObservationService/ExportObservations", READERS),
    ("ObservationService/WatchObservations", READERS),
    ("ObservationService/LookUpSubmissions", Need::Read(&[Role::Reader, Role::Contributor])),
    ("PracticeService/ListPractices", READERS),
    ("PracticeService/GetPractice", READERS),
    ("PracticeService/SearchPractices", READERS),
    ("PracticeService/PutPractice", CURATORS),
    ("PracticeService/WithdrawPractice", CURATORS),
    ("PracticeService/ListPracticeRevisions", READERS),
    ("PracticeService/ListMeasures", READERS),
    ("PracticeService/GetMeasure", READERS),
    ("PracticeService/ListInstruments", READERS),
    ("PracticeService/GetInstrument", READERS),
    ("ScoreService/GetScores", READERS),
    ("ScoreService/ListScores", READERS),
    ("ScoreService/GetTrend", READERS),
    ("ScoreService/CompareScores", READERS),
    ("ScoreService/RankAreas", READERS),
    ("ScoreService/ExplainScore", READERS),
    ("ScoreService/GetTargetReport", READERS),
    ("ScoreService/WatchScores", READERS),
];

/// How a method is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Audited {
    /// Its name, as `AccessService/IssueKey`; empty if it is none of the contract.
    pub(crate) name: &'static str,
    /// Whether all its calls are listed: it is one of operators or admins.
    pub(crate) is_listed: bool,
}

impl Audited {
    /// How the method of a path is audited.
    pub(crate) fn of(path: &str) -> Self {
        let Some((path, need)) = NEEDS.get_key_value(path) else {
            return Self { name: "", is_listed: false };
        };
        let name = path.strip_prefix(PACKAGE).unwrap_or_default();
        Self { name, is_listed: need.is_administration() }
    }

    /// Whether the contract has a method of this name.
    pub(crate) fn is_method(name: &str) -> bool {
        NEEDS.contains_key(&format!("{PACKAGE}{name}"))
    }
}

/// What the contract's package begins the path of a method with.
const PACKAGE: &str = "/tenseven.v1.";

static NEEDS: LazyLock<HashMap<String, Need>> = LazyLock::new(|| {
    let rows: HashMap<&str, Need> = METHODS.iter().copied().collect();
    let of = |method: String| {
        let need = rows.get(method.as_str()).copied().unwrap_or(Need::Administer);
        (format!("{PACKAGE}{method}"), need)
    };
    contract().into_iter().map(of).collect()
});

/// The methods of the contract, as `ScoreService/GetScores`.
fn contract() -> Vec<String> {
    // The descriptors are those that the build made.
    let descriptors = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default();
    let own = descriptors.file.into_iter().filter(|file| file.package() == "tenseven.v1");
    let services = own.flat_map(|file| file.service);
    let methods = services.flat_map(|service| {
        let name = service.name().to_owned();
        service.method.into_iter().map(move |method| format!("{name}/{}", method.name()))
    });
    methods.collect()
}

impl Need {
    /// What a method needs. Paths outside the contract need nothing: health, reflection, and what is not there.
    pub(super) fn of(path: &str) -> Self {
        NEEDS.get(path).copied().unwrap_or(Self::Nothing)
    }

    /// Whether callers without a credential may use it, where they may do as much as is allowed.
    pub(super) fn allows_anonymous(self, allowed: AllowAnonymous) -> bool {
        match self {
            Self::Nothing => true,
            Self::Read(_) => allowed >= AllowAnonymous::Read,
            Self::Write(_) | Self::Operate => allowed >= AllowAnonymous::Write,
            Self::Administer => false,
        }
    }

    /// The roles of which one is needed; none if nothing is.
    pub(super) fn roles(self) -> Option<&'static [Role]> {
        match self {
            Self::Nothing => None,
            Self::Read(roles) | Self::Write(roles) => Some(roles),
            Self::Operate => Some(&[Role::Operator]),
            Self::Administer => Some(&[Role::Admin]),
        }
    }

    /// Whether it runs the registry or its server, unlike what partners do with it.
    pub(super) fn is_administration(self) -> bool {
        matches!(self, Self::Operate | Self::Administer)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_method_of_the_contract_has_one_row_and_every_row_a_method() {
        let rows: Vec<&str> = METHODS.iter().map(|(method, _)| *method).collect();
        let distinct: BTreeSet<&str> = rows.iter().copied().collect();
        let contract = contract();
        let contract: BTreeSet<&str> = contract.iter().map(String::as_str).collect();
        assert_eq!((rows.len(), &distinct), (distinct.len(), &contract));
        assert!(contract.len() > 40, "the descriptors are read");
    }

    #[test]
    fn a_method_without_a_row_is_closed_and_what_is_not_in_the_contract_is_not_ours() {
        assert_eq!(Need::of("/tenseven.v1.AccessService/IssueKey"), Need::Administer);
        assert_eq!(Need::of("/tenseven.v1.ScoreService/GetScore"), Need::Nothing);
        assert_eq!(Need::of("/grpc.health.v1.Health/Check"), Need::Nothing);
        assert!(!Need::Administer.allows_anonymous(AllowAnonymous::Write));
        assert!(!CONTRIBUTORS.allows_anonymous(AllowAnonymous::Read));
        assert!(READERS.allows_anonymous(AllowAnonymous::Read));
    }
}
