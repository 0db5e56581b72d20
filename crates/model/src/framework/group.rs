//! Groups of areas: those that the catalogue lists, and those that a framework states itself.

use std::fmt;

use crate::{Alpha3, GroupId, M49};

/// A set of areas that a framework states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaGroup {
    /// Its id in the framework.
    pub id: GroupId,
    /// Its name for readers.
    pub label: String,
    /// Its areas.
    pub areas: Vec<Alpha3>,
    /// Groups of the catalogue whose members are its areas too.
    pub members_of: Vec<M49>,
}

/// Names a set of areas.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaSet {
    /// A group of the catalogue.
    M49(M49),
    /// A group of the framework's own.
    Own(GroupId),
    /// A single country or area.
    Area(Alpha3),
}

impl fmt::Display for AreaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::M49(group) => write!(f, "m49:{group}"),
            Self::Own(group) => fmt::Display::fmt(group, f),
            Self::Area(area) => fmt::Display::fmt(area, f),
        }
    }
}
