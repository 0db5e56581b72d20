//! Changes of access, to the messages of their record and back.
//!
//! *Invariant:* what is read back is what was written. Bytes that the model would refuse are an error.

use std::num::NonZero;

use bytes::Bytes;
use tenseven_model::{
    PartnerId, Revision, Timestamp,
    access::{
        AccessChange, CodingScope, ContributionScope, Grant, GrantError, IssuedKey, KeyHash, Partner,
        PartnerDraft, PartnerStatus, PrefixScope, Quota, QuotaLimit, Scope,
    },
};

use super::{AccessRecordFault, wire};

/// The record of a change.
pub(super) fn record(revision: Revision, change: &AccessChange) -> wire::AccessRecord {
    let partner = change.partner().to_string();
    let change = match change {
        AccessChange::PartnerPut(partner) => wire::access_record::Change::Put(partner_record(partner)),
        AccessChange::KeyIssued(key) => wire::access_record::Change::KeyIssued(wire::IssuedKeyRecord {
            id: key.id.to_string(),
            name: key.name.to_string(),
            hash: Bytes::copy_from_slice(key.hash.as_bytes()),
            expires_at: key.expires_at.map(Timestamp::as_micros),
        }),
        AccessChange::KeyRevoked { partner: _, key, reason } => {
            let (id, reason) = (key.to_string(), reason.as_str().to_owned());
            wire::access_record::Change::KeyRevoked(wire::KeyRevocationRecord { id, reason })
        }
        AccessChange::GrantAdded { partner: _, grant } => {
            wire::access_record::Change::GrantAdded(grant_record(grant))
        }
        AccessChange::GrantRevoked { partner: _, grant, reason } => {
            let before = revision.number().saturating_sub(grant.number());
            let reason = reason.as_str().to_owned();
            wire::access_record::Change::GrantRevoked(wire::GrantRevocationRecord { before, reason })
        }
    };
    wire::AccessRecord { partner, change: Some(change) }
}

fn partner_record(partner: &Partner) -> wire::PartnerRecord {
    let PartnerDraft { id: _, name, contact, status, certificate_names, quota } = &**partner;
    wire::PartnerRecord {
        name: name.clone(),
        contact: contact.clone(),
        is_suspended: *status == PartnerStatus::Suspended,
        certificate_names: certificate_names.clone(),
        quota: (!quota.is_empty()).then(|| quota_record(quota)),
    }
}

fn quota_record(quota: &Quota) -> wire::QuotaRecord {
    let value = |limit| quota.get(limit).map(NonZero::get);
    wire::QuotaRecord {
        requests_per_second: value(QuotaLimit::Requests),
        observations_per_second: value(QuotaLimit::Observations),
        request_bytes: value(QuotaLimit::RequestBytes),
        watches: value(QuotaLimit::Watches),
        streams: value(QuotaLimit::Streams),
        connections: value(QuotaLimit::Connections),
    }
}

fn grant_record(grant: &Grant) -> wire::GrantRecord {
    let empty = wire::GrantRecord::default;
    let (role, record) = match grant {
        Grant::Reader => (wire::RoleRecord::Reader, empty()),
        Grant::Contributor(scope) => {
            let record = wire::GrantRecord {
                indicators: scope.indicators().map(Scope::names).unwrap_or_default(),
                frameworks: scope.frameworks().iter().map(ToString::to_string).collect(),
                areas: scope.areas().names(),
                sources: scope.sources().names(),
                ..empty()
            };
            (wire::RoleRecord::Contributor, record)
        }
        Grant::Coder(scope) => {
            let (coders, indicators) = (scope.coders.names(), scope.indicators.names());
            (wire::RoleRecord::Coder, wire::GrantRecord { coders, indicators, ..empty() })
        }
        Grant::Curator(curators) => {
            (wire::RoleRecord::Curator, wire::GrantRecord { curators: curators.names(), ..empty() })
        }
        Grant::Publisher(PrefixScope(prefixes)) => {
            (wire::RoleRecord::Publisher, wire::GrantRecord { frameworks: prefixes.names(), ..empty() })
        }
        Grant::Operator => (wire::RoleRecord::Operator, empty()),
        Grant::Admin => (wire::RoleRecord::Admin, empty()),
    };
    wire::GrantRecord { role: role.into(), ..record }
}

