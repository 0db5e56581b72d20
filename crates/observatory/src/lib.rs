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

mod assessment;
mod blindness;
mod checkpoint;
mod clock;
mod copy;
mod digest;
mod fingerprint;
mod guarded;
mod intake;
mod keeper;
mod limits;
mod observatory;
mod page;
mod past;
mod position;
mod practices;
mod publication;
mod query;
mod queue;
mod recent;
mod recorded;
mod records;
mod rules;
mod score_watch;
mod shared;
mod shelf;
mod state;
mod submission;
mod unknown;
pub mod upkeep;
mod view;
mod watch;
mod withdrawing;
mod withdrawn;
mod world;
mod writer;

pub use assessment::{
    AdjudicationRequest, CODERS_MAX, CitedCoding, CodingFault, CodingProblem, CodingReceipt, Contribution,
    NotAdjudicable, RecordedAdjudication, RoundFull,
};
pub use blindness::Viewer;
pub use clock::{Clock, SystemClock};
pub use copy::{Copy, CopyError, RegistryStatus};
pub use limits::Limits;
pub use observatory::{Observatory, OpenError, Submitted};
pub use page::{Cursor, QueryFingerprint};
pub use position::{Position, ReadAt, WatchStart};
pub use practices::{
    InstrumentUse, MeasureUse, PracticeFilter, PracticeHit, PracticeNameFault, PracticeNameProblem,
    PracticePage, PracticeVersionPage, PracticeWrite, RecordedPractice, ReferencePage, SearchPage,
    SearchQuery, SearchQueryError, SnippetPart,
};
pub use publication::{
    Aspect, Clash, Publication, PublicationProgress, PublicationReceipt, PublicationStage, PublicationStep,
    Unpublishable,
};
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
pub use rules::{Fault, Problem};
pub use score_watch::{ScoreChange, ScoreNews, ScoreWatch, ScoreWatchSelection};
pub use shelf::Published;
pub use state::{FoldError, Preview, Receipt};
pub use submission::SubmitError;
pub use unknown::{
    UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator, UnknownInstrument, UnknownMeasure,
    UnknownNode, UnknownPractice,
};
pub use view::View;
pub use watch::{Change, ChangeFilter, Changed};
pub use withdrawing::{WithdrawalFault, WithdrawalPreview, WithdrawalProblem, WithdrawalReceipt};
pub use world::World;
