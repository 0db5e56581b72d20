//! Backups, and the records in them: a file as a whole, frames as they are streamed, and an entry without the checksum that
//! otherwise keeps changed bytes from it.

#![no_main]

use std::{io::Write as _, path::Path};

use libfuzzer_sys::fuzz_target;
use prost::bytes::Bytes;
use tempfile::NamedTempFile;
use tenseven_model::{Revision, SubmissionId, Timestamp};
use tenseven_store::{BackupReader, Stamp, decode_entry, file_system::DiskFileSystem, read_frames};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 3 {
        0 => read_file(bytes),
        1 => {
            for record in read_frames(Bytes::copy_from_slice(bytes), Path::new("streamed")) {
                let Ok(record) = record else { return };
                let _ = record.entry();
            }
        }
        _ => {
            let submission = SubmissionId::from_bytes([7; 16]).expect("the id is not nil");
            let stamp =
                Stamp { revision: Revision::new(1), committed_at: Timestamp::from_micros(1), submission };
            if let Err(error) = decode_entry(stamp, Bytes::copy_from_slice(bytes)) {
                let _ = error.to_string();
            }
        }
    }
});

fn read_file(bytes: &[u8]) {
    let mut file = NamedTempFile::new_in("/dev/shm").expect("memory has room for a file");
    file.write_all(bytes).expect("a file can be written");
    let Ok(reader) = BackupReader::open(&DiskFileSystem, file.path()) else { return };
    for record in reader {
        let Ok(record) = record else { return };
        let _ = record.entry();
    }
}
