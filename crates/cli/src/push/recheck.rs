//! Rechecking: a refusal that lists only some of its violations is filled up by checking the batch in small pieces.
//!
//! *Invariant:* every violation that the server counted is either listed with its line or counted as unlisted. Nothing is stored: pieces
//! are only checked.

use std::{collections::HashSet, ops::Range};

use tenseven_client::{ClientError, Refusal, v1};
use uuid::Uuid;

use super::{Registry, refusal::LineRefusal, submission_id};

/// Observations in a piece; all that can be wrong with so few mostly fits into one answer.
const PIECE_LENGTH: usize = 20;

/// A batch that was refused.
pub(super) struct Refused<'a> {
    /// What was sent.
    pub(super) observations: &'a [v1::Observation],
    /// Their lines, in order.
    pub(super) lines: &'a [u64],
    /// The lines that the first and the last row of the batch begin on.
    pub(super) span: (u64, u64),
    /// The nonce of the session.
    pub(super) nonce: Option<Uuid>,
}

/// The violations of one or more refusals.
#[derive(Default)]
struct Gathered {
    listed: Vec<LineRefusal>,
    known: HashSet<LineRefusal>,
}

impl Gathered {
    fn add(&mut self, refusals: Vec<LineRefusal>) {
        for refusal in refusals {
            if self.known.insert(refusal.clone()) {
                self.listed.push(refusal);
            }
        }
    }
}

impl Refused<'_> {
    /// Everything that is wrong with the batch, and how many violations the server counted beyond that.
    pub(super) async fn all_that_is_wrong(
        &self,
        refusal: &Refusal,
        registry: &impl Registry,
    ) -> anyhow::Result<(Vec<LineRefusal>, usize)> {
        let listed = LineRefusal::of_server(refusal, self.lines, self.span);
        let count = violation_count(refusal);
        if count <= refusal.violations.len() {
            return Ok((listed, 0));
        }
        let mut gathered = Gathered::default();
        gathered.add(listed);
        let mut pieces = self.pieces();
        while let Some(piece) = pieces.pop() {
            if gathered.listed.len() >= count {
                break;
            }
            let observations = &self.observations[piece.clone()];
            let id = submission_id(observations, self.nonce)?;
            match registry.check(id, observations).await {
                Ok(_) => {}
                Err(ClientError::Refused(refusal)) if !refusal.violations.is_empty() => {
                    let truncated = violation_count(&refusal) > refusal.violations.len();
                    if truncated && piece.len() > 1 {
                        pieces.extend(cut(piece.clone(), 1));
                    }
                    gathered.add(LineRefusal::of_server(&refusal, &self.lines[piece], self.span));
                }
                // The batch is refused in any case; the next batch reports a failure of the server.
                Err(_) => break,
            }
        }
        let unlisted = count.saturating_sub(gathered.listed.len());
        Ok((gathered.listed, unlisted))
    }

    /// The pieces to check, the first one last.
    fn pieces(&self) -> Vec<Range<usize>> {
        match self.observations.len() {
            0 | 1 => Vec::new(),
            // One piece would be the batch again.
            length @ 2..=PIECE_LENGTH => cut(0..length, 1),
            length => cut(0..length, PIECE_LENGTH),
        }
    }
}

/// `whole` in pieces of `length`, the first one last.
fn cut(whole: Range<usize>, length: usize) -> Vec<Range<usize>> {
    whole.clone().step_by(length).map(|start| start..whole.end.min(start + length)).rev().collect()
}

/// How many violations the server found, listed or not; 0 if it is not stated.
fn violation_count(refusal: &Refusal) -> usize {
    refusal.metadata.get("violation_count").and_then(|count| count.parse().ok()).unwrap_or_default()
}
