//! Coverage: the leaves with a value, out of the leaves that apply.

use std::fmt;

/// Leaves with a value out of the leaves that apply. Leaves that do not apply are in neither count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Coverage {
    /// Leaves that have a value, observed or imputed by the framework's rule.
    pub with_data: u32,
    /// Leaves that apply to the area.
    pub applicable: u32,
}

impl Coverage {
    /// The share with data, between 0 and 1; 0 where nothing applies.
    pub fn share(self) -> f64 {
        if self.applicable == 0 { 0.0 } else { f64::from(self.with_data) / f64::from(self.applicable) }
    }
}

impl std::ops::Add for Coverage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { with_data: self.with_data + other.with_data, applicable: self.applicable + other.applicable }
    }
}

impl std::iter::Sum for Coverage {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), std::ops::Add::add)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.with_data, self.applicable)
    }
}
