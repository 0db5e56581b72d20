//! A server whose calls need an identity: an admin's key in a file, and calls with keys.

use std::{path::PathBuf, time::Duration};

use bytes::Bytes;
use tempfile::TempDir;
use tenseven_model::access::ApiKey;
use tonic::{
    Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, metadata::MetadataValue,
    transport::Channel,
};

use crate::{Server, bytes_codec::BytesCodec};

/// A running server with an admin.
pub struct Guarded {
    /// The server.
    pub server: Server,
    /// The admin's key.
    pub admin: String,
    key_file: PathBuf,
    _home: TempDir,
}

impl Guarded {
    /// Starts a server with an admin's key, and these further arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let home = TempDir::new().expect("a temporary directory can be made");
        let admin = ApiKey::from_random([7; ApiKey::RANDOM_BYTES]).reveal();
        let key_file = home.path().join("admin.key");
        std::fs::write(&key_file, &admin).expect("a file can be written");
        let named = key_file.to_str().expect("the path is text");
        let arguments = [&["--admin-key-file", named], arguments].concat();
        let server = Server::start_on(&home.path().join("data"), &arguments);
        Self { server, admin, key_file, _home: home }
    }

    /// The file with the admin's key.
    pub fn key_file(&self) -> &str {
        self.key_file.to_str().expect("the path is text")
    }
}

/// A request with a key.
pub fn with_key<M>(key: &str, message: M) -> Request<M> {
    let mut request = Request::new(message);
    if !key.is_empty() {
        let value = MetadataValue::try_from(format!("Bearer {key}")).expect("a key is ASCII");
        request.metadata_mut().insert("authorization", value);
    }
    request
}

/// The messages that a method answers to the bytes of a request with a key, until it sends nothing for so long.
pub async fn messages_of(
    channel: &Channel,
    path: &str,
    key: &str,
    request: Bytes,
    silence: Duration,
) -> Result<Vec<Bytes>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.expect("the server is there");
    let path = PathAndQuery::try_from(path).expect("a path");
    let answer = grpc.server_streaming(with_key(key, request), path, BytesCodec);
    let Ok(answer) = tokio::time::timeout(silence, answer).await else { return Ok(Vec::new()) };
    let mut stream = answer?.into_inner();
    let mut messages = Vec::new();
    while let Ok(next) = tokio::time::timeout(silence, stream.message()).await {
        let Some(message) = next? else { break };
        messages.push(message);
    }
    Ok(messages)
}

/// What a method answers to the bytes of a request with a key; the first message of a stream.
pub async fn call_bytes(channel: &Channel, path: &str, key: &str, request: Bytes) -> Result<Bytes, Status> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.expect("the server is there");
    let path = PathAndQuery::try_from(path).expect("a path");
    grpc.unary(with_key(key, request), path, BytesCodec).await.map(tonic::Response::into_inner)
}
