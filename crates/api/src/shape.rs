//! Traits for the fields that requests and responses share.
//!
//! *Invariant:* the build implements these for each message that has the fields, so that a new one needs no line here.

use crate::v1;

/// A request that states how fresh its answer must be, and as of when.
pub trait HasReadAt {
    /// How fresh, and as of when.
    fn read_at_mut(&mut self) -> &mut Option<v1::ReadAt>;
}

/// A request for a page of a listing.
pub trait HasPage {
    /// Which page.
    fn page_mut(&mut self) -> &mut Option<v1::Page>;
}

/// A response that is a page of a listing.
pub trait HasNextPage {
    /// The token of the next page; empty on the last.
    fn next_page_token_mut(&mut self) -> &mut String;
}

/// A response that states which revision it shows.
pub trait SetPosition {
    /// Sets the revision, and the history that it belongs to.
    fn set_position(&mut self, revision: u64, history_id: String);
}

macro_rules! has_read_at {
    ($message:ident) => {
        impl HasReadAt for v1::$message {
            fn read_at_mut(&mut self) -> &mut Option<v1::ReadAt> {
                &mut self.read_at
            }
        }
    };
}

macro_rules! has_page {
    ($message:ident) => {
        impl HasPage for v1::$message {
            fn page_mut(&mut self) -> &mut Option<v1::Page> {
                &mut self.page
            }
        }
    };
}

macro_rules! has_next_page {
    ($message:ident) => {
        impl HasNextPage for v1::$message {
            fn next_page_token_mut(&mut self) -> &mut String {
                &mut self.next_page_token
            }
        }
    };
}

macro_rules! set_position {
    ($message:ident) => {
        impl SetPosition for v1::$message {
            fn set_position(&mut self, revision: u64, history_id: String) {
                self.revision = revision;
                self.history_id = history_id;
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
