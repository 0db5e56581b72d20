//! What aggregation starts from.

use crate::Slot;

/// One of the columns that are put together.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The column.
    pub column: &'a [Slot],
    /// Its weight; above 0, and of any sign for a linear combination.
    pub weight: f64,
}
