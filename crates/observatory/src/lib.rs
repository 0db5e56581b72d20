//! The application: everything that a partner can do, without a socket.
//!
//! *Invariants:*
//! - Durable before acked: [`Observatory::submit_changes`] answers, and a [`View`] shows a change, only once the bytes behind
//!   it are flushed.
//! - One writer. What waits while a flush runs goes out with the next one.
//! - The state is a fold over the journal and never changes once it is published; readers never wait for the writer.
//! - The same question about the same revision has the same answer, bit for bit, for ever.
//!
//! # Where to start
//!
//! [`Observatory`]: opened on a journal, it accepts submissions and opens a [`View`] of a moment, which answers every question about
//! it. Methods of both are in the files of their subjects: writes in `crates/observatory/src/submitting.rs`,
//! `crates/observatory/src/changing.rs`, `crates/observatory/src/access.rs`, `crates/observatory/src/assessing.rs`, `crates/observatory/src/publishing.rs` and
//! `crates/observatory/src/retiring.rs`, questions
//! in `crates/observatory/src/query` and `crates/observatory/src/practices`.
//!
//! What a write passes through, in order: `crates/observatory/src/intake.rs` is the queue, the three stages of
//! `crates/observatory/src/writer` decide, append and publish, `crates/observatory/src/snapshot.rs` is what is published. The writer and the readers share
//! `crates/observatory/src/shared.rs`. Those who follow the journal, `crates/observatory/src/watch.rs` and
//! `crates/observatory/src/score_watch`, read its tail (`crates/observatory/src/tail.rs`).
//!
//! # What is absent
//!
//! gRPC, sled, and the environment. Rules: what is accepted is decided in `tenseven-state`. The time comes from the one [`Clock`].
//!
//! # To add a query
//!
//! 1. Write a method of [`View`] in a file of its own in `crates/observatory/src/query`. `crates/observatory/src/query/trend.rs` is
//!    one with pages, `crates/observatory/src/query/report.rs` one without.
//! 2. Give it an error of its own in that file, composed of small structs, and list these in `crates/server/src/status/query.rs`. A struct that
//!    is new has its status there, too.
//! 3. Re-export its types in `crates/observatory/src/query/mod.rs` and `crates/observatory/src/lib.rs`.
//! 4. Test in `crates/observatory/tests/reads.rs` that it shows what the others show. The rest of the way is the recipe for an RPC
//!    in `crates/server/src/lib.rs`.
//!
//! # To add a write
//!
//! 1. Write its command; the recipe is in `crates/state/src/lib.rs`.
//! 2. Give the operation an error in `crates/observatory/src/submission_error.rs`.
//! 3. Write the method of [`Observatory`] that submits it, and its preview, as `crates/observatory/src/retiring.rs` does.
//! 4. If its event is new, state in `crates/observatory/src/snapshot.rs` which scores it changes, store in
//!    `crates/observatory/src/checkpoint` what a checkpoint holds of it, and count its bytes in `crates/observatory/src/recent.rs`.
//! 5. Test what it promises in a file of its own, as `crates/observatory/tests/retiring.rs` does.
//!
//! # To add a limit
//!
//! Add the field with its default to [`Limits`] in `crates/observatory/src/limits.rs`, and return an error with the limit where it is
//! reached. One that rules check is in `crates/state/src/rules.rs`. Its setting is the recipe in `crates/server/src/lib.rs`.

mod accepted;
mod access;
mod approximate_size;
mod assessing;
mod attributed;
mod attribution;
mod audit;
mod backup;
mod blindness;
mod bundled;
mod changing;
mod checkpoint;
mod checkpointer;
mod clock;
mod guarded_journal;
mod history;
mod intake;
mod known_submissions;
mod limits;
mod merging;
mod moments;
mod observatory;
mod open_error;
mod opened;
mod page;
mod past;
mod position;
mod practices;
mod publication;
mod publishing;
mod query;
mod queue;
mod recent;
mod recorded;
mod records;
mod replay;
mod retiring;
mod score_watch;
mod shared;
#[cfg(test)]
mod simulation;
mod snapshot;
mod submission;
mod submission_error;
mod submitting;
mod tail;
pub mod upkeep;
mod view;
mod view_error;
mod watch;
mod write_failure;
mod writer;

