//! Steps: the progress of a publication, for its followers.
//!
//! *Invariant:* a follower delays nothing: only the newest progress is kept. The last step is always delivered.

use tenseven_model::Revision;
use tenseven_state::frameworks::PublicationReceipt;
use tokio::sync::watch;

use crate::{PublicationAborted, PublishError};

/// What a publication is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationStage {
    /// The registry is scored as it was when it began.
    Scoring,
    /// What was pushed meanwhile is added.
    CatchingUp,
    /// It waits for the writer and the disk.
    Storing,
}

/// How far a publication is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicationProgress {
    /// What it is at.
    pub stage: PublicationStage,
    /// Cells worked on so far.
    pub done: u64,
    /// Cells to be worked on; 0 before that is known.
    pub of: u64,
    /// What is in the scores: everything up to this revision.
    pub revision: Revision,
}

impl PublicationProgress {
    /// How much of the scoring is done, from 0 to 1.
    pub fn fraction(&self) -> f64 {
        match self.stage {
            PublicationStage::Scoring if self.of == 0 => 0.0,
            PublicationStage::Scoring => self.done as f64 / self.of as f64,
            PublicationStage::CatchingUp | PublicationStage::Storing => 1.0,
        }
    }
}

/// One step of a publication.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicationStep {
    /// The text is read and held against the registry.
    Reading,
    /// The registry is scored.
    Working(PublicationProgress),
    /// It is published, or refused; nothing follows.
    Ended(Result<PublicationReceipt, PublishError>),
}

/// A publication as somebody follows it. Dropping it ends nothing.
#[derive(Debug)]
pub struct Publication {
    steps: watch::Receiver<PublicationStep>,
    is_over: bool,
}

impl Publication {
    pub(crate) fn of(steps: &watch::Receiver<PublicationStep>) -> Self {
        let mut steps = steps.clone();
        // So that late followers receive the current step.
        steps.mark_changed();
        Self { steps, is_over: false }
    }

    /// The next step after [`PublicationStep::Reading`]; none after the last.
    pub async fn next(&mut self) -> Option<PublicationStep> {
        while !self.is_over {
            let step = match self.steps.changed().await {
                Ok(()) => self.steps.borrow_and_update().clone(),
                Err(_) => PublicationStep::Ended(Err(PublicationAborted.into())),
            };
            self.is_over = matches!(step, PublicationStep::Ended(_));
            if step != PublicationStep::Reading {
                return Some(step);
            }
        }
        None
    }

    /// How it ends.
    pub async fn ended(&mut self) -> Result<PublicationReceipt, PublishError> {
        while let Some(step) = self.next().await {
            if let PublicationStep::Ended(answer) = step {
                return answer;
            }
        }
        Err(PublicationAborted.into())
    }
}
