//! How far a journal of format 2 was acknowledged, in the file `witness`: 8 bytes revision, 32 bytes chain hash, 4 bytes CRC-32C of
//! them, numbers big-endian. A file that is absent, too short or damaged is ignored.

use std::{fs, io::ErrorKind, path::Path};

use tenseven_model::Revision;
use tenseven_store::{ChainHash, Head};

use crate::error::ImportError;

/// Reads the file, if it is sound.
pub(crate) fn read(path: &Path) -> Result<Option<Head>, ImportError> {
    match fs::read(path) {
        Ok(bytes) => Ok(head(&bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ImportError::io("read", path)(error)),
    }
}

fn head(bytes: &[u8]) -> Option<Head> {
    let (covered, checksum) = bytes.split_last_chunk::<4>()?;
    if crc32c::crc32c(covered).to_be_bytes() != *checksum {
        return None;
    }
    let (revision, chain) = covered.split_first_chunk::<8>()?;
    Some(Head {
        revision: Revision::new(u64::from_be_bytes(*revision)),
        chain: ChainHash(chain.try_into().ok()?),
    })
}
