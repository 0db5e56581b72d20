//! How a journal on disk is opened.

/// How a journal on disk is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalOptions {
    pub(super) cache_bytes: u64,
    pub(super) own_sync: bool,
}

impl JournalOptions {
    /// Bytes of pages kept in memory unless told otherwise: 64 MiB.
    pub const CACHE_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;
    /// Fewest bytes of pages kept in memory: 1 MiB.
    pub const CACHE_BYTES_MIN: u64 = 1024 * 1024;

    /// Keeps pages of about `bytes` in memory, at least [`Self::CACHE_BYTES_MIN`]. Reading a whole journal takes some
    /// 70 MB however small that is.
    #[must_use]
    pub fn cache_bytes(self, bytes: u64) -> Self {
        Self { cache_bytes: bytes.max(Self::CACHE_BYTES_MIN), ..self }
    }

    /// Leaves durability to sled alone, so that a power cut loses acknowledged entries: shows that a rig which cuts
    /// the power would notice.
    #[cfg(feature = "fault-injection")]
    #[must_use]
    pub fn without_own_sync(self) -> Self {
        Self { own_sync: false, ..self }
    }
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self { cache_bytes: Self::CACHE_BYTES_DEFAULT, own_sync: true }
    }
}
