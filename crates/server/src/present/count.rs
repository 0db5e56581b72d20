//! Counts in messages.

/// How many there are; what is more than a message can say is as much as it can.
pub(super) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
