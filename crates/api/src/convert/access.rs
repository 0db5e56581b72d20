//! Grants and partners, to and from the model.

use tenseven_model::{
    PartnerId,
    access::{
        CodingScope, ContributionScope, Grant, GrantError, Partner, PartnerDraft, PartnerFault,
        PartnerStatus, PrefixScope, Scope,
    },
};

use super::{FieldReason, Reader, quota::read_quota};
use crate::v1;

/// Reads a grant.
pub(super) fn read_grant(reader: &mut Reader, message: Option<v1::Grant>) -> Option<Grant> {
    let message = message.unwrap_or_default();
    reader.within("grant", |reader| {
        let Some(uses) = lists_of(message.role()) else {
            let problem = "is absent, or no role that this server knows; give one, for example READER";
            reader.refuse("role", FieldReason::Required, problem);
            return None;
        };
        refuse_unused(reader, &message, uses);
        let v1::Grant { role: _, indicators, frameworks, areas, sources, coders, curators } = &message;
        match message.role() {
            v1::Role::Unspecified => None,
            v1::Role::Reader => Some(Grant::Reader),
            v1::Role::Contributor => {
                let scope = ContributionScope::parse(indicators, frameworks, areas, sources);
                let scope = scope.map_err(|(field, error)| refuse_list(reader, field, &error)).ok()?;
                Some(Grant::Contributor(Box::new(scope)))
            }
            v1::Role::Coder => {
                let coders = read_scope(reader, "coders", coders);
                let indicators = read_scope(reader, "indicators", indicators);
                Some(Grant::Coder(Box::new(CodingScope { coders: coders?, indicators: indicators? })))
            }
            v1::Role::Curator => read_scope(reader, "curators", curators).map(Grant::Curator),
            v1::Role::Publisher => read_scope(reader, "frameworks", frameworks)
                .map(|prefixes| Grant::Publisher(PrefixScope(prefixes))),
            v1::Role::Operator => Some(Grant::Operator),
            v1::Role::Admin => Some(Grant::Admin),
        }
    })
}

/// The lists that a role uses; none without a role.
fn lists_of(role: v1::Role) -> Option<&'static [&'static str]> {
    match role {
        v1::Role::Unspecified => None,
        v1::Role::Reader | v1::Role::Operator | v1::Role::Admin => Some(&[]),
        v1::Role::Contributor => Some(&["indicators", "frameworks", "areas", "sources"]),
        v1::Role::Coder => Some(&["indicators", "coders"]),
        v1::Role::Curator => Some(&["curators"]),
        v1::Role::Publisher => Some(&["frameworks"]),
    }
}

fn refuse_unused(reader: &mut Reader, message: &v1::Grant, uses: &[&str]) {
    let v1::Grant { role: _, indicators, frameworks, areas, sources, coders, curators } = message;
    let lists = [
        ("indicators", indicators),
        ("frameworks", frameworks),
        ("areas", areas),
        ("sources", sources),
        ("coders", coders),
        ("curators", curators),
    ];
    for (field, list) in lists {
        if !list.is_empty() && !uses.contains(&field) {
            let problem = format!("is given, but the role {} does not use it", role_name(message.role()));
            reader.refuse(field, FieldReason::NotAllowed, problem);
        }
    }
}

fn role_name(role: v1::Role) -> &'static str {
    role.as_str_name().trim_start_matches("ROLE_")
}

fn read_scope<T>(reader: &mut Reader, field: &str, names: &[String]) -> Option<Scope<T>>
where
    T: std::str::FromStr<Err: std::fmt::Display> + Ord,
{
    Scope::parse(names).map_err(|error| refuse_list(reader, field, &error)).ok()
}

fn refuse_list(reader: &mut Reader, field: &str, error: &GrantError) {
    match error {
        GrantError::Empty => reader.refuse(field, FieldReason::Required, error.to_string()),
        GrantError::TooMany(_) => reader.refuse(field, FieldReason::TooMany, error.to_string()),
        GrantError::Mixed => reader.refuse(field, FieldReason::Contradiction, error.to_string()),
        GrantError::Entry { index, problem } => {
            reader.refuse(format!("{field}[{index}]"), FieldReason::Malformed, problem);
        }
    }
}

/// A grant as a message.
pub fn grant_message(grant: &Grant) -> v1::Grant {
    let empty = v1::Grant::default;
    let (role, message) = match grant {
        Grant::Reader => (v1::Role::Reader, empty()),
        Grant::Contributor(scope) => {
            let message = v1::Grant {
                indicators: scope.indicators().map(Scope::names).unwrap_or_default(),
                frameworks: scope.frameworks().iter().map(ToString::to_string).collect(),
                areas: scope.areas().names(),
                sources: scope.sources().names(),
                ..empty()
            };
            (v1::Role::Contributor, message)
        }
        Grant::Coder(scope) => {
            let (coders, indicators) = (scope.coders.names(), scope.indicators.names());
            (v1::Role::Coder, v1::Grant { coders, indicators, ..empty() })
        }
        Grant::Curator(curators) => (v1::Role::Curator, v1::Grant { curators: curators.names(), ..empty() }),
        Grant::Publisher(PrefixScope(prefixes)) => {
            (v1::Role::Publisher, v1::Grant { frameworks: prefixes.names(), ..empty() })
        }
        Grant::Operator => (v1::Role::Operator, empty()),
        Grant::Admin => (v1::Role::Admin, empty()),
    };
    v1::Grant { role: role.into(), ..message }
}

