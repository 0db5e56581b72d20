//! The attacks.

use std::{any::Any, pin::Pin};

use crate::{bodies, connections, frameworks, malformed, past, slow, streams, target::Target, tls};

/// What goes on for as long as it is held.
pub(crate) type Hold = Box<dyn Any>;

/// An attack under way.
type Begun<'a> = Pin<Box<dyn Future<Output = Hold> + 'a>>;

/// What a stranger does to a server.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// Begins it. It goes on until what is returned is dropped.
    pub(crate) begin: for<'a> fn(&'a Target) -> Begun<'a>,
}

macro_rules! attacks {
    ($($begin:path),* $(,)?) => {
        [$(Attack { name: stringify!($begin), begin: |target| Box::pin($begin(target)) }),*]
    };
}

/// Those on a server without partners.
pub(crate) const OF_EVERYBODY: &[Attack] = &attacks![
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

/// Those of a stranger, whom a server with partners lets do nothing.
pub(crate) const OF_STRANGERS: &[Attack] = &attacks![
    bodies::unfinished_messages,
    malformed::bombs_for_every_method,
    malformed::messages,
    malformed::frames,
    malformed::large_and_many_headers,
    slow::slow_headers,
    slow::slow_bodies,
    slow::ten_thousand_idle,
    connections::reset_at_once,
    connections::floods_of_control_frames,
    connections::endless_headers,
];

/// Those of a partner who may do little.
pub(crate) const OF_PARTNERS: &[Attack] = &attacks![
    bodies::compressed_bombs,
    bodies::unfinished_messages,
    malformed::bombs_for_every_method,
    malformed::messages,
    slow::slow_bodies,
    connections::reset_at_once,
];

/// Those of a stranger on a server with TLS.
pub(crate) const OVER_TLS: &[Attack] = &attacks![
    tls::half_open_handshakes,
    tls::slow_handshakes,
    tls::no_handshakes,
    tls::many_handshakes,
    tls::renegotiations,
    malformed::frames,
    connections::reset_at_once,
    connections::floods_of_control_frames,
    connections::endless_headers,
];
