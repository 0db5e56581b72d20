//! Why a coefficient is not defined.

/// Why a coefficient of agreement is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// No unit was judged twice.
    #[error("no unit was judged by two coders; let coders judge the same units")]
    NoPair,
    /// All judgements are the same, so that chance would agree as well.
    #[error("all judgements are the same, so agreement cannot be told from chance; judge units that differ")]
    NoVariation,
    /// A table is not square, or its rows are not all judged by the same number of coders.
    #[error(
        "the rows of the table do not match; give each the same categories and the same number of coders"
    )]
    Uneven,
    /// A number is not finite, or below 0 on a ratio scale or in a table of counts.
    #[error("a judgement is not finite, or below 0 where only numbers from 0 have a meaning")]
    OutOfRange,
}
