//! Stage 6, normalise: how a (transformed) value becomes a score.
//!
//! The formulas are those of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008), section 5, and, for
//! distances to a reference area and the three kinds of ranks, of the R package COINr 1.1.14 (Becker and others 2022),
//! whose defects are not copied. The direction is applied before anything is compared.
//!
//! *Invariant:* each place is scored from its own number, the stated parameters and a basis ([`Extremes`], [`Moments`],
//! [`tenseven_model::equality::Order`]) that is made of the cells compared, so that scoring some places alone gives the same bits as scoring
//! them all. No place becomes a NaN or an infinity: each degenerate case has its [`tenseven_model::Gap`].

mod basis;
mod distance;
mod fracmax;
mod goalposts;
mod levels;
mod line;
mod minmax;
mod percentile;
mod rank;
mod scaled;
mod span;
mod tiers;
mod zscore;

pub use basis::{Basis, Extremes, Moments, compared_numbers, extremes};
pub(crate) use basis::{Compared, extremes_of, numbers_of};
pub use distance::{ToReference, ToTarget, dist2max, dist2ref, dist2target};
pub use fracmax::fracmax;
pub use goalposts::{Goalposts, goalposts};
pub use levels::levels;
pub use minmax::{MinMax, minmax};
pub use percentile::{PercentilePosts, Posts, percentile};
pub use rank::rank;
pub use scaled::{Scaled, scaled};
pub use tiers::tiers;
pub use zscore::{ZScore, zscore};

use line::Line;
pub(crate) use span::directed;
use span::is_span;

pub(crate) use goalposts::PostLine;
pub(crate) use minmax::minmax_into;
