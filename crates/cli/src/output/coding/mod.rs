//! Codings, agreement of coders, and adjudications.

mod adjudication;
mod agreement;
mod filed;
mod list;
mod parts;

pub(crate) use adjudication::AdjudicationView;
pub(crate) use agreement::AgreementView;
pub(crate) use filed::{FiledRow, FiledRows};
pub(crate) use list::CodingList;
