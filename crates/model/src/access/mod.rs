//! Access: who calls the registry, by which keys, and what they are granted.
//!
//! *Invariant:* nothing here holds the secret of a key, but for [`ApiKey`], which is made, shown once, and never stored or logged.

mod api_key;
mod change;
mod grant;
mod partner;
mod quota;

pub use api_key::{ApiKey, ApiKeyError, KeyHash, KeyId, KeyIdError};
pub use change::{AccessChange, IssuedKey, KeyName, KeyNameError};
pub use grant::{
    CodingScope, ContributionScope, Grant, GrantError, PrefixScope, Role, SCOPE_ENTRIES_MAX, Scope,
};
pub use partner::{Partner, PartnerDraft, PartnerFault, PartnerStatus};
pub use quota::{Quota, QuotaLimit};
