//! Frameworks: published version by version, and retired; none is ever changed. What they may cost is limited ([`Budget`]).
//!
//! Commands: [`PublishFramework`] and [`RetireFramework`]. They become the events [`Framework`](tenseven_model::event::Event::Framework) and
//! [`Retirement`](tenseven_model::event::Event::Retirement).

mod budget;
mod budget_limits;
mod clash;
mod coded;
mod digest;
mod figure;
mod packed_text;
mod periods;
mod planned;
mod publish;
mod published;
mod receipt;
mod retire;
mod retired;
mod rules;
mod stored;
mod unpublishable;
mod versions;

pub use budget::Budget;
pub use budget_limits::BudgetLimits;
pub use clash::{Aspect, Clash};
pub use figure::{Figure, FrameworkCost, Limited, OverBudget, PartFigure};
pub use periods::TooManyPeriods;
pub(crate) use periods::too_many_periods;
pub use planned::Planned;
pub use publish::{DefinitionError, DefinitionTooLong, PublishFramework, read_definition};
pub use published::{Published, UnreadableVersion};
pub use receipt::{PublicationReceipt, RetirementReceipt};
pub use retire::{NoSuccessor, RetireFramework, RetirementRejection};
pub use retired::{FrameworkLookupError, Retired, RetiredFramework};
pub use stored::StoredVersion;
pub use unpublishable::Unpublishable;
pub use versions::Frameworks;
