//! Batches: the rows of a file in groups that are sent together.
//!
//! *Invariant:* where a batch ends depends on the rows alone, so that the same file makes the same batches.

use prost::Message as _;
use tenseven_client::v1;

use super::refusal::LineRefusal;
use crate::{observation_file::ObservationReader, table_file::ReadError};

/// A batch is closed before it is larger than this, well below what a server reads.
const BATCH_BYTES_MAX: usize = 8 << 20;

/// Rows that are sent together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The lines of the observations, in order.
    pub(super) lines: Vec<u64>,
    /// The observations of the rows that could be read.
    pub(super) observations: Vec<v1::Observation>,
    /// What is wrong with the rows that could not be read.
    pub(super) refusals: Vec<LineRefusal>,
    /// How many rows could not be read.
    pub(super) unreadable: u64,
    /// The lines that the first and the last row begin on.
    pub(super) span: Option<(u64, u64)>,
    bytes: usize,
    /// Bytes of the texts of the refusals. They are no part of `bytes`, which decides where the batch ends.
    refusal_bytes: usize,
}

/// Approximate bytes of an observation without its texts.
const OBSERVATION_BYTES: usize = 512;
/// Approximate bytes of a refusal without its texts.
const REFUSAL_BYTES: usize = 128;

impl Batch {
    /// About how many bytes the batch takes.
    pub(super) fn held_bytes(&self) -> usize {
        let refusals = self.refusal_bytes + self.refusals.len() * REFUSAL_BYTES;
        self.bytes + self.observations.len() * OBSERVATION_BYTES + refusals
    }

    /// How many rows the batch has, those that could not be read included.
    pub(super) fn rows(&self) -> u64 {
        self.observations.len() as u64 + self.unreadable
    }
}

/// Cuts a file into batches.
pub(crate) struct Batches {
    rows: ObservationReader,
    rows_max: u64,
}

impl Batches {
    /// Batches of at most `rows_max` rows.
    pub(crate) fn new(rows: ObservationReader, rows_max: u64) -> Self {
        Self { rows, rows_max: rows_max.max(1) }
    }

    /// The next batch, and the error that ended it before it was full; a batch without rows is the last.
    pub(super) fn next_batch(&mut self) -> (Batch, Option<ReadError>) {
        let mut batch = Batch::default();
        while batch.rows() < self.rows_max && batch.bytes < BATCH_BYTES_MAX {
            let row = match self.rows.next_row() {
                Ok(Some(row)) => row,
                Ok(None) => return (batch, None),
                Err(error) => return (batch, Some(error)),
            };
            let first = batch.span.map_or(row.line, |(first, _)| first);
            batch.span = Some((first, row.line));
            match row.observation {
                Ok(observation) => {
                    batch.bytes += observation.encoded_len();
                    batch.lines.push(row.line);
                    batch.observations.push(observation);
                }
                Err(errors) => {
                    batch.unreadable += 1;
                    for refusal in errors.into_iter().map(|error| LineRefusal::of_cell(row.line, error)) {
                        batch.refusal_bytes += refusal.text_bytes();
                        batch.refusals.push(refusal);
                    }
                }
            }
        }
        (batch, None)
    }

    /// How many bytes of the file were read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}
