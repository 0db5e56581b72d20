//! Listings of partners.

use std::sync::Arc;

use tenseven_model::PartnerId;
use tenseven_state::access::{StoredPartner, UnknownPartner};

use crate::{Cursor, InvalidPageToken, View};

/// One page of partners.
pub struct PartnerPage {
    /// The partners, by id.
    pub partners: Vec<Arc<StoredPartner>>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

impl View {
    /// A partner with its keys and grants.
    pub fn partner(&self, id: &PartnerId) -> Result<&Arc<StoredPartner>, UnknownPartner> {
        self.state().partners().get(id)
    }

    /// Partners by id.
    pub fn partners(&self, size: usize, after: Option<&Cursor>) -> Result<PartnerPage, InvalidPageToken> {
        let last = after.map(|cursor| cursor.after.parse::<PartnerId>()).transpose();
        let last = last.map_err(|_| InvalidPageToken)?;
        let mut listed = self.state().partners().after(last.as_ref());
        let partners: Vec<_> = listed.by_ref().take(size).cloned().collect();
        let has_more = listed.next().is_some();
        let next = partners.last().filter(|_| has_more).map(|last| self.cursor(last.partner.id.to_string()));
        if next.is_some() {
            self.keep();
        }
        Ok(PartnerPage { partners, next })
    }
}
