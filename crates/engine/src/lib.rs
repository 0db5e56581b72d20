//! Scoring: observations and a framework in, scores with their coverage out.
//!
//! *Invariant:* the engine is a function. The same observations, the same framework and the same geography give the
//! same bits, whatever the order in which the observations arrived or children and areas are listed: sums are rounded once ([`number`]),
//! which numbers are equal is decided by one rule ([`tenseven_model::equality`]), and a [`Board`] brought up to date by [`Plan::rescore`] equals the one that [`Plan::score`] makes from scratch. No NaN and
//! no infinity comes out of any input; where there is no score there is a reason ([`tenseven_model::Gap`]).
//!
//! # Where to start
//!
//! [`Plan`]: made from a framework once, it scores a [`Panel`] of observations into a [`Board`]. A [`Board`] returns a [`Row`] of
//! scores, or an [`Explanation`].
//!
//! The way from observations to scores, one module a stage, each usable alone: [`resolve`] finds the word that counts,
//! [`formula`] computes one from others, [`denominate`] divides it, [`impute`] fills in, [`treat`] draws outliers in, [`transform`]
//! changes the scale, [`normalise`] makes a score of it, [`aggregate`] puts scores together, [`classify`] finds the band,
//! [`ranks`] the rank, and [`report`] makes the target's own figures. [`explain`] leads a score back through all of them, with
//! what each node adds to the whole ([`contribution`]); [`mod@describe`] says what a column looks like, [`coherence`] whether
//! columns go together, [`weights`] how much each node counts, and [`agreement`] whether coders judged alike. [`cost`] states
//! what a framework takes at most, before anything is scored with it.
//!
//! Which areas and periods have an answer is decided in `existence`, from an area's own observations; a [`Board`] has no [`Row`] of others,
//! and `void` makes the answer that says why.
//!
//! Columns run over periods and areas, one a node, of [`Slot`]s that hold a number or the reason for none. Boards share them in
//! chunks, and a chunk in which there is nothing takes no memory. What a score rests on is not kept beside it: a [`Row`] or an [`Explanation`] reads it from the panel when it is asked for.
//!
//! # What is absent
//!
//! I/O, clocks, threads. No observation is judged here: what may be observed is decided by the model and the observatory.
//!
//! # To add a normalisation method
//!
//! 1. Add a variant to `Normalise` in `crates/model/src/framework/normalise.rs`, and follow the compiler through that file and
//!    `crates/model/src/framework/flatten.rs`. Which parameters are valid is in `crates/model/src/framework/fit.rs`, where a method
//!    that is not named is accepted as it is.
//! 2. Give it a name and keys in `crates/catalog/src/framework/schema.rs`, read it in `crates/catalog/src/framework/normalise.rs`, and
//!    describe it in `crates/catalog/FRAMEWORK.md`. `METHODS` in the schema is the one list that the compiler does not check.
//! 3. Write the arithmetic in a file of its own in `crates/engine/src/normalise`, with its source and unit tests, and re-export it in
//!    `crates/engine/src/normalise/mod.rs`.
//! 4. Call it from `crates/engine/src/scoring.rs`, with what it compares with (`Basis`).
//! 5. State what it costs in `crates/engine/src/cost/leaves.rs`, and measure that with a line in
//!    `crates/engine/benches/score/cost.rs`.
//! 6. Draw it in the random frameworks of `crates/engine/tests/it/history.rs` and `crates/engine/tests/it/hostile.rs`, which test that
//!    a board brought up to date equals one from scratch. Compare it with reference figures in
//!    `tests/conformance/coinr/normalise.rs` where there are any.
//! 7. Work its score out again from a printed explanation in `tests/e2e/recomputed.rs`; what that lacks, add to
//!    `crates/engine/src/explain.rs`.
//!
//! # To add an aggregation method
//!
//! 1. Add a variant to `Aggregate` in `crates/model/src/framework/draft.rs`; whether scores of 0 clash with it is in
//!    `crates/model/src/framework/check/clashes.rs`.
//! 2. Name it in `crates/catalog/src/framework/schema.rs`, read its number in `crates/catalog/src/framework/node.rs`, and describe it in
//!    `crates/catalog/FRAMEWORK.md`.
//! 3. Write the arithmetic in `crates/engine/src/aggregate`, and call it from `crates/engine/src/aggregate/by_method.rs`.
//! 4. Say what each part adds to the whole in `crates/engine/src/contribution.rs`.
//! 5. State what it costs in `crates/engine/src/cost/aggregation.rs`, and measure that with a line in
//!    `crates/engine/benches/score/cost.rs`.
//! 6. Draw it in `crates/engine/tests/it/history.rs`; compare it in `tests/conformance/coinr/aggregate.rs`.
//! 7. Work its score out again from a printed explanation in `tests/e2e/recomputed.rs`.
//!
//! # Example
//!
//! Two indicators: whether dual nationality is granted, and deaths on the way, of which fewer are better.
//!
//! ```
//! use std::{collections::HashMap, sync::Arc};
//! use tenseven_engine::{Cell, Geography, Panel, Plan};
//! use tenseven_model::{framework::*, *};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let indicator = |id: &str, kind| -> Result<Indicator, IdError> {
//!     Ok(Indicator {
//!         id: id.parse()?, name: id.to_owned(), description: String::new(), unit: String::new(), kind,
//!         formula: None, breakdown_of: None, roll_up: None, criteria: vec![], measures: vec![], instruments: vec![],
//!     })
//! };
//! let leaf = |id: &str, max_age, direction, transform, normalise| -> Result<Node, IdError> {
//!     let leaf = Leaf {
//!         indicator: id.parse()?, sources: vec![], max_age, not_applicable: vec![], unknown_for: vec![], denominator: None, impute: None, direction, treat: None, transform,
//!         normalise,
//!     };
//!     Ok(Node {
//!         id: id.parse()?, name: id.to_owned(), parent: Some("overall".parse()?), weight: 1.0, counts: true, precision: None,
//!         body: NodeBody::Leaf(leaf),
//!     })
//! };
//! let root = Node {
//!     id: "overall".parse()?, name: "Overall".to_owned(), parent: None, weight: 1.0, counts: true, precision: None,
//!     body: NodeBody::Branch(Branch::default()),
//! };
//! let posts = Normalise::Goalposts {
//!     lower: 0.0, upper: 9_999.0, scale: 100.0, clip: true, reason: "four powers of ten".to_owned(),
//! };
//! let framework = FrameworkDraft {
//!     id: "example".parse()?, version: "1.0.0".parse()?, title: "Example".to_owned(),
//!     description: String::new(), source: String::new(), frequency: Frequency::Annual, ranking: false,
//!     reference: Reference::World, precision: None, bands: vec![], bands_closed: BandsClosed::Below, groups: vec![], criteria: vec![], roots: vec![],
//!     indicators: vec![indicator("dual-nationality", IndicatorKind::Flag)?, indicator("deaths", IndicatorKind::Count)?],
//!     nodes: vec![
//!         root,
//!         leaf("dual-nationality", 5, Direction::HigherIsBetter, Transform::Identity, Normalise::Levels(vec![0.0, 100.0]))?,
//!         leaf("deaths", 0, Direction::LowerIsBetter, Transform::Log1p, posts)?,
//!     ],
//!     report: vec![],
//! }
//! .check()?;
//!
//! let key = |indicator: &str, period: &str| -> Result<ObservationKey, Box<dyn std::error::Error>> {
//!     Ok(ObservationKey {
//!         indicator: indicator.parse()?, area: "MAR".parse()?, source: "example".parse()?, period: period.parse()?,
//!     })
//! };
//! let cell = |value, revision| Cell { value, status: ObservationStatus::Normal, revision: Revision::new(revision), notes: None };
//! let mut panel = Panel::new();
//! panel.set(&key("dual-nationality", "2019")?, cell(Value::Flag(true), 1));
//! panel.set(&key("deaths", "2020")?, cell(Value::Number(Number::try_from(99.0)?), 2));
//!
//! let morocco: Alpha3 = "MAR".parse()?;
//! let geography = Geography::new([morocco], HashMap::new());
//! let plan = Plan::new(Arc::new(framework));
//! let board = plan.score(&panel, &geography);
//!
//! // 2020: the policy is carried from 2019 and worth 100; log(1 + 99) is half of log(1 + 9999), so deaths are worth 50.
//! let row = board.row("2020".parse()?, morocco).ok_or("no row")?;
//! assert_eq!(row.nodes[0].outcome, Ok(75.0));
//! assert_eq!((row.nodes[0].coverage.to_string(), row.nodes[0].carried), ("2/2".to_owned(), 1));
//!
//! // A correction, and only what it touches is scored again.
//! let corrected = key("deaths", "2020")?;
//! panel.set(&corrected, cell(Value::Number(Number::try_from(0.0)?), 3));
//! let board = plan.rescore(&board, &panel, &geography, &[corrected]);
//! assert_eq!(board.row("2020".parse()?, morocco).ok_or("no row")?.nodes[0].outcome, Ok(100.0));
//! # Ok(())
//! # }
//! ```

