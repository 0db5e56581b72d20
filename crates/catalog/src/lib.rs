//! What ships with `tenseven`: areas, indicators, frameworks and sample figures, as data.
//!
//! [`Catalog::bundled`] is everything that ships, read and checked. [`parse_framework`] reads anybody's framework; how
//! one is written stands in [`FRAMEWORK_REFERENCE`].
//!
//! *Invariant:* the data is part of the program. Nothing is read from disk, and a catalogue that can be had is whole:
//! every reference in it leads somewhere.
//!
//! Not done here: scoring, storing, and the wire format.

mod areas;
mod catalog;
mod framework;
mod guidance;
mod sample;
mod suggest;

pub mod casualties;

pub use areas::{Area, Areas, AreasError, Group, GroupKind};
pub use catalog::{Catalog, CatalogError, parse_framework};
pub use framework::{FRAMEWORK_REFERENCE, FrameworkTextError, TextFinding, parse_stored_framework};
pub use guidance::{
    GuidanceError, Instrument, Measure, PracticeFileError, PracticeText, read_practice_texts,
    write_practice_texts,
};
pub use sample::Sample;
