//! The catalogue against the data that it was made from, and the engine against reference results. Needs the reference data next to the checkout, in
//! `../shared/data`, and fails where they are missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::similar_names,
    reason = "tests: what does not hold fails them, and their names follow what they test"
)]

mod agreement;
mod areas;
mod casualties;
mod coinr;
mod dual_nationality;
mod published;
mod sdg_10_7_2;
mod served;

use std::path::{Path, PathBuf};

/// A file of the reference data.
fn reference(file: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file);
    assert!(path.exists(), "the reference data are missing: {} is not there", path.display());
    path
}

/// The rows of a file of the reference data, with their columns by name.
fn rows(file: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(reference(file)).expect("the file can be read");
    reader.deserialize().map(|row| row.expect("the row can be read")).collect()
}

/// The rows of a file of the catalogue, comments apart.
fn shipped(file: &str) -> Vec<std::collections::HashMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/catalog/data").join(file);
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).expect("the file can be read");
    reader.deserialize().map(|row| row.expect("the row can be read")).collect()
}
