//! What ships with `tenseven`: areas, indicators, frameworks and sample figures, as data.
//!
//! *Invariant:* the data is part of the program. Nothing is read from disk, and a catalogue that loads is whole:
//! every reference in it leads somewhere.
//!
//! # Where to start
//!
//! [`Catalog`]: [`Catalog::bundled`] is everything that ships, read and checked. [`parse_framework`] reads anybody's framework;
//! [`FRAMEWORK_REFERENCE`] describes how one is written.
//!
//! # What is absent
//!
//! Scoring, storage, and the wire format. What makes a framework valid is decided in `tenseven-model`; here is only how it is
//! written.
//!
//! # To add a bundled framework
//!
//! 1. Write it as a `.toml` file in `crates/catalog/data/frameworks`; `tenseven framework validate` lists what is wrong with it. Add its
//!    source and licence to `crates/catalog/data/README.md`.
//! 2. Add the file to `FRAMEWORKS` in `crates/catalog/src/catalog.rs`. It is published when a server starts.
//! 3. State what it is in a test in `crates/catalog/src/catalog/tests.rs`.
//! 4. What ships is published into every registry, so numbers of revisions change: renew `tests/golden/expected` and
//!    `tests/golden/conversations` with `GOLDEN=write cargo test -p tenseven-tests --test golden`, and read the difference.
//!
//! # To add a new version of a bundled framework
//!
//! A published version never changes. Copy its file to one that is named after its version, as
//! `crates/catalog/data/frameworks/target-10-7-1.0.0.toml`, and list that in its place in `FRAMEWORKS`. Edit the file, raise its
//! `version`, and add it to `FRAMEWORKS` last.
//!
//! # To add a sample
//!
//! 1. Add the file to `crates/catalog/data/samples`: a title, source and licence in comments at the top, then CSV as `tenseven push`
//!    reads it. Add it to `crates/catalog/data/README.md`.
//! 2. Add it to `FILES` in `crates/catalog/src/sample.rs`.

mod areas;
mod catalog;
mod folding;
mod framework;
mod guidance;
mod sample;
mod suggest;

pub mod casualties;

pub use areas::{Area, AreaSearch, Areas, AreasError, Findable, Group, GroupKind, Translations};
pub use catalog::{Catalog, CatalogError, parse_framework};
pub use folding::{folded, is_mark};
pub use framework::{FRAMEWORK_REFERENCE, FrameworkTextError, TextFinding, parse_stored_framework};
pub use guidance::{
    GuidanceError, Instrument, Measure, PracticeFileError, PracticeText, read_practice_texts,
    write_practice_texts,
};
pub use sample::Sample;
