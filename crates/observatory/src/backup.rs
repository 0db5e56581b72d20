//! Backups: the records of the journal, read while writes go on.

use tenseven_model::{HistoryId, Lineage, Revision, Timestamp};
use tenseven_state::frameworks::OverBudget;
use tenseven_store::{Head, Records};

use crate::{Observatory, Unreadable, WrongHistory, records::unreadable};

/// Why a backup cannot continue where an earlier one ended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BackupStartError {
    /// The registry has another history than the earlier backup.
    #[error(
        "the registry has another history than the copy that ends with revision {after}; start a new backup"
    )]
    OtherHistory {
        /// Where the earlier backup ends.
        after: Head,
        /// The current history.
        current: HistoryId,
    },
    /// The revision where it ends belongs to another history than the registry's.
    #[error(transparent)]
    WrongHistory(#[from] WrongHistory),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// The records after a revision, up to the newest.
pub struct BackupRecords {
    /// The last of them.
    pub head: Head,
    /// The histories that they belong to.
    pub lineage: Lineage,
    /// Versions superseded up to here were compacted before.
    pub horizon: Revision,
    /// The records, read as they are requested.
    pub records: Records,
}

/// The status of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryStatus {
    /// The newest durable entry.
    pub head: Head,
    /// The histories that lead to it.
    pub lineage: Lineage,
    /// The oldest revision that can be requested.
    pub oldest: Revision,
    /// Current observations.
    pub observations: usize,
    /// Published versions of frameworks.
    pub frameworks: usize,
    /// The newest versions of frameworks that are not scored, because they cost more than the limits allow.
    pub suspended: Vec<OverBudget>,
    /// The revisions that have a checkpoint, oldest first.
    pub checkpoints: Vec<Revision>,
    /// When the newest revision was accepted.
    pub last_accepted_at: Option<Timestamp>,
}

impl Observatory {
    /// The records after `after`, which is the default for all of them; `history` is the one that it belongs to, if that is
    /// to be checked. Blocks where it reads.
    pub fn backup(&self, after: Head, history: Option<HistoryId>) -> Result<BackupRecords, BackupStartError> {
        self.shared.check_history(history, after.revision)?;
        let (journal, lineage) = (self.journal(), self.journal().lineage());
        let current = lineage.current();
        let head = journal.head();
        if after.revision > head.revision {
            return Err(BackupStartError::OtherHistory { after, current });
        }
        if after.revision != Revision::ZERO {
            let last = journal.record(after.revision).map_err(|error| unreadable(&error))?;
            if !last.has_chain(after.chain) {
                return Err(BackupStartError::OtherHistory { after, current });
            }
        }
        Ok(BackupRecords {
            head,
            horizon: journal.horizon(),
            lineage,
            records: journal.records_after(after.revision),
        })
    }

    /// The status of the registry.
    pub fn status(&self) -> RegistryStatus {
        let (state, journal) = (self.newest(), self.journal());
        // If they cannot be listed, the checkpointer logs the cause.
        let checkpoints = journal.checkpoints().unwrap_or_default();
        RegistryStatus {
            head: journal.head(),
            lineage: journal.lineage(),
            oldest: journal.horizon().max(Revision::new(1)),
            observations: state.panel().len(),
            frameworks: state.frameworks().count(),
            suspended: state.suspended().values().cloned().collect(),
            checkpoints: checkpoints.iter().map(|info| info.head.revision).collect(),
            last_accepted_at: state.accepted_at(),
        }
    }
}
