//! The areas and their groups, with lookups.

use std::{collections::BTreeMap, fmt};

use tenseven_model::{Alpha3, AreaCode, M49};

use super::Translations;
use crate::casualties::AreaNames;

/// A country or area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its ISO 3166-1 alpha-3 code, or a user-assigned one.
    pub alpha3: Alpha3,
    /// Its ISO 3166-1 alpha-2 code; none where it has no official one.
    pub alpha2: Option<String>,
    /// Its code in M49; none where M49 does not list it.
    pub m49: Option<M49>,
    /// Its English name.
    pub name: String,
    /// Its names in other languages.
    pub translations: Translations,
}

/// What a group is in M49.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// The world.
    Global,
    /// A continent.
    Region,
    /// A part of a region.
    SubRegion,
    /// A part of a sub-region.
    IntermediateRegion,
    /// A group by development or geography, as the least developed countries.
    Special,
}

impl GroupKind {
    /// Every kind, the widest first.
    pub const ALL: [Self; 5] =
        [Self::Global, Self::Region, Self::SubRegion, Self::IntermediateRegion, Self::Special];

    /// The name that files and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Region => "region",
            Self::SubRegion => "sub-region",
            Self::IntermediateRegion => "intermediate-region",
            Self::Special => "special",
        }
    }
}

impl fmt::Display for GroupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A group of countries and areas of M49.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its code in M49.
    pub code: M49,
    /// Its English name.
    pub name: String,
    /// What it is.
    pub kind: GroupKind,
    /// Its members, by code.
    pub members: Vec<Alpha3>,
}

/// Every country and area that has a name here, and the groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Areas {
    by_code: BTreeMap<Alpha3, Area>,
    groups: Vec<Group>,
    names: BTreeMap<String, Alpha3>,
    other_codes: BTreeMap<String, Vec<AreaCode>>,
}

impl Areas {
    pub(super) fn new(
        by_code: BTreeMap<Alpha3, Area>,
        groups: Vec<Group>,
        names: BTreeMap<String, Alpha3>,
        other_codes: BTreeMap<String, Vec<AreaCode>>,
    ) -> Self {
        Self { by_code, groups, names, other_codes }
    }

    /// The country or area with this code; none if the catalogue has no name for it.
    pub fn get(&self, code: Alpha3) -> Option<&Area> {
        self.by_code.get(&code)
    }

    /// Every country and area, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.by_code.values()
    }

    /// A group of M49; none if M49 has no such group.
    pub fn group(&self, code: M49) -> Option<&Group> {
        self.groups.iter().find(|group| group.code == code)
    }

    /// Every group: the world, regions, sub-regions, intermediate regions, special groups.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter()
    }

    /// The groups that a country or area belongs to, in the order of [`Self::groups`].
    pub fn groups_of(&self, area: Alpha3) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.members.binary_search(&area).is_ok())
    }

    /// The names of countries and areas, those that sources use among them, each with the code of what it names.
    pub fn names(&self) -> impl Iterator<Item = (&str, Alpha3)> {
        self.names.iter().map(|(name, area)| (name.as_str(), *area))
    }

    /// What a code may mean that is none of ours: the country or area with this number in M49, or what retired codes and other lists
    /// of codes mean by it. Never what is merely spelled alike.
    pub fn meant_by(&self, unknown: &AreaCode) -> Vec<AreaCode> {
        match unknown {
            AreaCode::Group(number) => {
                let numbered = self.iter().find(|area| area.m49 == Some(*number));
                numbered.map(|area| AreaCode::Country(area.alpha3)).into_iter().collect()
            }
            AreaCode::Country(country) | AreaCode::Local(country, _) => {
                self.meant_by_text(country.as_str()).to_vec()
            }
        }
    }

    /// What retired codes and other lists of codes mean by a code of two or three letters, in capitals.
    pub fn meant_by_text(&self, code: &str) -> &[AreaCode] {
        self.other_codes.get(code).map(Vec::as_slice).unwrap_or_default()
    }

    /// An area or group with its name, as `MAR (Morocco)`; the code alone where it has no name.
    pub fn described(&self, code: &AreaCode) -> String {
        let name = match code {
            AreaCode::Country(country) => self.get(*country).map(|area| area.name.as_str()),
            AreaCode::Group(group) => self.group(*group).map(|group| group.name.as_str()),
            AreaCode::Local(..) => None,
        };
        name.map_or_else(|| code.to_string(), |name| format!("{code} ({name})"))
    }
}

impl AreaNames for Areas {
    fn country_named(&self, name: &str) -> Option<Alpha3> {
        self.names.get(name).copied()
    }
}
