//! Reading the areas from the files that ship.
//!
//! *Invariant:* codes are text. `004` keeps its zeros, and Namibia's `NA` is a code, not a missing value.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenseven_model::{Alpha3, AreaCode, AreaCodeError, M49};

use super::{Area, Areas, Group, GroupKind, Translations};

/// Why the areas cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AreasError {
    /// A row has not the shape of its file.
    #[error("{file} cannot be read: {error}")]
    Row {
        /// The file.
        file: &'static str,
        /// What is wrong, with the line.
        #[source]
        error: csv::Error,
    },
    /// A code is none.
    #[error("{file}: {error}")]
    Code {
        /// The file.
        file: &'static str,
        /// What is wrong with the code.
        #[source]
        error: AreaCodeError,
    },
    /// A code or a name stands twice.
    #[error("{file}: {item} stands twice; keep one")]
    Twice {
        /// The file.
        file: &'static str,
        /// The code or name.
        item: String,
    },
    /// A row names a group or an area that no row describes.
    #[error("{file}: {item} is described nowhere; add it or take it out")]
    Unknown {
        /// The file.
        file: &'static str,
        /// The code.
        item: String,
    },
    /// A group is of no known kind.
    #[error(
        "{file}: {item:?} is no kind of group; give global, region, sub-region, intermediate-region or special"
    )]
    Kind {
        /// The file.
        file: &'static str,
        /// The kind as written.
        item: String,
    },
}

/// The five files: their names for messages, and what stands in them.
pub(crate) struct Files<'a> {
    pub(crate) areas: &'a str,
    pub(crate) groups: &'a str,
    pub(crate) names: &'a str,
    pub(crate) translated_names: &'a str,
    pub(crate) other_codes: &'a str,
}

const AREAS: &str = "data/areas.csv";
const GROUPS: &str = "data/groups.csv";
const NAMES: &str = "data/area_names.csv";
const TRANSLATED_NAMES: &str = "data/translated_names.csv";
const OTHER_CODES: &str = "data/other_codes.csv";

#[derive(Deserialize)]
struct AreaRow {
    alpha3: String,
    alpha2: String,
    m49: String,
    name: String,
    groups: String,
}

#[derive(Deserialize)]
struct GroupRow {
    code: String,
    name: String,
    kind: String,
}

#[derive(Deserialize)]
struct NameRow {
    name: String,
    alpha3: String,
}

#[derive(Deserialize)]
struct TranslationsRow {
    alpha3: String,
    ar: String,
    zh: String,
    fr: String,
    ru: String,
    es: String,
}

#[derive(Deserialize)]
struct OtherCodeRow {
    code: String,
    means: String,
}

fn rows<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<Vec<T>, AreasError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| AreasError::Row { file, error })
}

fn code<T: std::str::FromStr<Err = AreaCodeError>>(file: &'static str, text: &str) -> Result<T, AreasError> {
    text.parse().map_err(|error| AreasError::Code { file, error })
}

impl Areas {
    /// Reads the areas and refuses what does not fit together.
    pub(crate) fn read(files: &Files<'_>) -> Result<Self, AreasError> {
        let mut groups = groups(files.groups)?;
        let mut translations = translations(files.translated_names)?;
        let mut areas = BTreeMap::new();
        for row in rows::<AreaRow>(AREAS, files.areas)? {
            let alpha3: Alpha3 = code(AREAS, &row.alpha3)?;
            for member_of in row.groups.split_whitespace() {
                let member_of: M49 = code(AREAS, member_of)?;
                let group = groups.iter_mut().find(|group| group.code == member_of);
                let unknown = || AreasError::Unknown { file: AREAS, item: format!("m49:{member_of}") };
                group.ok_or_else(unknown)?.members.push(alpha3);
            }
            let m49 = if row.m49.is_empty() { None } else { Some(code(AREAS, &row.m49)?) };
            let alpha2 = (!row.alpha2.is_empty()).then_some(row.alpha2);
            let translations = translations.remove(&alpha3).unwrap_or_default();
            if areas.insert(alpha3, Area { alpha3, alpha2, m49, name: row.name, translations }).is_some() {
                return Err(AreasError::Twice { file: AREAS, item: alpha3.to_string() });
            }
        }
        if let Some(unknown) = translations.into_keys().next() {
            return Err(AreasError::Unknown { file: TRANSLATED_NAMES, item: unknown.to_string() });
        }
        for group in &mut groups {
            group.members.sort_unstable();
        }
        let names = names(&areas, files.names)?;
        let other_codes = other_codes(&areas, &groups, files.other_codes)?;
        Ok(Self::new(areas, groups, names, other_codes))
    }
}

