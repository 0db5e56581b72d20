//! The attacks.

use std::{any::Any, pin::Pin};

use tenseven_tests::Server;

use crate::{bodies, connections, frameworks, past, streams};

/// What goes on for as long as it is held.
pub(crate) type Hold = Box<dyn Any>;

/// An attack under way.
type Begun<'a> = Pin<Box<dyn Future<Output = Hold> + 'a>>;

/// What a stranger does to a server.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// Begins it. It goes on until what is returned is dropped.
    pub(crate) begin: for<'a> fn(&'a Server) -> Begun<'a>,
}

macro_rules! attacks {
    ($($begin:path),* $(,)?) => {
        [$(Attack { name: stringify!($begin), begin: |server| Box::pin($begin(server)) }),*]
    };
}

/// All of them.
pub(crate) const ATTACKS: &[Attack] = &attacks![
    bodies::compressed_bombs,
    bodies::unfinished_messages,
    bodies::unread_listings,
    bodies::listings_without_a_window,
    past::distinct_moments,
    past::stalled_backups,
    past::stalled_exports,
    past::slow_watchers_of_the_past,
    streams::cancelled,
    streams::unread_watches_of_scores,
    streams::unread_watches_of_observations,
    connections::silent,
    connections::reset_at_once,
    connections::floods_of_control_frames,
    connections::endless_headers,
    frameworks::costly,
    frameworks::large,
];
