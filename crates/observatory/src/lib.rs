//! The application: everything that a partner can do, without a socket.
//!
//! *Invariants:*
//! - Durable before acked: [`Observatory::push`] answers, and a [`View`] shows a change, only once the bytes behind
//!   it are flushed.
//! - One writer. What waits while a flush runs goes out with the next one.
//! - The state is a fold over the journal and never changes once it is published; readers never wait for the writer.
//! - The same question about the same revision has the same answer, bit for bit, for ever.
//!
//! This crate knows no gRPC, reads no environment, and takes the time from the one [`Clock`].

mod approximate_size;
mod assessing;
mod blindness;
mod bundled;
mod checkpoint;
mod clock;
mod copy;
mod guarded;
mod history;
mod intake;
mod keeper;
mod known_submissions;
mod limits;
mod observatory;
mod open_error;
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
mod score_watch;
mod shared;
mod snapshot;
mod submission;
mod submission_error;
mod submitting;
mod tail;
pub mod upkeep;
mod view;
mod watch;
mod withdrawing;
mod writer;

pub use blindness::Viewer;
pub use clock::{Clock, SystemClock};
pub use copy::{Copy, CopyError, RegistryStatus};
pub use limits::Limits;
pub use observatory::Observatory;
pub use open_error::OpenError;
pub use page::{Cursor, QueryFingerprint};
pub use position::{Position, ReadAt, WatchStart};
pub use practices::{
    InstrumentUse, MeasureUse, PracticeFilter, PracticeHit, PracticePage, PracticeVersionPage,
    RecordedPractice, ReferencePage, SearchPage, SearchQuery, SearchQueryError, SnippetPart,
};
pub use publication::{Publication, PublicationProgress, PublicationStage, PublicationStep};
pub use query::{
    AdjudicationPage, Agreement, AgreementSelection, CodingFilter, CodingPage, Coefficient, ComparedColumn,
    Comparison, ComparisonSelection, Difference, FrameworkPage, IndicatorPage, IndicatorUse, NoAgreement,
    ObservationFilter, ObservationPage, QueryError, READ_OBSERVATIONS_MAX, RankSelection, Ranking,
    RecordedCoding, ScoreExplanation, ScorePage, ScoreSelection, ScoreTree, ShelvedFramework, Source,
    Standing, Statistic, TargetReport, Trend, TrendPoint, TrendSelection, UnitFilter, Validation,
    VersionPage,
};
pub use recorded::{Recorded, RecordedVersion};
pub use records::unreadable;
pub use score_watch::{ScoreChange, ScoreNews, ScoreWatch, ScoreWatchSelection};
pub use submission_error::{
    AdjudicateError, Closing, IdReused, JournalFailed, JournalFull, PublicationDied, PublicationUnderWay,
    PublishError, PushError, QueueFull, SubmissionError, SubmitCodingError, Unreadable, WithdrawError,
    WriteError, WritePracticeError,
};
pub use submitting::Submitted;
/// The types of the state that this crate's methods take and return.
pub use tenseven_state::{
    FoldError, Preview, Receipt, UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator,
    UnknownInstrument, UnknownMeasure, UnknownNode, UnknownPractice, World,
    codings::{
        AdjudicateCodings, AdjudicationRejection, CODERS_MAX, CitedCoding, CodingFault, CodingFaults,
        CodingProblem, CodingReceipt, CodingRejection, Contribution, NotAdjudicable, RecordedAdjudication,
        RoundFull,
    },
    frameworks::{Aspect, Clash, DefinitionError, PublicationReceipt, Published, Unpublishable},
    observations::{
        Fault, Problem, PushRejection, WithdrawalFault, WithdrawalPreview, WithdrawalProblem,
        WithdrawalReceipt, WithdrawalRejection,
    },
    practices::{
        PracticeNameFault, PracticeNameProblem, PracticeRejection, PracticeRevised, TooManyPractices,
        WritePractice,
    },
};
pub use view::View;
pub use watch::{Change, ChangeFilter, Changed};
