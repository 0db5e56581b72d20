//! Accepting connections.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::Instant,
};
use tracing::warn;

use super::{
    calls::Calls,
    connection::Connection,
    lifetime::LifetimeLimits,
    peers::{Peer, Peers},
    socket::Socket,
};
use crate::memory::{MemoryBudget, Unread};

/// How long accepting rests after it failed, as it does without descriptors.
const FAILURE_WAIT: Duration = Duration::from_millis(200);
/// The same problem is logged once in this time.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// How many connections there may be, and how long they may be silent.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Maximum number of connections at once.
    pub(crate) connections_max: usize,
    /// Maximum number of connections of one address.
    pub(crate) address_connections_max: usize,
    /// Maximum number of calls at once on one connection.
    pub(crate) calls_max: u32,
    /// How long a connection may take to begin its first request, TLS handshake included.
    pub(crate) start_max: Duration,
    /// How long it may go on from there.
    pub(crate) lifetime: LifetimeLimits,
    /// Where answers are counted until they are read.
    pub(crate) answers: MemoryBudget,
}

/// Accepts the connections that arrive at a listener, as many as there may be at once; others wait in the queue of the operating system.
pub(super) struct Accepting {
    listener: TcpListener,
    limits: Limits,
    permits: Arc<Semaphore>,
    peers: Peers,
    /// By problem: when it was logged last.
    logged_at: [Option<Instant>; 3],
}

/// Why a connection is not served at once.
#[derive(Debug, Clone, Copy)]
enum Problem {
    /// There are as many as there may be.
    Full,
    /// Its address has as many as it may have.
    Crowded,
    /// The operating system refuses.
    Failed,
}

impl Accepting {
    pub(super) fn new(listener: TcpListener, limits: Limits) -> Self {
        let permits = Arc::new(Semaphore::new(limits.connections_max));
        Self { listener, limits, permits, peers: Peers::default(), logged_at: [None; 3] }
    }

    /// The next connection; none only while the server ends. It can be dropped and called again: no connection is lost.
    pub(super) async fn next(&mut self) -> Option<Connection> {
        loop {
            if self.permits.available_permits() == 0 {
                let most = self.limits.connections_max;
                self.log(
                    Problem::Full,
                    &format!("there are {most} connections, as many as there may be; others wait"),
                );
            }
            let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
            let Some((stream, peer)) = self.accept().await else { continue };
            let Limits { start_max, lifetime, answers, .. } = &self.limits;
            let calls = Calls::new(peer.address(), Unread::new(answers.clone()));
            let socket = Socket::new(stream, lifetime.idle_max);
            return Some(Connection::new((socket, calls), (permit, peer), Instant::now() + *start_max));
        }
    }

    /// Accepts one; none where that fails, or its address has too many.
    async fn accept(&mut self) -> Option<(TcpStream, Peer)> {
        let (stream, address) = match self.listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                self.log(Problem::Failed, &format!("a connection cannot be accepted: {error}"));
                tokio::time::sleep(FAILURE_WAIT).await;
                return None;
            }
        };
        let Some(peer) = self.peers.add(address.ip(), self.limits.address_connections_max) else {
            let (address, most) = (address.ip(), self.limits.address_connections_max);
            self.log(
                Problem::Crowded,
                &format!(
                    "{address} has {most} connections, as many as one address may have; more are closed"
                ),
            );
            return None;
        };
        // Without it each answer waits for the delayed acknowledgement of the one before: some 40 ms a call.
        if let Err(error) = stream.set_nodelay(true) {
            self.log(Problem::Failed, &format!("a connection cannot be set up: {error}"));
            return None;
        }
        Some((stream, peer))
    }

    /// Logs a problem, but not every time that it is met.
    fn log(&mut self, problem: Problem, message: &str) {
        let logged_at = &mut self.logged_at[problem as usize];
        if logged_at.is_none_or(|logged_at| logged_at.elapsed() >= LOG_INTERVAL) {
            *logged_at = Some(Instant::now());
            warn!(problem = message, "connections are not all served");
        }
    }
}
