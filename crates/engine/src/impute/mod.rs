//! Stage 3, impute: what stands in where nothing is known.
//!
//! *Invariant:* a number that was observed never changes, and what does not apply stays so; a column (or series) without
//! any number stays without. Methods after the OECD/JRC *Handbook on Constructing Composite Indicators* (2008),
//! section 3. What a node takes from its group ([`group_average`]) works on any column of scores as well.

mod average;
mod series;
mod unknown;

pub use average::{Average, average, group_average};
pub use series::{hold, latest, linear};
pub use unknown::{constant, is_unknown};
