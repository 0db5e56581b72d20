//! Counts in messages.

/// A count as a message field; saturates at the field's maximum.
pub(super) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
