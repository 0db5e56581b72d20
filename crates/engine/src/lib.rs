//! Scoring: observations and a framework in, scores with their coverage out.
//!
//! *Invariant:* the engine is a function. The same observations, the same framework and the same geography give the
//! same bits, whatever the order in which the observations arrived: sums run in the framework's order, and a
//! [`Board`] brought up to date by [`Plan::rescore`] equals the one that [`Plan::score`] makes from scratch. No NaN and
//! no infinity comes out of any input; where there is no score there is a reason ([`tenseven_model::Gap`]).
//!
//! This crate does no I/O, reads no clock, starts no thread and judges no observation: what may be observed is the
//! model's and the observatory's question.
//!
//! The way from observations to scores, one module a stage, each usable alone: [`resolve`] finds the word that counts,
//! [`formula`] computes one from others, [`denominate`] divides it, [`impute`] fills in, [`treat`] draws outliers in, [`transform`]
//! changes the scale, [`normalise`] makes a score of it, [`aggregate`] puts scores together, [`classify`] finds the band,
//! [`ranks`] the rank, and [`report`] makes the target's own figures. [`explain`] leads a score back through all of them, with
//! what each node adds to the whole ([`contribution`]); [`mod@describe`] says what a column looks like, [`coherence`] whether
//! columns go together, [`weights`] how much each node counts, and [`agreement`] whether coders judged alike.
//!
//! Columns are dense over periods and areas, one a node, of [`Slot`]s that hold a number or the reason for none. What a
//! score rests on is not kept beside it: a [`Row`] or an [`Explanation`] reads it from the panel when it is asked for.
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
//!         indicator: id.parse()?, sources: vec![], max_age, not_applicable: vec![], denominator: None, impute: None, direction, treat: None, transform,
//!         normalise,
//!     };
//!     Ok(Node {
//!         id: id.parse()?, name: id.to_owned(), parent: Some("overall".parse()?), weight: 1.0,
//!         body: NodeBody::Leaf(leaf),
//!     })
//! };
//! let root = Node {
//!     id: "overall".parse()?, name: "Overall".to_owned(), parent: None, weight: 1.0,
//!     body: NodeBody::Branch(Branch::default()),
//! };
//! let posts = Normalise::Goalposts {
//!     lower: 0.0, upper: 9_999.0, scale: 100.0, clip: true, reason: "four powers of ten".to_owned(),
//! };
//! let framework = FrameworkDraft {
//!     id: "example".parse()?, version: "1.0.0".parse()?, title: "Example".to_owned(),
//!     description: String::new(), source: String::new(), frequency: Frequency::Annual, ranking: false,
//!     reference: Reference::World, bands: vec![], groups: vec![], criteria: vec![],
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
pub mod denominate;
pub mod describe;
pub mod difference;
pub mod explain;
pub mod formula;
pub mod geography;
pub mod impute;
pub mod normalise;
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

mod axis;
mod branch;
mod leaf;
mod pending;
mod reading;
mod score;
mod scoring;
mod settle;
mod spans;
mod trace;
mod update;

pub use board::Board;
pub use column::Column;
pub use difference::NodeChange;
pub use explain::Explanation;
pub use geography::Geography;
pub use panel::{Cell, CellRef, Cells, Panel, Series, Sourced, Timeline};
pub use plan::Plan;
pub use report::ClauseResult;
pub use row::{CriterionScore, LeafCell, NodeScore, Row};
pub use score::Progress;
pub use slot::{Slot, Slots};
