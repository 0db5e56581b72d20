//! Frameworks: published version by version; none is ever changed.
//!
//! Command: [`PublishFramework`]. It becomes the event [`Framework`](tenseven_model::event::Event::Framework).

mod clash;
mod coded;
mod digest;
mod publish;
mod published;
mod receipt;
mod rules;
mod unpublishable;

pub use clash::{Aspect, Clash};
pub use publish::{DefinitionError, PublishFramework, read_definition};
pub use published::{Frameworks, Published};
pub use receipt::PublicationReceipt;
pub use rules::check_publication;
pub use unpublishable::Unpublishable;
