//! Generates the messages, clients and servers from `proto/`, and the descriptor set that reflection serves.

use std::{error::Error, fs, path::PathBuf};

use prost::Message as _;

const SERVICES: [&str; 8] = [
    "tenseven/v1/error_reason.proto",
    "tenseven/v1/types.proto",
    "tenseven/v1/admin_service.proto",
    "tenseven/v1/framework_service.proto",
    "tenseven/v1/observation_service.proto",
    "tenseven/v1/score_service.proto",
    "tenseven/v1/assessment_service.proto",
    "tenseven/v1/practice_service.proto",
];

/// What a server encodes once for all who watch the same.
const SHARED: [&str; 2] = ["WatchObservationsResponse", "WatchScoresResponse"];

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its output folder by the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::Compiler::new([&root])?
        .include_source_info(true)
        .include_imports(true)
        .open_files(SERVICES)?
        .file_descriptor_set();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    let mut messages = tonic_prost_build::Config::new();
    messages.enable_type_names();
    services().build_server(false).compile_fds_with_config(descriptors.clone(), messages)?;
    let servers = out.join("servers");
    fs::create_dir_all(&servers)?;
    let mut services =
        services().build_client(false).out_dir(servers).extern_path(".tenseven.v1", "crate::v1");
    for response in SHARED {
        services = services.extern_path(
            format!(".tenseven.v1.{response}"),
            format!("crate::Encoded<crate::v1::{response}>"),
        );
    }
    services.compile_fds(descriptors)?;
    Ok(())
}

fn services() -> tonic_prost_build::Builder {
    tonic_prost_build::configure().build_transport(false).codec_path("crate::codec::BoundedCodec")
}
