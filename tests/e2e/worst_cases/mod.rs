//! Every method takes the worst requests that fit into its limit of bytes, in bounded memory.
//!
//! Methods, messages and fields come from the descriptors of the contract, so that a new one is covered without a line here.

mod requests;

use std::time::Duration;

use bytes::Bytes;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use tenseven_tests::{
    admin::{Guarded, with_key},
    bytes_codec::BytesCodec,
    memory::{forget_peak, peak, resident},
};
use tonic::{
    Code, Status,
    client::Grpc,
    codec::CompressionEncoding,
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt as _;

/// Memory that one request may take, as a multiple of its limit of bytes, and beyond that.
const MULTIPLE: u64 = 6;
const BEYOND_MIB: u64 = 16;
/// More bytes than any method takes.
const TOO_MANY: usize = 20 * 1024 * 1024;
/// How long a call may take. A watch that is accepted has no end.
const ANSWER_MAX: Duration = Duration::from_secs(20);
const MIB: usize = 1024 * 1024;

/// How requests are compressed.
const COMPRESSIONS: [Option<CompressionEncoding>; 3] =
    [None, Some(CompressionEncoding::Gzip), Some(CompressionEncoding::Zstd)];

struct Method {
    path: String,
    input: MessageDescriptor,
}

fn methods() -> Vec<Method> {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).unwrap();
    let services = pool.services().filter(|service| service.package_name() == "tenseven.v1");
    let method = |method: prost_reflect::MethodDescriptor| Method {
        path: format!("/{}/{}", method.parent_service().full_name(), method.name()),
        input: method.input(),
    };
    services.flat_map(|service| service.methods().map(method).collect::<Vec<_>>()).collect()
}

/// What a call with this request is answered; nothing where it is accepted and goes on.
async fn call(
    channel: &Channel,
    (path, key): (&str, &str),
    request: Bytes,
    compression: Option<CompressionEncoding>,
) -> Option<Status> {
    let mut grpc = Grpc::new(channel.clone());
    if let Some(compression) = compression {
        grpc = grpc.send_compressed(compression);
    }
    grpc.ready().await.unwrap();
    let path = PathAndQuery::try_from(path).unwrap();
    let answer = grpc.unary(with_key(key, request), path, BytesCodec);
    tokio::time::timeout(ANSWER_MAX, answer).await.ok()?.err()
}

/// The maximum bytes of a method's request, as its refusal states.
async fn limit(channel: &Channel, path: &str, key: &str) -> usize {
    let status = call(channel, (path, key), Bytes::from(vec![0; TOO_MANY]), None).await.unwrap();
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MESSAGE_TOO_LARGE", "{path}: {status:?}");
    info.metadata["limit_bytes"].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_within_its_limit_takes_more_than_a_multiple_of_it() {
    let guarded = Guarded::start(&[]);
    let (server, admin) = (&guarded.server, guarded.admin.as_str());
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let channel = endpoint.connect().await.unwrap();
    let (mut worst, mut count) = ((0, String::new()), 0);
    for Method { path, input } in methods() {
        let limit = limit(&channel, &path, admin).await;
        for (what, request) in requests::worst(&input, limit) {
            assert!(request.len() <= limit, "{path}, {what}");
            for compression in COMPRESSIONS {
                let before = resident(server);
                forget_peak(server);
                let answer = call(&channel, (&path, admin), request.clone(), compression).await;
                let taken = peak(server).saturating_sub(before);
                let what = format!("{path}, {what}, {compression:?}");
                if let Some(status) = &answer {
                    assert!(!matches!(status.code(), Code::Unknown | Code::Internal), "{what}: {status:?}");
                    let is_gone = status.code() == Code::Unavailable && status.details().is_empty();
                    assert!(!is_gone, "{what}: the server is gone");
                }
                let most = MULTIPLE * (limit / MIB) as u64 + BEYOND_MIB;
                assert!(taken <= most, "{what} takes {taken} MiB, more than {most}: {answer:?}");
                count += 1;
                worst = worst.max((taken, what));
            }
        }
    }
    println!("{count} requests; the worst took {} MiB: {}", worst.0, worst.1);
}
