//! Journals and backups that earlier releases wrote are read for ever.
//!
//! `format-N.pack.zst` and what else begins with `format-N` was written by the release that had that format (see `pack` for what a
//! pack is), and is never written again. When a new format comes, its files are written once, with the release that has it:
//! `cargo test -p tenseven-tests --test compat -- --ignored`.
//!
//! Format 2 is older than format 1: it was in use before the first release, and is only imported.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: what does not hold fails them"
)]

mod entries;
mod format_1;
mod format_1_golden;
mod format_2;
mod further_entries;
mod pack;

use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat").join(name)
}

fn unpacked(name: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    pack::unpack(&std::fs::read(golden(name)).unwrap(), directory.path()).unwrap();
    directory
}