/// The change of a record.
pub(super) fn change(
    revision: Revision,
    record: wire::AccessRecord,
) -> Result<AccessChange, AccessRecordFault> {
    let wire::AccessRecord { partner, change } = record;
    let partner: PartnerId = partner.parse()?;
    Ok(match change.ok_or(AccessRecordFault::Nothing)? {
        wire::access_record::Change::Put(record) => AccessChange::PartnerPut(read_partner(partner, record)?),
        wire::access_record::Change::KeyIssued(record) => AccessChange::KeyIssued(read_key(partner, record)?),
        wire::access_record::Change::KeyRevoked(wire::KeyRevocationRecord { id, reason }) => {
            AccessChange::KeyRevoked { partner, key: id.parse()?, reason: reason.parse()? }
        }
        wire::access_record::Change::GrantAdded(record) => {
            AccessChange::GrantAdded { partner, grant: read_grant(&record)? }
        }
        wire::access_record::Change::GrantRevoked(wire::GrantRevocationRecord { before, reason }) => {
            if before == 0 || before >= revision.number() {
                return Err(AccessRecordFault::Before { before, revision });
            }
            let grant = Revision::new(revision.number() - before);
            AccessChange::GrantRevoked { partner, grant, reason: reason.parse()? }
        }
    })
}

fn read_partner(id: PartnerId, record: wire::PartnerRecord) -> Result<Partner, AccessRecordFault> {
    let wire::PartnerRecord { name, contact, is_suspended, certificate_names, quota } = record;
    let status = if is_suspended { PartnerStatus::Suspended } else { PartnerStatus::Active };
    let quota = quota.map_or(Ok(Quota::default()), read_quota)?;
    let draft = PartnerDraft { id, name, contact, status, certificate_names, quota };
    Partner::new(draft).map_err(|faults| match faults.into_iter().next() {
        Some(fault) => AccessRecordFault::Partner(fault),
        None => AccessRecordFault::Nothing,
    })
}

fn read_quota(record: wire::QuotaRecord) -> Result<Quota, AccessRecordFault> {
    let wire::QuotaRecord {
        requests_per_second,
        observations_per_second,
        request_bytes,
        watches,
        streams,
        connections,
    } = record;
    let values = [
        (QuotaLimit::Requests, requests_per_second),
        (QuotaLimit::Observations, observations_per_second),
        (QuotaLimit::RequestBytes, request_bytes),
        (QuotaLimit::Watches, watches),
        (QuotaLimit::Streams, streams),
        (QuotaLimit::Connections, connections),
    ];
    values.into_iter().try_fold(Quota::default(), |quota, (limit, value)| match value.map(NonZero::new) {
        Some(None) => Err(AccessRecordFault::Quota(limit)),
        value => Ok(quota.with(limit, value.flatten())),
    })
}

fn read_key(partner: PartnerId, record: wire::IssuedKeyRecord) -> Result<IssuedKey, AccessRecordFault> {
    let wire::IssuedKeyRecord { id, name, hash, expires_at } = record;
    let hash = hash.as_ref().try_into().map_err(|_| AccessRecordFault::Hash(hash.len()))?;
    Ok(IssuedKey {
        id: id.parse()?,
        partner,
        name: name.parse()?,
        hash: KeyHash::from_bytes(hash),
        expires_at: expires_at.map(Timestamp::from_micros),
    })
}