pub mod aggregate;
pub mod agreement;
pub mod board;
pub mod classify;
pub mod coherence;
pub mod column;
pub mod contribution;
pub mod cost;
pub mod denominate;
pub mod describe;
pub mod difference;
pub mod explain;
pub mod formula;
pub mod geography;
pub mod impute;
pub mod like_for_like;
pub mod normalise;
pub mod number;
pub mod others;
pub mod panel;
pub mod plan;
pub mod ranks;
pub mod reads;
pub mod report;
pub mod resolve;
pub mod row;
pub mod slot;
pub mod transform;
pub mod treat;
pub mod weights;

mod answer;
mod axis;
mod bases;
mod bearing;
mod branch;
mod chunked;
mod computed;
mod descent;
mod existence;
mod extent;
mod leaf;
mod pending;
mod reading;
mod score;
mod scoring;
mod settle;
mod spans;
mod trace;
mod update;
mod void;

pub use board::Board;
pub use column::Column;
pub use cost::{BoardSize, Cost};
pub use difference::NodeChange;
pub use explain::Explanation;
pub use geography::Geography;
pub use like_for_like::CoverageChange;
pub use panel::{Cell, CellRef, Cells, Panel, Series, Sourced, Timeline};
pub use plan::Plan;
pub use report::ClauseResult;
pub use row::{CriterionScore, LeafCell, NodeScore, Row};
pub use score::Progress;
pub use slot::{Slot, Slots};
