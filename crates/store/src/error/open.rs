//! Why a journal could not be opened.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use super::Corruption;
use crate::Owner;

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has it open.
    #[error("journal {path} is in use{}; stop it, or name another directory", by(.owner.as_ref()))]
    Locked {
        /// The journal.
        path: PathBuf,
        /// Who has it open, if that is known.
        owner: Option<Owner>,
    },
    /// Something else than a directory is there.
    #[error("journal {0} is not a directory; name a directory, or one that does not exist yet")]
    NotDirectory(PathBuf),
    /// The operating system does not allow it.
    #[error(
        "no permission to {action} {path}; give the user that runs this process read and write access to it"
    )]
    Permission {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A directory that holds other things.
    #[error(
        "{path} holds {found:?}, but no journal; name an empty directory, or one that does not exist yet"
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// One of the things that it holds.
        found: String,
    },
    /// Written by a later release.
    #[error(
        "journal {path} has format {found}, this release reads up to format {known}; use the release that wrote it, or a later one"
    )]
    NewerFormat {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The latest format that is known here.
        known: u32,
    },
    /// Written by an earlier release, in a format that this one only reads.
    #[error(
        "journal {path} has format {found}, this release writes format {known}; make a new journal of it with `tenseven migrate {path} NEW`, and name that"
    )]
    OlderFormat {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format that this release writes.
        known: u32,
    },
    /// A journal of an earlier format was asked for, and this one is of another.
    #[error("journal {path} has format {found}, not {wanted}; open it without migrating it")]
    OtherFormat {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format that was asked for.
        wanted: u32,
    },
    /// A journal was to be made where one is.
    #[error("journal {path} has entries up to revision {head}; name a directory that does not exist yet")]
    NotEmpty {
        /// The journal.
        path: PathBuf,
        /// Its last entry.
        head: Revision,
    },
    /// An entry is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// Acknowledged entries are gone from the journal's end.
    #[error(
        "journal {path} ends at revision {head}, though revision {acknowledged} was acknowledged: its end is damaged; restore the directory from a backup"
    )]
    Shortened {
        /// The journal.
        path: PathBuf,
        /// The last revision that it has.
        head: Revision,
        /// A revision that it had.
        acknowledged: Revision,
    },
    /// The journal is damaged outside its entries.
    #[error("journal {path} is damaged: {detail}; restore the directory from a backup")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The operating system reports an error.
    #[error("cannot {action} {path}; see the cause, and try again")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

fn by(owner: Option<&Owner>) -> String {
    owner.map(|owner| format!(" by {owner}")).unwrap_or_default()
}
