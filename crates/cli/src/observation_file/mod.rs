//! Observation files: tables in, row by row with line numbers, and CSV out again.
//!
//! A file has a header and one observation a row:
//!
//! ```text
//! indicator,area,period,source,value,numerator,denominator,level,flag,missing,status,comment,method,citation,url,quote
//! ```
//!
//! `indicator`, `area` and `period` and at least one way to give a value must be there; the other columns may be left
//! out, and the order is free. Exactly one of `value`, `numerator` with `denominator`, `level`, `flag` (true, false) and
//! `missing` (`not_applicable`, `not_collected`, `confidential`, `not_available`) is filled in a row. Further pieces of
//! evidence are in `citation_2`, `url_2`, `quote_2` and so on up to 16. Lines that begin with `#` are comments. How files
//! of other programs are read is described in `table_file`.
//!
//! *Invariant:* what [`mod@write`] writes, [`ObservationReader`] reads back as the same observations. Memory does not grow
//! with a text, but for its keys: a key occurs once in a file.

mod column;
mod keys;
mod reader;
mod row;
pub(crate) mod write;

#[cfg(test)]
mod tests;

pub(crate) use column::{column_names, column_of};
pub(crate) use reader::ObservationReader;
