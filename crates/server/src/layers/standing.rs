//! Whether a stream of answers may go on: its caller may lose the key or the grant that it was admitted by.

use tonic::Status;

use crate::access::{AccessControl, Principal};

/// What a caller was admitted by.
pub(super) struct Standing {
    access: AccessControl,
    principal: Principal,
    path: String,
    /// Whether an answer was sent: the first is of the moment at which the caller was admitted.
    has_begun: bool,
}

impl Standing {
    /// The standing of a caller who identified themselves.
    pub(super) fn of(access: &AccessControl, principal: &Principal, path: &str) -> Option<Self> {
        principal.partner()?;
        let (access, principal) = (access.clone(), principal.clone());
        Some(Self { access, principal, path: path.to_owned(), has_begun: false })
    }

    /// Why the answers end before the next one; none while they go on.
    pub(super) fn end(&mut self) -> Option<Status> {
        if !std::mem::replace(&mut self.has_begun, true) {
            return None;
        }
        self.access.check_again(&self.principal, &self.path).err()
    }
}