/// Reads a partner; its keys, grants and times are the registry's.
pub(super) fn read_partner(reader: &mut Reader, message: Option<v1::Partner>) -> Option<Partner> {
    let message = message.unwrap_or_default();
    reader.within("partner", |reader| {
        let status = match v1::PartnerStatus::try_from(message.status) {
            Ok(v1::PartnerStatus::Unspecified | v1::PartnerStatus::Active) => Some(PartnerStatus::Active),
            Ok(v1::PartnerStatus::Suspended) => Some(PartnerStatus::Suspended),
            Err(_) => {
                let problem = "is no status that this server knows; give ACTIVE or SUSPENDED";
                reader.refuse("status", FieldReason::Malformed, problem);
                None
            }
        };
        let v1::Partner { id, name, contact, certificate_names, quota, .. } = message;
        let quota = read_quota(reader, quota.unwrap_or_default());
        let id: Option<PartnerId> = reader.required("id", &id, "the partner's id, for example hcp-morocco");
        // The other fields are checked without an id, too.
        let checked = id.clone().unwrap_or_else(PartnerId::first);
        let draft = PartnerDraft {
            id: checked,
            name,
            contact,
            status: status.unwrap_or(PartnerStatus::Active),
            certificate_names,
            quota: quota.unwrap_or_default(),
        };
        match Partner::new(draft) {
            Ok(partner) => id.and(status).and(quota).map(|_| partner),
            Err(faults) => {
                for fault in faults {
                    reader.refuse(fault.path(), reason_of(&fault), fault.to_string());
                }
                None
            }
        }
    })
}

fn reason_of(fault: &PartnerFault) -> FieldReason {
    match fault {
        PartnerFault::NameEmpty => FieldReason::Required,
        PartnerFault::TooLong { .. } => FieldReason::TooLong,
        PartnerFault::Hidden { .. } => FieldReason::NotAllowed,
        PartnerFault::TooManyCertificateNames { .. } => FieldReason::TooMany,
        PartnerFault::CertificateName { .. } => FieldReason::Duplicate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: v1::Role, change: impl FnOnce(&mut v1::Grant)) -> Result<Grant, Vec<String>> {
        let mut message = v1::Grant { role: role.into(), ..Default::default() };
        change(&mut message);
        let mut reader = Reader::default();
        let read = read_grant(&mut reader, Some(message));
        let paths = |violations: crate::Violations| violations.0.into_iter().map(|one| one.path).collect();
        reader.finish(read).map_err(paths)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_role_is_read_back_from_its_message() {
        let all = || names(&["*"]);
        let messages = [
            v1::Grant { role: v1::Role::Reader.into(), ..Default::default() },
            v1::Grant {
                role: v1::Role::Contributor.into(),
                frameworks: names(&["target-10-7"]),
                areas: names(&["MAR", "m49:015"]),
                sources: all(),
                ..Default::default()
            },
            v1::Grant {
                role: v1::Role::Coder.into(),
                coders: names(&["a"]),
                indicators: all(),
                ..Default::default()
            },
            v1::Grant { role: v1::Role::Curator.into(), curators: all(), ..Default::default() },
            v1::Grant {
                role: v1::Role::Publisher.into(),
                frameworks: names(&["nso-"]),
                ..Default::default()
            },
            v1::Grant { role: v1::Role::Operator.into(), ..Default::default() },
            v1::Grant { role: v1::Role::Admin.into(), ..Default::default() },
        ];
        for message in messages {
            let mut reader = Reader::default();
            let read = read_grant(&mut reader, Some(message.clone()));
            assert_eq!(reader.finish(read).map(|grant| grant_message(&grant)), Ok(message));
        }
    }

    #[test]
    fn a_list_that_is_missing_wrong_or_not_used_is_named() {
        assert_eq!(grant(v1::Role::Unspecified, |_| ()), Err(names(&["grant.role"])));
        assert_eq!(grant(v1::Role::Curator, |_| ()), Err(names(&["grant.curators"])));
        let unused = grant(v1::Role::Reader, |grant| grant.areas = names(&["MAR"]));
        assert_eq!(unused, Err(names(&["grant.areas"])));
        let both = grant(v1::Role::Coder, |_| ());
        assert_eq!(both, Err(names(&["grant.coders", "grant.indicators"])));
        let wrong = grant(v1::Role::Contributor, |grant| {
            grant.indicators = names(&["*"]);
            grant.areas = names(&["MAR", "mar"]);
            grant.sources = names(&["*"]);
        });
        assert_eq!(wrong, Err(names(&["grant.areas[1]"])));
    }

    #[test]
    fn everything_that_is_wrong_with_a_partner_is_named() {
        let quota = Some(v1::Quota { watches: Some(0), ..Default::default() });
        let message = v1::Partner { name: String::new(), status: 99, quota, ..Default::default() };
        let mut reader = Reader::default();
        let read = read_partner(&mut reader, Some(message));
        let paths: Vec<String> = reader.finish(read).unwrap_err().0.into_iter().map(|one| one.path).collect();
        assert_eq!(paths, ["partner.status", "partner.quota.watches", "partner.id", "partner.name"]);
    }
}
