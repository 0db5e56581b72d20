//! How much one entry and one append may hold.

/// Longest record of one entry, in bytes.
pub const ENTRY_LENGTH_MAX: usize = 64 * 1024 * 1024;
/// Longest records of one append together, in bytes.
pub const APPEND_LENGTH_MAX: usize = 2 * ENTRY_LENGTH_MAX;
/// Most observations of one entry.
pub const OBSERVATION_COUNT_MAX: usize = 1_000_000;
/// Longest texts of one entry, in bytes, each counted as often as an observation has it.
pub const EXPANDED_LENGTH_MAX: usize = 512 * 1024 * 1024;