fn groups(text: &str) -> Result<Vec<Group>, AreasError> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows::<GroupRow>(GROUPS, text)? {
        let digits = row.code.strip_prefix("m49:").unwrap_or_default();
        let code: M49 = digits
            .parse()
            .map_err(|_| AreasError::Code { file: GROUPS, error: AreaCodeError::M49(row.code.clone()) })?;
        let kind = GroupKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
        let kind = kind.ok_or(AreasError::Kind { file: GROUPS, item: row.kind })?;
        if groups.iter().any(|group| group.code == code) {
            return Err(AreasError::Twice { file: GROUPS, item: row.code });
        }
        groups.push(Group { code, name: row.name, kind, members: Vec::new() });
    }
    Ok(groups)
}

fn translations(text: &str) -> Result<BTreeMap<Alpha3, Translations>, AreasError> {
    let mut translations = BTreeMap::new();
    for row in rows::<TranslationsRow>(TRANSLATED_NAMES, text)? {
        let TranslationsRow { alpha3, ar, zh, fr, ru, es } = row;
        let alpha3: Alpha3 = code(TRANSLATED_NAMES, &alpha3)?;
        let names = Translations { arabic: ar, chinese: zh, french: fr, russian: ru, spanish: es };
        if translations.insert(alpha3, names).is_some() {
            return Err(AreasError::Twice { file: TRANSLATED_NAMES, item: alpha3.to_string() });
        }
    }
    Ok(translations)
}

/// Official names and their stated variants.
fn names(areas: &BTreeMap<Alpha3, Area>, variants: &str) -> Result<BTreeMap<String, Alpha3>, AreasError> {
    let mut names = BTreeMap::new();
    for area in areas.values() {
        if names.insert(area.name.clone(), area.alpha3).is_some() {
            return Err(AreasError::Twice { file: AREAS, item: area.name.clone() });
        }
    }
    for row in rows::<NameRow>(NAMES, variants)? {
        let alpha3: Alpha3 = code(NAMES, &row.alpha3)?;
        if !areas.contains_key(&alpha3) {
            return Err(AreasError::Unknown { file: NAMES, item: alpha3.to_string() });
        }
        if names.insert(row.name.clone(), alpha3).is_some() {
            return Err(AreasError::Twice { file: NAMES, item: row.name });
        }
    }
    Ok(names)
}

/// Codes that are not ours, with what they may mean.
fn other_codes(
    areas: &BTreeMap<Alpha3, Area>,
    groups: &[Group],
    text: &str,
) -> Result<BTreeMap<String, Vec<AreaCode>>, AreasError> {
    let mut codes = BTreeMap::new();
    for OtherCodeRow { code: other, means } in rows::<OtherCodeRow>(OTHER_CODES, text)? {
        let meant = means.split_whitespace().map(|one| code(OTHER_CODES, one));
        let meant: Vec<AreaCode> = meant.collect::<Result<_, _>>()?;
        let is_known = |area: &AreaCode| match area {
            AreaCode::Country(country) => areas.contains_key(country),
            AreaCode::Group(group) => groups.iter().any(|known| known.code == *group),
            AreaCode::Local(..) => false,
        };
        if let Some(unknown) = meant.iter().find(|area| !is_known(area)) {
            return Err(AreasError::Unknown { file: OTHER_CODES, item: unknown.to_string() });
        }
        let is_ours = |area: &Area| area.alpha3.as_str() == other || area.alpha2.as_deref() == Some(&other);
        if areas.values().any(is_ours) || codes.insert(other.clone(), meant).is_some() {
            return Err(AreasError::Twice { file: OTHER_CODES, item: other });
        }
    }
    Ok(codes)
}
