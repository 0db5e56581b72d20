//! Where an exploration found a failure, in words and as a path that can be replayed.

use std::fmt::{self, Write as _};

use crate::{choices::PowerCut, operation::Operation, volume::Volume};

/// Operations shown before a crash.
const TAIL: usize = 12;

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Crash {
    /// Killed: what it wrote can be read, but is not durable.
    Kill,
    /// The power was cut, with a choice for each decision.
    PowerCut { granularity: u64, choices: Vec<usize> },
}

/// A crash after a number of operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) point: usize,
    pub(crate) crash: Crash,
}

impl Crash {
    /// The volume that the next process finds.
    pub(crate) fn outcome(&self, volume: &Volume) -> Volume {
        match self {
            Self::Kill => volume.clone(),
            Self::PowerCut { granularity, choices } => PowerCut::new(volume, *granularity).outcome(choices),
        }
    }
}

/// What a check refused, and the crashes that led there.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) seed: u64,
    pub(crate) message: String,
    /// From the last crash to the first.
    crashes: Vec<String>,
    steps: Vec<Step>,
}

impl Failure {
    pub(crate) fn new(seed: u64, message: String) -> Self {
        Self { seed, message, crashes: Vec::new(), steps: Vec::new() }
    }

    /// Adds the crash before those that are noted already. `volume` is what the process had when it crashed.
    pub(crate) fn after(mut self, step: Step, operations: &[Operation], volume: &Volume) -> Self {
        let mut text = format!("crash after operation {} of {}:", step.point, operations.len());
        let first = volume.sequence() - step.point;
        let tail = step.point.saturating_sub(TAIL);
        for (number, operation) in (first + tail + 1..).zip(&operations[tail..step.point]) {
            let _ = write!(
                text,
                "
      #{number} {operation}"
            );
        }
        match &step.crash {
            Crash::Kill => text.push_str("\n    killed: everything written can be read"),
            Crash::PowerCut { granularity, choices } => {
                let cut = PowerCut::new(volume, *granularity).describe(choices);
                let _ = write!(text, "\n    power cut, pieces of {granularity} bytes:{cut}");
            }
        }
        self.crashes.push(text);
        self.steps.push(step);
        self
    }

    /// The crashes from the first to the last.
    pub(crate) fn path(&self) -> String {
        let steps: Vec<String> = self.steps.iter().rev().map(ToString::to_string).collect();
        steps.join(" ")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.message)?;
        for crash in self.crashes.iter().rev() {
            writeln!(formatter, "  {crash}")?;
        }
        write!(formatter, "  seed {}, replay(…, \"{}\")", self.seed, self.path())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.crash {
            Crash::Kill => write!(formatter, "{}:kill", self.point),
            Crash::PowerCut { granularity, choices } => {
                let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
                write!(formatter, "{}:{granularity}:{}", self.point, choices.join(","))
            }
        }
    }
}

impl Step {
    /// Reads what [`Failure::path`] has written.
    pub(crate) fn parse_path(path: &str) -> Vec<Self> {
        path.split_whitespace()
            .map(|step| Self::parse(step).unwrap_or_else(|| panic!("{step} is no step")))
            .collect()
    }

    fn parse(step: &str) -> Option<Self> {
        let (point, crash) = step.split_once(':')?;
        let crash = match crash.split_once(':') {
            None => Crash::Kill,
            Some((granularity, choices)) => {
                let choices = choices.split(',').filter(|choice| !choice.is_empty());
                let choices = choices.map(|choice| choice.parse().ok()).collect::<Option<_>>()?;
                Crash::PowerCut { granularity: granularity.parse().ok()?, choices }
            }
        };
        Some(Self { point: point.parse().ok()?, crash })
    }
}
