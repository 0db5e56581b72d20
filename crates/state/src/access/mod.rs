//! Access: partners, their keys and grants, and who made which revision.
//!
//! *Invariant:* what is not granted is not allowed. [`Grants::check_role`] and the scopes of [`Operation::check_grants`] are the only
//! places that decide it.
//!
//! [`Operation::check_grants`]: crate::Operation::check_grants

mod author;
mod authors;
mod change;
mod contribution;
mod credentials;
mod digest;
mod grants;
mod not_granted;
mod partners;
mod rejection;

pub use author::Author;
pub use authors::Authors;
pub use change::{
    AddGrant, GRANTS_MAX, IssueKey, KEYS_MAX, PARTNERS_MAX, PutPartner, RevokeGrant, RevokeKey,
};
pub(crate) use contribution::{check_contributions, check_replacement};
pub use credentials::CredentialError;
pub use grants::{Grants, StoredGrant};
pub use not_granted::{MissingGrant, NotGranted, OutsideGrants};
pub use partners::{Partners, StoredKey, StoredPartner};
pub use rejection::{
    AccessRejection, GrantExists, KeyIdTaken, LastAdmin, TooManyOfPartner, UnknownGrant, UnknownKey,
    UnknownPartner,
};
