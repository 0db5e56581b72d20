//! Comparisons of numbers with a fraction, found in source code without knowing types.
//!
//! An expression is taken for such a number if it is written as one, is a field, a parameter or a variable that is declared or made as
//! one, is what a function of the workspace returns as one, or is arithmetic on one. One such side makes a comparison a finding, unless
//! the other is written out as a number: then it is a question of what is defined, as the logarithm above 0, and not of rank.

mod declared;
mod finder;
mod tests;

pub(crate) use declared::Declared;
pub(crate) use finder::findings;