pub use access::ChangeAccess;
pub use attributed::Attributed;
pub use attribution::Attribution;
pub use audit::{AcceptedChange, AcceptedChanges, ChangeKind};
pub use backup::{BackupRecords, BackupStartError, RegistryStatus};
pub use blindness::Viewer;
pub use changing::Submitted;
pub use clock::{Clock, SystemClock};
pub use limits::Limits;
pub use observatory::Observatory;
pub use open_error::OpenError;
pub use page::{Cursor, InvalidPageToken, QueryFingerprint};
pub use position::{Position, WatchStart};
pub use practices::{
    InstrumentUse, ListPracticesError, MeasureUse, PracticeHit, PracticeLookupError, PracticePage,
    PracticeSelectionError, PracticeVersionPage, PracticeVersionsError, RecordedPractice, ReferencePage,
    SearchPage, SearchPracticesError, SearchQuery, SearchQueryError, SnippetPart,
};
pub use publication::{Publication, PublicationProgress, PublicationStage, PublicationStep};
pub use query::{
    AdjudicationLookupError, AdjudicationPage, Agreement, AgreementQueryError, AreaPage, CodingPage,
    Coefficient, ComparedColumn, Comparison, ComparisonError, CountryError, Difference, DifferenceError,
    ExplanationError, FoundFramework, FrameworkPage, IndicatorPage, IndicatorUse, InvalidSource,
    ListAreasError, ListScoresError, ListedArea, ListedVersion, ListingError, NoAdjudication, NoAgreement,
    NoObservation, NoRubric, ObservationLookupError, ObservationPage, PartnerPage, READ_OBSERVATIONS_MAX,
    RankedArea, Ranking, RankingDisabled, RanksError, RecordedCoding, ScoreExplanation, ScorePage, ScoreTree,
    ScoresError, Statistic, TargetReport, TargetReportError, TooMany, Trend, TrendError, TrendPoint,
    UnknownNodes, Validation, VersionPage, VersionsError, WrongFrequency,
};
pub use recorded::{Recorded, RecordedVersion};
pub use records::unreadable;
pub use score_watch::{
    ScoreChange, ScoreChanges, ScoreWatch, ScoreWatchError, WatchScoresError, WatchedScores,
};
pub use snapshot::NotScored;
pub use submission_error::{
    AccessError, AdjudicateError, ChangesError, Closing, IdReused, JournalFailed, JournalFull, Overtaken,
    PublicationAborted, PublicationUnderWay, PublishError, QueueFull, RetireFrameworkError, SubmissionError,
    SubmitCodingError, Unreadable, WriteError, WritePracticeError,
};
/// The types of the state that this crate's methods take and return.
pub use tenseven_state::{
    AreaSelectionError, Preview, Receipt, UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator,
    UnknownInstrument, UnknownMeasure, UnknownNode, UnknownPractice, World,
    access::{
        AccessRejection, AddGrant, Author, CredentialError, GrantExists, Grants, IssueKey, KEYS_MAX,
        KeyIdTaken, LastAdmin, MissingGrant, NotGranted, OutsideGrants, PutPartner, RevokeGrant, RevokeKey,
        StoredGrant, StoredKey, StoredPartner, TooManyOfPartner, UnknownGrant, UnknownKey, UnknownPartner,
    },
    codings::{
        AdjudicateCodings, AdjudicationRejection, CODERS_MAX, CitedCoding, CodingFault, CodingFaults,
        CodingProblem, CodingReceipt, CodingRejection, Contribution, NotAdjudicable, RecordedAdjudication,
        RoundFull,
    },
    frameworks::{
        Aspect, Budget, BudgetLimits, Clash, DefinitionError, DefinitionTooLong, Figure, FrameworkCost,
        FrameworkLookupError, Limited, NoSuccessor, OverBudget, PartFigure, Planned, PublicationReceipt,
        Published, Retired, RetiredFramework, RetirementReceipt, RetirementRejection, StoredVersion,
        TooManyPeriods, Unpublishable, UnreadableVersion,
    },
    observations::{Change, ChangeFaults, Fault, Problem, Remedy},
    practices::{
        PracticeNameFault, PracticeNameProblem, PracticeRejection, PracticeRevised, TooManyPractices,
        WritePractice,
    },
};
pub use view::View;
pub use view_error::{
    BeforeFirst, Compacted, NoSuchMoment, NoSuchRevision, RevisionError, RevisionNotReached, StampedAhead,
    UnsettledMoment, ViewError, WatchStartError, WrongHistory,
};
pub use watch::{ChangeFilter, Changed, RevisionChanges};
pub use write_failure::WriteFailure;
