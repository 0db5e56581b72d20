//! Stage 4, treat: outliers drawn in, or the whole column on another scale, where its shape asks for it.
//!
//! The rule is that of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008) as the JRC's competence
//! centre applies it and the R package COINr 1.1.14 implements it: a column passes while its skewness or its kurtosis
//! is small; otherwise a few points are winsorised; and if that does not do, the original column is transformed.
//!
//! *Invariant:* a column that passes, or that has too few numbers to have a shape, is left as it is to the last bit,
//! and the [`Report`] says which of the two; gaps stay.

mod outliers;
mod scale;
mod shape;
mod winsorise;

pub use outliers::{Report, treat};
pub use scale::{box_cox_shifted, log_either, log_shifted};
pub use shape::Shape;
pub use winsorise::{Drawn, winsorise};
