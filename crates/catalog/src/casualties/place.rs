//! Placing: from a country's name as the list writes it to its code.
//!
//! *Invariant:* a name is placed only if it is, as a whole, a name that is known. No codes, no similar names, no parts.

use std::collections::BTreeMap;

use tenseven_model::Alpha3;

/// Knows countries by their names.
pub trait AreaNames {
    /// The country whose official name, or one of its stated variants, is exactly `name`; never by a code.
    fn country_named(&self, name: &str) -> Option<Alpha3>;
}

impl AreaNames for BTreeMap<String, Alpha3> {
    fn country_named(&self, name: &str) -> Option<Alpha3> {
        self.get(name).copied()
    }
}
