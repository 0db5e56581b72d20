//! Which operations fail, and which syncs are left out.

use rustix::io::Errno;

use crate::operation::Operation;

/// Names operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selector {
    /// By ordinal on this disk, from 0: of all operations where they fail, of all syncs where they are skipped.
    Nth(usize),
    /// By [`Operation::label`].
    Label(String),
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    failing: Vec<(Selector, Errno)>,
    skipped: Vec<Selector>,
    operations: usize,
    /// Labels of the syncs that were asked for, those that were skipped included.
    syncs: Vec<String>,
}

/// What becomes of an operation.
pub(crate) enum Verdict {
    Proceed,
    Skip,
    Fail(Errno),
}

impl Faults {
    /// The faults of the next process on the disk: those that do not depend on a count.
    pub(crate) fn inherited(&self) -> Self {
        let lasting = |selector: &&Selector| matches!(selector, Selector::Label(_));
        Self { skipped: self.skipped.iter().filter(lasting).cloned().collect(), ..Self::default() }
    }

    pub(crate) fn fail(&mut self, selector: Selector, error: Errno) {
        self.failing.push((selector, error));
    }

    pub(crate) fn skip(&mut self, selector: Selector) {
        self.skipped.push(selector);
    }

    pub(crate) fn syncs(&self) -> &[String] {
        &self.syncs
    }

    pub(crate) fn judge(&mut self, operation: &Operation) -> Verdict {
        let label = operation.label();
        let selects = |selector: &Selector, ordinal: usize| match selector {
            Selector::Nth(nth) => *nth == ordinal,
            Selector::Label(selected) => *selected == label,
        };
        let (ordinal, sync_ordinal) = (self.operations, self.syncs.len());
        let failure = self.failing.iter().find(|(selector, _)| selects(selector, ordinal));
        let is_skipped = self.skipped.iter().any(|selector| selects(selector, sync_ordinal));
        self.operations += 1;
        let verdict = match failure {
            Some((_, error)) => Verdict::Fail(*error),
            None if operation.is_sync() && is_skipped => Verdict::Skip,
            None => Verdict::Proceed,
        };
        if operation.is_sync() {
            self.syncs.push(label);
        }
        verdict
    }
}
