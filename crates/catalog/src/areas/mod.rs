//! Areas: the countries and areas that have a name, and the UN's groups of them.
//!
//! *Invariant:* membership in groups is that of the UN's standard M49 and covers its 248 countries and areas only. The
//! world ([`Areas::iter`]) is wider than M49's group 001: every country and area that stands in the catalogue.
//!
//! Not done here: deciding whether a user-assigned code (`XAA` to `XZZ`) may be used. It may, anywhere, and most have
//! no name here.

mod area;
mod names;
mod read;
mod search;

pub use area::{Area, Areas, Group, GroupKind};
pub use names::Translations;
pub use read::AreasError;
pub(crate) use read::Files;
pub use search::{AreaSearch, Findable};

#[cfg(test)]
mod tests;
