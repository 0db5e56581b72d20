//! The fields that requests and responses share, reached by what they are for.
//!
//! *Invariant:* the build implements these for each message that has the fields, so that a new one needs no line here.

use crate::v1;

/// A request that says how fresh its answer must be, and as of when.
pub trait TakeReadAt {
    /// Takes that out.
    fn take_read_at(&mut self) -> Option<v1::ReadAt>;
}

/// A request for a page of a listing.
pub trait TakePage {
    /// Takes out which page.
    fn take_page(&mut self) -> Option<v1::Page>;
}

/// A response that says which revision it shows.
pub trait SetPosition {
    /// Sets the revision, and the history that it belongs to.
    fn set_position(&mut self, revision: u64, history_id: String);
}

/// A response that is a page of a listing.
pub trait SetNextPage {
    /// Sets the token of the next page; empty on the last.
    fn set_next_page(&mut self, token: String);
}

macro_rules! take_read_at {
    ($message:ident) => {
        impl TakeReadAt for v1::$message {
            fn take_read_at(&mut self) -> Option<v1::ReadAt> {
                self.read_at.take()
            }
        }
    };
}

macro_rules! take_page {
    ($message:ident) => {
        impl TakePage for v1::$message {
            fn take_page(&mut self) -> Option<v1::Page> {
                self.page.take()
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

macro_rules! set_next_page {
    ($message:ident) => {
        impl SetNextPage for v1::$message {
            fn set_next_page(&mut self, token: String) {
                self.next_page_token = token;
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
