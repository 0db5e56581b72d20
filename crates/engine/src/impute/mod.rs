//! Stage 3, impute: what stands in where nothing is known.
//!
//! *Invariant:* a number that was observed never changes, and what does not apply stays so; a column (or series) without
//! any number stays without. Methods after the OECD/JRC *Handbook on Constructing Composite Indicators* (2008),
//! section 3. What a node takes from its group ([`group_average`]) works on any column of scores as well.

mod average;
mod series;
mod unknown;

pub use average::{average, average_of, group_average};
pub(crate) use series::neighbours;
pub use series::{held, hold, latest, latest_of, linear, on_the_line};
pub use unknown::{constant, is_unknown};