fn read_grant(record: &wire::GrantRecord) -> Result<Grant, AccessRecordFault> {
    let wire::GrantRecord { role, indicators, frameworks, areas, sources, coders, curators } = record;
    let of = |field| move |source: GrantError| AccessRecordFault::Grant { field, source };
    Ok(match wire::RoleRecord::try_from(*role).unwrap_or(wire::RoleRecord::Unspecified) {
        wire::RoleRecord::Unspecified => return Err(AccessRecordFault::Role(*role)),
        wire::RoleRecord::Reader => Grant::Reader,
        wire::RoleRecord::Contributor => {
            let scope = ContributionScope::parse(indicators, frameworks, areas, sources);
            let scope = scope.map_err(|(field, source)| AccessRecordFault::Grant { field, source })?;
            Grant::Contributor(Box::new(scope))
        }
        wire::RoleRecord::Coder => Grant::Coder(Box::new(CodingScope {
            coders: Scope::parse(coders).map_err(of("coders"))?,
            indicators: Scope::parse(indicators).map_err(of("indicators"))?,
        })),
        wire::RoleRecord::Curator => Grant::Curator(Scope::parse(curators).map_err(of("curators"))?),
        wire::RoleRecord::Publisher => {
            Grant::Publisher(PrefixScope(Scope::parse(frameworks).map_err(of("frameworks"))?))
        }
        wire::RoleRecord::Operator => Grant::Operator,
        wire::RoleRecord::Admin => Grant::Admin,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::{collection::vec, option, prelude::*};
    use tenseven_model::{WithdrawalReason, access::ApiKey};

    use super::*;

    fn names() -> impl Strategy<Value = Vec<String>> {
        prop_oneof![Just(vec!["*".to_owned()]), vec("[a-z][a-z0-9.-]{0,20}", 1..4)]
    }

    fn grant() -> impl Strategy<Value = Grant> {
        let areas = prop_oneof![
            Just(vec!["*".to_owned()]),
            vec(prop_oneof!["[A-Z]{3}", Just("m49:015".to_owned()), Just("MAR/fes".to_owned())], 1..4)
        ];
        let contribution = (names(), vec("[a-z][a-z0-9-]{0,20}", 0..3), areas, names()).prop_map(
            |(indicators, frameworks, areas, sources)| {
                let scope = ContributionScope::parse(&indicators, &frameworks, &areas, &sources);
                Grant::Contributor(Box::new(scope.unwrap()))
            },
        );
        let coding = (names(), names()).prop_map(|(coders, indicators)| {
            let (coders, indicators) = (Scope::parse(&coders).unwrap(), Scope::parse(&indicators).unwrap());
            Grant::Coder(Box::new(CodingScope { coders, indicators }))
        });
        prop_oneof![
            Just(Grant::Reader),
            contribution,
            coding,
            names().prop_map(|names| Grant::Curator(Scope::parse(&names).unwrap())),
            names().prop_map(|names| Grant::Publisher(PrefixScope(Scope::parse(&names).unwrap()))),
            Just(Grant::Operator),
            Just(Grant::Admin),
        ]
    }

    fn quota() -> impl Strategy<Value = Quota> {
        vec(option::of(any::<NonZero<u64>>()), QuotaLimit::ALL.len()).prop_map(|values| {
            let limits = QuotaLimit::ALL.into_iter().zip(values);
            limits.fold(Quota::default(), |quota, (limit, value)| quota.with(limit, value))
        })
    }

    fn partner() -> impl Strategy<Value = Partner> {
        let certificates = proptest::collection::btree_set("[a-z.]{1,40}", 0..4);
        let texts = ("[a-z][a-z0-9-]{0,20}", "a\\PC{0,40}", "[a-z@.]{0,40}");
        (texts, any::<bool>(), certificates, quota()).prop_filter_map(
            "a name with characters that are not printed",
            |((id, name, contact), is_active, certificates, quota)| {
                let status = if is_active { PartnerStatus::Active } else { PartnerStatus::Suspended };
                let (id, certificate_names) = (id.parse().unwrap(), certificates.into_iter().collect());
                Partner::new(PartnerDraft { id, name, contact, status, certificate_names, quota }).ok()
            },
        )
    }

    /// A change of a revision.
    pub(crate) fn change_of(revision: u64) -> impl Strategy<Value = AccessChange> {
        let reason = || "[a-z]{1,40}".prop_map(|text| text.parse::<WithdrawalReason>().unwrap());
        let id = || "[a-z][a-z0-9-]{0,20}".prop_map(|text| text.parse::<PartnerId>().unwrap());
        let key = || {
            vec(any::<u8>(), ApiKey::RANDOM_BYTES)
                .prop_map(|bytes| ApiKey::from_random(bytes.try_into().unwrap()))
        };
        let issued = (id(), key(), "[a-z]{1,40}", option::of(any::<i64>())).prop_map(
            |(partner, key, name, expires_at)| {
                AccessChange::KeyIssued(IssuedKey {
                    id: key.id().clone(),
                    partner,
                    name: name.parse().unwrap(),
                    hash: key.hash(),
                    expires_at: expires_at.map(Timestamp::from_micros),
                })
            },
        );
        prop_oneof![
            partner().prop_map(AccessChange::PartnerPut),
            issued,
            (id(), key(), reason()).prop_map(|(partner, key, reason)| AccessChange::KeyRevoked {
                partner,
                key: key.id().clone(),
                reason
            }),
            (id(), grant()).prop_map(|(partner, grant)| AccessChange::GrantAdded { partner, grant }),
            (id(), 1..revision, reason()).prop_map(move |(partner, before, reason)| {
                AccessChange::GrantRevoked { partner, grant: Revision::new(revision - before), reason }
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_change_is_read_back_as_it_was_written(written in change_of(1_000)) {
            let revision = Revision::new(1_000);
            prop_assert_eq!(change(revision, record(revision, &written)).unwrap(), written);
        }
    }

    #[test]
    fn what_the_model_would_refuse_is_an_error() {
        let sample = || wire::AccessRecord {
            partner: "hcp".to_owned(),
            change: Some(wire::access_record::Change::GrantAdded(wire::GrantRecord {
                role: wire::RoleRecord::Curator.into(),
                curators: vec!["*".to_owned()],
                ..wire::GrantRecord::default()
            })),
        };
        let read = |record| change(Revision::new(7), record);
        assert!(read(sample()).is_ok());
        assert!(matches!(
            read(wire::AccessRecord { partner: "a b".to_owned(), ..sample() }),
            Err(AccessRecordFault::Id(_))
        ));
        assert!(matches!(
            read(wire::AccessRecord { change: None, ..sample() }),
            Err(AccessRecordFault::Nothing)
        ));
        let of = |change| read(wire::AccessRecord { change: Some(change), ..sample() });
        let grant = |role, curators| {
            of(wire::access_record::Change::GrantAdded(wire::GrantRecord {
                role,
                curators,
                ..wire::GrantRecord::default()
            }))
        };
        assert!(matches!(grant(99, Vec::new()), Err(AccessRecordFault::Role(99))));
        let nothing = grant(wire::RoleRecord::Curator.into(), Vec::new());
        assert!(matches!(nothing, Err(AccessRecordFault::Grant { field: "curators", .. })), "{nothing:?}");
        let key = wire::IssuedKeyRecord {
            id: "abcdefghijkl".to_owned(),
            name: "push".to_owned(),
            hash: Bytes::from_static(&[1; 31]),
            expires_at: None,
        };
        let short = of(wire::access_record::Change::KeyIssued(key));
        assert!(matches!(short, Err(AccessRecordFault::Hash(31))), "{short:?}");
        let revoked = wire::GrantRevocationRecord { before: 7, reason: "left".to_owned() };
        let future = of(wire::access_record::Change::GrantRevoked(revoked));
        assert!(matches!(future, Err(AccessRecordFault::Before { before: 7, .. })), "{future:?}");
        let unnamed = of(wire::access_record::Change::Put(wire::PartnerRecord::default()));
        assert!(matches!(unnamed, Err(AccessRecordFault::Partner(_))), "{unnamed:?}");
        let quota = Some(wire::QuotaRecord { watches: Some(0), ..wire::QuotaRecord::default() });
        let record = wire::PartnerRecord { name: "A name".to_owned(), quota, ..Default::default() };
        let nothing = of(wire::access_record::Change::Put(record));
        assert!(matches!(nothing, Err(AccessRecordFault::Quota(QuotaLimit::Watches))), "{nothing:?}");
    }

    #[test]
    fn a_partner_is_written_as_it_was_before_quotas_and_a_quota_after_it() {
        let draft = PartnerDraft {
            id: "hcp".parse().unwrap(),
            name: "HCP".to_owned(),
            contact: String::new(),
            status: PartnerStatus::Active,
            certificate_names: vec!["a.b".to_owned()],
            quota: Quota::default(),
        };
        let bytes = |quota| {
            let partner = Partner::new(PartnerDraft { quota, ..draft.clone() }).unwrap();
            prost::Message::encode_to_vec(&record(Revision::new(7), &AccessChange::PartnerPut(partner)))
        };
        assert_eq!(bytes(Quota::default()), *b"\x0a\x03hcp\x12\x0a\x0a\x03HCP\x22\x03a.b");
        let quota = Quota::default()
            .with(QuotaLimit::Requests, NonZero::new(300))
            .with(QuotaLimit::Connections, NonZero::new(2));
        assert_eq!(bytes(quota), *b"\x0a\x03hcp\x12\x11\x0a\x03HCP\x22\x03a.b\x2a\x05\x08\xac\x02\x30\x02");
    }
}
