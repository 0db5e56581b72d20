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
use tonic::body::Body;
use tower::{BoxError, Service, ServiceExt as _};
use tracing::debug;

use super::{
    accepting::{Accepting, Limits},
    connection::Connection,
    lifetime::{Lifetime, Step},
};

/// How often a peer that sends nothing is asked whether it is there.
const PING_INTERVAL: Duration = Duration::from_mins(1);
/// How long it may take to answer.
const PONG_MAX: Duration = Duration::from_secs(20);

type Transport = auto::Builder<TokioExecutor>;

/// Serves the connections that arrive at a listener until `stop` is ready, and then those that are there to their end.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    limits: Limits,
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
                    let (lifetime, service) = (Lifetime::new(connection.calls().clone(), bounds), service.clone());
                    let served = serve_one(connection, transport.clone(), service, lifetime, stopping.subscribe());
                    connections.spawn(served);
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
    let stalled = unread.stalled(lifetime.idle_max());
    let service = service.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(calls.clone());
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
