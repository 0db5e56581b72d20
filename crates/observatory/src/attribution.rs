//! Who is shown which partner made a change.

use tenseven_model::PartnerId;

/// Whom a reader is shown as the makers of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Attribution {
    /// Every partner.
    #[default]
    All,
    /// Only this partner, who reads; nobody, if the reader is none.
    Own(Option<PartnerId>),
}

impl Attribution {
    /// The maker of a change as the reader is shown it.
    pub fn shown(&self, author: Option<&PartnerId>) -> Option<PartnerId> {
        let is_shown = |author: &&PartnerId| match self {
            Self::All => true,
            Self::Own(reader) => reader.as_ref() == Some(*author),
        };
        author.filter(is_shown).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_shown_all_makers_or_itself_only() {
        let (own, other): (PartnerId, PartnerId) = ("own".parse().unwrap(), "other".parse().unwrap());
        let reader = Attribution::Own(Some(own.clone()));
        for (attribution, shown) in [
            (Attribution::All, [true, true]),
            (reader, [true, false]),
            (Attribution::Own(None), [false, false]),
        ] {
            assert_eq!([&own, &other].map(|author| attribution.shown(Some(author)).is_some()), shown);
            assert_eq!(attribution.shown(None), None);
        }
    }
}
