//! Conversations: pages with requests and their answers, and calls by the descriptors of the contract alone.

mod call;
mod filled;
mod page;

pub use call::Caller;
pub use filled::{filled, issued, revision_of_name, snake_case};
pub use page::{Block, Page, folder};
