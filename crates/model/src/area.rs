//! Areas: countries, the UN's groups of countries, and local units.
//!
//! *Invariant:* an [`AreaCode`] has the shape of its standard. Whether such an area exists, and what it is called,
//! is the catalogue's knowledge, not this module's.

use std::{fmt, str::FromStr, sync::Arc};

/// Longest name of a local unit, in characters.
const LOCAL_UNIT_LENGTH_MAX: usize = 48;

/// Why a text is not an area code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaCodeError {
    /// Neither a country, a group nor a local unit.
    #[error(
        "area {0:?} has no known shape; give an ISO 3166-1 alpha-3 code (MAR), a UN M49 group (m49:015) or a local unit (MAR/casablanca)"
    )]
    Shape(String),
    /// A country code in lower or mixed case.
    #[error("area {given:?} is not in upper case; did you mean {upper:?}?")]
    Case {
        /// The text as given.
        given: String,
        /// The same in upper case.
        upper: String,
    },
    /// A group's number is not three digits.
    #[error("area {0:?}: a UN M49 code has three digits, with leading zeros (m49:015)")]
    M49(String),
    /// A local unit's name is empty, too long or has a character that it cannot have.
    #[error(
        "area {0:?}: a local unit has 1 to {LOCAL_UNIT_LENGTH_MAX} characters of A-Z a-z 0-9 . _ - after the slash"
    )]
    LocalUnit(String),
}

/// An ISO 3166-1 alpha-3 code, `XAA`–`XZZ` (user-assigned) included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alpha3([u8; 3]);

impl Alpha3 {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether ISO 3166 leaves the code to its users: `XAA` to `XZZ`.
    pub fn is_user_assigned(self) -> bool {
        self.0[0] == b'X'
    }
}

impl FromStr for Alpha3 {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            Ok(letters) if letters.iter().all(u8::is_ascii_alphabetic) => {
                Err(AreaCodeError::Case { given: text.to_owned(), upper: text.to_ascii_uppercase() })
            }
            _ => Err(AreaCodeError::Shape(text.to_owned())),
        }
    }
}

impl fmt::Display for Alpha3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Alpha3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code of the UN's standard M49, 1 to 999; written with three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct M49(u16);

impl M49 {
    /// The code as a number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for M49 {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u16>() {
            Ok(number) if digits && number > 0 => Ok(Self(number)),
            _ => Err(AreaCodeError::M49(text.to_owned())),
        }
    }
}

impl fmt::Display for M49 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// The name of a city, province or other unit inside a country, as the country writes it: `casablanca`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalUnit(Arc<str>);

impl LocalUnit {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LocalUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LocalUnit {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if text.is_empty() || text.len() > LOCAL_UNIT_LENGTH_MAX || !text.bytes().all(allowed) {
            return Err(AreaCodeError::LocalUnit(text.to_owned()));
        }
        Ok(Self(Arc::from(text)))
    }
}

/// What an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// A country or area.
    Country,
    /// A unit inside a country.
    LocalUnit,
    /// A group of countries.
    Group,
}

/// What an observation is about, or a question asks for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaCode {
    /// A country or area: `MAR`.
    Country(Alpha3),
    /// A unit inside a country: `MAR/casablanca`.
    Local(Alpha3, LocalUnit),
    /// A group of countries: `m49:015`.
    Group(M49),
}

impl AreaCode {
    /// What the area is.
    pub fn kind(&self) -> AreaKind {
        match self {
            Self::Country(_) => AreaKind::Country,
            Self::Local(..) => AreaKind::LocalUnit,
            Self::Group(_) => AreaKind::Group,
        }
    }

    /// The country that the area is or lies in; none for a group.
    pub fn country(&self) -> Option<Alpha3> {
        match self {
            Self::Country(country) | Self::Local(country, _) => Some(*country),
            Self::Group(_) => None,
        }
    }
}

impl From<Alpha3> for AreaCode {
    fn from(country: Alpha3) -> Self {
        Self::Country(country)
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        if let Some(group) = text.strip_prefix("m49:") {
            return group.parse().map(Self::Group).map_err(|_| AreaCodeError::M49(text.to_owned()));
        }
        match text.split_once('/') {
            None => text.parse().map(Self::Country),
            Some((country, unit)) => {
                let country = country.parse()?;
                let unit = unit.parse().map_err(|_| AreaCodeError::LocalUnit(text.to_owned()))?;
                Ok(Self::Local(country, unit))
            }
        }
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(country) => f.pad(country.as_str()),
            Self::Local(country, unit) => write!(f, "{country}/{}", unit.as_str()),
            Self::Group(group) => write!(f, "m49:{group}"),
        }
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One area, or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AreaSelection {
    /// Every country and area that the catalogue names: `world`.
    World,
    /// A country, a local unit, or the members of a group.
    Area(AreaCode),
}

impl FromStr for AreaSelection {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        if text == "world" { Ok(Self::World) } else { text.parse().map(Self::Area) }
    }
}

impl fmt::Display for AreaSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::World => f.pad("world"),
            Self::Area(area) => fmt::Display::fmt(area, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_shape_come_back_as_written() {
        for text in ["MAR", "XAA", "XKX", "m49:001", "m49:015", "MAR/casablanca", "XAA/Port.2_b"] {
            assert_eq!(text.parse::<AreaCode>().map(|area| area.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_lower_case_country_is_refused_with_the_remedy() {
        let error = "mar".parse::<AreaCode>().unwrap_err();
        assert!(error.to_string().contains("\"MAR\""), "{error}");
    }

    #[test]
    fn refuses_what_no_standard_knows() {
        for bad in [
            "", "M", "MARO", "M1R", "m49:15", "m49:000", "m49:1000", "m49:", "MAR/", "MAR/a b", "MÄR",
            "mar/x",
        ] {
            assert!(bad.parse::<AreaCode>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn distinguishes_user_assigned_codes_from_the_rest() {
        assert!("XKX".parse::<Alpha3>().is_ok_and(Alpha3::is_user_assigned));
        assert!(!"MAR".parse::<Alpha3>().is_ok_and(Alpha3::is_user_assigned));
    }
}
