//! Templates: observation files without values, to be filled in and pushed, as CSV or as a workbook.
//!
//! *Invariant:* what a template asks for can be pushed once it is filled in; rows that stay blank are passed over.

mod instruction;
mod request;
mod text;
mod workbook;

pub(crate) use request::Template;
pub(crate) use text::write_text;
pub(crate) use workbook::write_workbook;
