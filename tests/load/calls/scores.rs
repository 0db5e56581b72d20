//! `GetScores` against the echo floor.

use bytes::Bytes;
use prost::Message as _;
use tempfile::tempdir_in;
use tenseven_api::v1::GetScoresRequest;
use tenseven_tests::{Server, bytes_codec::BytesCodec, crowd};
use tonic::{Request, client::Grpc, codegen::http::uri::PathAndQuery, transport::Endpoint};

use crate::{
    Extent, Verdict,
    echo::Echo,
    h2load::{self, Load},
    sample::{print_head, print_row},
};

const METHOD: &str = "/tenseven.v1.ScoreService/GetScores";

/// How calls are made, and the ratio that was measured when this was committed.
const LOADS: [(Load, f64); 5] = [
    (Load { connections: 1, in_flight: 1 }, 0.8),
    (Load { connections: 1, in_flight: 16 }, 0.74),
    (Load { connections: 1, in_flight: 64 }, 0.76),
    (Load { connections: 4, in_flight: 16 }, 0.66),
    (Load { connections: 4, in_flight: 64 }, 0.6),
];

pub(crate) async fn measure(extent: Extent) -> Vec<Verdict> {
    let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    let server = Server::start_on(&home.path().join("data"), &[]);
    server.observations().await.push_observations(crowd::change(0, 0)).await.expect("a push");
    let request = GetScoresRequest {
        framework: "target-10-7".to_owned(),
        area: "MAR".to_owned(),
        period: "2000".to_owned(),
        ..Default::default()
    };
    let request = Bytes::from(request.encode_to_vec());
    let response = answer(server.address(), request.clone()).await;
    let (request_file, response_file) = (home.path().join("request"), home.path().join("response"));
    std::fs::write(&request_file, h2load::framed(&request)).expect("the request can be written");
    std::fs::write(&response_file, &response).expect("the response can be written");
    let echo = Echo::start(&response_file);
    assert_eq!(answer(echo.address(), request).await, response);
    print_head(&format!("GetScores, {} bytes, h2load", response.len()), "echo/s");
    let row = |(load, committed)| {
        let call =
            |server: &str| h2load::run(&format!("{server}{METHOD}"), &request_file, load, extent.seconds);
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..extent.rounds {
            floor.push(call(echo.address()));
            ours.push(call(server.address()));
        }
        let what = format!("{} x {} in flight", load.connections, load.in_flight);
        let ratio = print_row(&what, &ours, &floor);
        Verdict { what: format!("GetScores, {what}"), ratio, committed }
    };
    LOADS.map(row).into()
}

/// The bytes that a server answers with.
async fn answer(address: &str, request: Bytes) -> Bytes {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("a URL");
    let mut grpc = Grpc::new(endpoint.connect().await.expect("a connection"));
    grpc.ready().await.expect("a connection");
    let path = PathAndQuery::from_static(METHOD);
    grpc.unary(Request::new(request), path, BytesCodec).await.expect("scores").into_inner()
}
