//! The echo floor: a tonic server in a process of its own that answers every call with the same bytes.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    io::{BufRead as _, BufReader},
    path::Path,
    pin::Pin,
    process::{Child, Command, Stdio},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    body::Body,
    codegen::{Service, http},
    server::{Grpc, NamedService, UnaryService},
    transport::Server,
};

use tenseven_tests::bytes_codec::BytesCodec;

/// Makes this program the server; the file with the response follows.
pub(crate) const FLAG: &str = "--serve-echo";
/// What its first line of output begins with; the address follows.
const LISTENS: &str = "listening on ";

/// A server that is killed when it is dropped.
pub(crate) struct Echo {
    child: Child,
    address: String,
}

impl Echo {
    /// Starts it; it answers with the bytes of this file.
    pub(crate) fn start(response: &Path) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .arg(FLAG)
            .arg(response)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the echo server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("standard output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the echo server prints its address");
        let address = line.trim().strip_prefix(LISTENS).expect("an address").to_owned();
        Self { child, address }
    }

    /// Where it listens, as a URL.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Serves until the process is killed.
pub(crate) fn serve(response: &str) {
    let response = Bytes::from(std::fs::read(response).expect("the response can be read"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{LISTENS}http://{}", listener.local_addr().expect("its address"));
        let arriving = TcpListenerStream::new(listener);
        // As the real server does: without it each answer waits for the acknowledgement of the one before.
        let arriving = tokio_stream::StreamExt::map(arriving, |stream| {
            stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream))
        });
        let served = Server::builder().add_service(Echoing { response }).serve_with_incoming(arriving);
        served.await.expect("the echo server serves");
    });
}

/// Answers every method with the same bytes.
#[derive(Clone)]
struct Echoing {
    response: Bytes,
}

impl NamedService for Echoing {
    const NAME: &'static str = "tenseven.v1.ScoreService";
}

impl UnaryService<Bytes> for Echoing {
    type Response = Bytes;
    type Future = Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        ready(Ok(Response::new(self.response.clone())))
    }
}

impl Service<http::Request<Body>> for Echoing {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let echoing = self.clone();
        Box::pin(async move { Ok(Grpc::new(BytesCodec).unary(echoing, request).await) })
    }
}
