//! Partners: organisations and systems that call the registry.

use std::{collections::HashSet, fmt, ops::Deref, str::FromStr};

use super::Quota;
use crate::{PartnerId, is_hidden};

/// Longest name of a partner, in characters.
const NAME_LENGTH_MAX: usize = 200;
/// Longest contact of a partner, in characters.
const CONTACT_LENGTH_MAX: usize = 400;
/// Most names in certificates of one partner.
const CERTIFICATE_NAMES_MAX: usize = 16;
/// Longest name in a certificate, in characters.
const CERTIFICATE_NAME_LENGTH_MAX: usize = 300;

/// Whether a partner may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartnerStatus {
    /// It may do what it is granted.
    Active,
    /// Its calls are rejected. Keys and grants are kept.
    Suspended,
}

impl PartnerStatus {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

impl fmt::Display for PartnerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for PartnerStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(format!("status {text:?} is none; give active or suspended")),
        }
    }
}

/// What is wrong with a partner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerFault {
    /// The name is empty.
    #[error("is empty; give the name of the organisation or system")]
    NameEmpty,
    /// A text is too long.
    #[error("has {length} characters; at most {max} are allowed")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// Its characters.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// A text has a line break or another character that is not printed.
    #[error("has a line break or another character that is not printed; give one line")]
    Hidden {
        /// Which text.
        field: &'static str,
    },
    /// There are too many names of certificates.
    #[error("has {count} entries; at most {CERTIFICATE_NAMES_MAX} are allowed")]
    TooManyCertificateNames {
        /// How many there are.
        count: usize,
    },
    /// A name of a certificate is empty, or there twice.
    #[error("is empty, or the same as an earlier one")]
    CertificateName {
        /// Its index.
        index: usize,
    },
}

impl PartnerFault {
    /// The field of the partner.
    pub fn path(&self) -> String {
        match self {
            Self::NameEmpty => "name".to_owned(),
            Self::TooLong { field, .. } | Self::Hidden { field } => (*field).to_owned(),
            Self::TooManyCertificateNames { .. } => "certificate_names".to_owned(),
            Self::CertificateName { index } => format!("certificate_names[{index}]"),
        }
    }
}

/// The content of a partner, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerDraft {
    /// Its id: `hcp-morocco`.
    pub id: PartnerId,
    /// What it is called.
    pub name: String,
    /// Whom to ask: an address or a telephone number; may be empty.
    pub contact: String,
    /// Whether it may call.
    pub status: PartnerStatus,
    /// The names (SAN URIs or DNS names) in client certificates by which it is known without a key.
    pub certificate_names: Vec<String>,
    /// The limits in which it differs from the defaults of a server.
    pub quota: Quota,
}

/// An organisation or system that calls the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner(PartnerDraft);

impl Partner {
    /// A partner, or everything that is wrong with its draft.
    pub fn new(mut draft: PartnerDraft) -> Result<Self, Vec<PartnerFault>> {
        // DNS names have no case, unlike paths of URIs.
        for name in draft.certificate_names.iter_mut().filter(|name| !name.contains("://")) {
            name.make_ascii_lowercase();
        }
        let faults = draft.faults();
        if faults.is_empty() { Ok(Self(draft)) } else { Err(faults) }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(self, status: PartnerStatus) -> Self {
        Self(PartnerDraft { status, ..self.0 })
    }

    /// The same with another quota.
    #[must_use]
    pub fn with_quota(self, quota: Quota) -> Self {
        Self(PartnerDraft { quota, ..self.0 })
    }

    /// The bytes of all its texts together.
    pub fn text_bytes(&self) -> usize {
        let names = self.certificate_names.iter().map(String::len);
        self.name.len() + self.contact.len() + names.sum::<usize>()
    }
}

impl Deref for Partner {
    type Target = PartnerDraft;
    fn deref(&self) -> &PartnerDraft {
        &self.0
    }
}

impl PartnerDraft {
    fn faults(&self) -> Vec<PartnerFault> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() {
            faults.push(PartnerFault::NameEmpty);
        }
        faults.extend(line_fault("name", &self.name, NAME_LENGTH_MAX));
        faults.extend(line_fault("contact", &self.contact, CONTACT_LENGTH_MAX));
        let count = self.certificate_names.len();
        if count > CERTIFICATE_NAMES_MAX {
            faults.push(PartnerFault::TooManyCertificateNames { count });
            return faults;
        }
        let mut seen = HashSet::new();
        for (index, name) in self.certificate_names.iter().enumerate() {
            if name.is_empty() || !seen.insert(name) {
                faults.push(PartnerFault::CertificateName { index });
            }
            faults.extend(line_fault("certificate_names", name, CERTIFICATE_NAME_LENGTH_MAX));
        }
        faults
    }
}

/// What is wrong with a text of one line.
fn line_fault(field: &'static str, text: &str, max: usize) -> Option<PartnerFault> {
    let length = text.chars().count();
    if length > max {
        return Some(PartnerFault::TooLong { field, length, max });
    }
    let is_bad = |character: char| character.is_control() || is_hidden(character);
    text.chars().any(is_bad).then_some(PartnerFault::Hidden { field })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> PartnerDraft {
        PartnerDraft {
            id: "hcp-morocco".parse().unwrap(),
            name: "Haut-Commissariat au Plan".to_owned(),
            contact: "data@hcp.example".to_owned(),
            status: PartnerStatus::Active,
            certificate_names: vec!["push.hcp.example".to_owned()],
            quota: Quota::default(),
        }
    }

    fn paths(change: impl FnOnce(&mut PartnerDraft)) -> Vec<String> {
        let mut draft = draft();
        change(&mut draft);
        let faults = Partner::new(draft).err().unwrap_or_default();
        faults.iter().map(PartnerFault::path).collect()
    }

    #[test]
    fn every_field_is_checked_and_everything_is_reported_at_once() {
        assert!(Partner::new(draft()).is_ok());
        assert_eq!(
            paths(|draft| draft.certificate_names.push("Push.HCP.example".to_owned())),
            ["certificate_names[1]"]
        );
        assert_eq!(paths(|draft| draft.name = " ".to_owned()), ["name"]);
        assert_eq!(paths(|draft| draft.contact = "a\nb".to_owned()), ["contact"]);
        assert_eq!(
            paths(|draft| draft.certificate_names.push("push.hcp.example".to_owned())),
            ["certificate_names[1]"]
        );
        let all = paths(|draft| {
            draft.name = "é".repeat(201);
            draft.contact = "\u{202e}".to_owned();
            draft.certificate_names = (0..17).map(|number| number.to_string()).collect();
        });
        assert_eq!(all, ["name", "contact", "certificate_names"]);
    }

    #[test]
    fn a_status_is_read_back_from_its_name() {
        for status in [PartnerStatus::Active, PartnerStatus::Suspended] {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        assert!("paused".parse::<PartnerStatus>().is_err());
    }
}
