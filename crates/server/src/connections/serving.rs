//! Serving connections until the server stops.
//!
//! *Invariant:* when serving ends, every connection is closed; when it is dropped, all are cut off.

use std::{pin::pin, time::Duration};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_rustls::TlsAcceptor;
use tonic::body::Body;
use tower::{BoxError, Service, ServiceExt as _};
use tracing::debug;

use super::{
    accepting::{Accepting, Limits},
    connection::Connection,
    lifetime::{Lifetime, Step},
};
use crate::{quota::ConnectionPlaces, tls::Certificates};

/// How often a peer that sends nothing is asked whether it is there.
const PING_INTERVAL: Duration = Duration::from_mins(1);
/// How long it may take to answer.
const PONG_MAX: Duration = Duration::from_secs(20);

type Transport = auto::Builder<TokioExecutor>;

/// Serves the connections that arrive at a listener until `stop` is ready, and then those that are there to their end. With certificates
/// they are by TLS.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    limits: Limits,
    certificates: Option<Certificates>,
    service: S,
    stop: impl Future<Output = ()>,
) where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    let (transport, bounds) = (transport(limits.calls_max), limits.lifetime);
    let (stopping, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    // Once no more are taken, the listener is closed: who connects then is refused, and does not wait.
    {
        let mut accepting = Accepting::new(listener, limits);
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                // What ended is forgotten.
                Some(_) = connections.join_next() => {}
                Some(connection) = accepting.next() => {
                    let (service, transport) = (service.clone(), transport.clone());
                    let acceptor = certificates.as_ref().map(Certificates::acceptor);
                    let mut stopping = stopping.subscribe();
                    connections.spawn(async move {
                        let Some(connection) = opened(connection, acceptor, &mut stopping).await else { return };
                        let lifetime = Lifetime::new(connection.calls().clone(), bounds);
                        serve_one(connection, transport, service, lifetime, stopping).await;
                    });
                }
            }
        }
    }
    stopping.send_replace(true);
    while connections.join_next().await.is_some() {}
}

fn transport(calls_max: u32) -> Transport {
    let mut transport = auto::Builder::new(TokioExecutor::new());
    transport
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(calls_max)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PONG_MAX);
    // For grpc-web. With a timer, a head that does not come ends the connection.
    transport.http1().timer(TokioTimer::new());
    transport
}

/// A connection that is ready for requests; none if its TLS handshake fails, or the server stops before it ends.
async fn opened(
    connection: Connection,
    acceptor: Option<TlsAcceptor>,
    stopping: &mut watch::Receiver<bool>,
) -> Option<Connection> {
    let Some(acceptor) = acceptor else { return Some(connection) };
    let peer = connection.calls().peer();
    // Boxed, so that plain connections do not have the size of a handshake.
    let secured = Box::pin(connection.secured(acceptor));
    tokio::select! {
        secured = secured => {
            secured.inspect_err(|error| debug!(%peer, %error, "a TLS handshake failed")).ok()
        }
        _ = stopping.wait_for(|stops| *stops) => None,
    }
}

/// Serves a connection until it ends, or is to be closed.
async fn serve_one<S>(
    connection: Connection,
    transport: Transport,
    service: S,
    mut lifetime: Lifetime,
    mut stopping: watch::Receiver<bool>,
) where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    let (calls, unread) = (connection.calls().clone(), connection.calls().unread().clone());
    let (client, places) = (connection.client().cloned(), ConnectionPlaces::default());
    let stalled = unread.stalled(lifetime.idle_max());
    let service = service.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(calls.clone());
        request.extensions_mut().insert(places.clone());
        if let Some(client) = &client {
            request.extensions_mut().insert(client.clone());
        }
        request
    });
    let served = transport.serve_connection(TokioIo::new(connection), TowerToHyperService::new(service));
    let (mut served, mut stalled) = (pin!(served), pin!(stalled));
    let mut is_asked = false;
    loop {
        tokio::select! {
            ended = &mut served => {
                if let Err(error) = ended {
                    debug!(error, "a connection failed");
                }
                return;
            }
            () = &mut stalled => {
                debug!("a connection is closed: its peer reads nothing");
                return;
            }
            step = lifetime.step() => match step {
                Step::Ask => served.as_mut().graceful_shutdown(),
                Step::Close => return,
            },
            // The sender is gone only when all are cut off.
            _ = stopping.wait_for(|stops| *stops), if !is_asked => {
                is_asked = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}
