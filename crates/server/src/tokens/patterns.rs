//! Which partners an issuer may name.

use tenseven_model::PartnerId;

/// What a prefix ends with.
const REST: char = '*';

/// Which partners an issuer may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nameable {
    /// All but admins.
    AllButAdmins,
    /// Those that one of these covers, admins, too.
    Listed(Vec<Pattern>),
}

/// A partner, or those whose ids begin with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    Id(PartnerId),
    Prefix(String),
}

impl Pattern {
    /// The pattern of a text, or what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if let Some(prefix) = text.strip_suffix(REST) {
            // A prefix of an id with a digit behind it is an id.
            let is_prefix = prefix.is_empty() || format!("{prefix}0").parse::<PartnerId>().is_ok();
            return if is_prefix { Ok(Self::Prefix(prefix.to_owned())) } else { Err(problem(text)) };
        }
        text.parse().map(Self::Id).map_err(|_| problem(text))
    }

    fn covers(&self, partner: &PartnerId) -> bool {
        match self {
            Self::Id(id) => id == partner,
            Self::Prefix(prefix) => partner.as_str().starts_with(prefix),
        }
    }
}

impl Nameable {
    /// Whether a partner is one of them.
    pub(super) fn includes(&self, partner: &PartnerId, is_admin: bool) -> bool {
        match self {
            Self::AllButAdmins => !is_admin,
            Self::Listed(patterns) => patterns.iter().any(|pattern| pattern.covers(partner)),
        }
    }
}

fn problem(text: &str) -> String {
    format!(
        "{text:?} is no id of a partner; give ids, or what they begin with and a `*`, for example \"nso-*\""
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(texts: &[&str]) -> Nameable {
        Nameable::Listed(texts.iter().map(|text| Pattern::read(text).unwrap()).collect())
    }

    fn includes(nameable: &Nameable, partner: &str, is_admin: bool) -> bool {
        nameable.includes(&partner.parse().unwrap(), is_admin)
    }

    #[test]
    fn admins_are_named_only_by_issuers_that_list_them() {
        assert!(includes(&Nameable::AllButAdmins, "nso", false));
        assert!(!includes(&Nameable::AllButAdmins, "nso", true));
        for (texts, partner, expected) in [
            (&["admin"][..], "admin", true),
            (&["*"], "admin", true),
            (&["nso-*", "hcp"], "nso-morocco", true),
            (&["nso-*", "hcp"], "hcp", true),
            (&["nso-*", "hcp"], "hcp-morocco", false),
            (&["nso-*", "hcp"], "nso", false),
            (&["nso-*"], "admin", false),
        ] {
            assert_eq!(includes(&listed(texts), partner, true), expected, "{texts:?} {partner}");
            assert_eq!(includes(&listed(texts), partner, false), expected, "{texts:?} {partner}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "n*o", "**", "nso *", "*nso", "-*"] {
            assert!(Pattern::read(bad).is_err(), "{bad:?}");
        }
    }
}
