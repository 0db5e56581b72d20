//! Generates the messages, clients and servers from `proto/`, and the descriptor set that reflection serves.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorSet};

/// The folder of the contract.
const CONTRACT: &str = "tenseven/v1";
/// The fields that requests and responses share, and the macro of `src/shape.rs` that makes them reachable.
const SHAPES: [(&[&str], &str); 4] = [
    (&["read_at"], "has_read_at"),
    (&["page"], "has_page"),
    (&["revision", "history_id"], "set_position"),
    (&["next_page_token"], "has_next_page"),
];

#[expect(
    clippy::disallowed_methods,
    reason = "cargo passes a build script its output folder in the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::Compiler::new([&root])?
        .include_source_info(true)
        .include_imports(true)
        .open_files(contract(&root)?)?
        .file_descriptor_set();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    fs::write(out.join("shapes.rs"), shapes(&descriptors))?;
    let mut messages = tonic_prost_build::Config::new();
    messages.enable_type_names();
    services().build_server(false).compile_fds_with_config(descriptors.clone(), messages)?;
    let servers = out.join("servers");
    fs::create_dir_all(&servers)?;
    let mut services =
        services().build_client(false).out_dir(servers).extern_path(".tenseven.v1", "crate::v1");
    for response in shared(&descriptors) {
        let name = response.rsplit('.').next().unwrap_or_default();
        services = services.extern_path(&response, format!("crate::Encoded<crate::v1::{name}>"));
    }
    services.compile_fds(descriptors)?;
    Ok(())
}

fn services() -> tonic_prost_build::Builder {
    tonic_prost_build::configure().build_transport(false).codec_path("crate::codec::BoundedCodec")
}

/// The files of the contract, in order.
fn contract(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in fs::read_dir(root.join(CONTRACT))? {
        files.push(file?.path());
    }
    files.sort();
    Ok(files)
}

/// Calls of the macros of `src/shape.rs`, for each request and response that has their fields.
fn shapes(descriptors: &FileDescriptorSet) -> String {
    let contract = descriptors.file.iter().filter(|file| file.package() == "tenseven.v1");
    let messages = contract.flat_map(|file| &file.message_type);
    let mut code = String::new();
    for message in messages {
        for (fields, implement) in SHAPES {
            if fields.iter().all(|field| has_field(message, field)) {
                let _ = writeln!(code, "{implement}!({});", message.name());
            }
        }
    }
    code
}

fn has_field(message: &DescriptorProto, name: &str) -> bool {
    let is_call = message.name().ends_with("Request") || message.name().ends_with("Response");
    is_call && message.field.iter().any(|field| field.name() == name)
}

/// The responses of reads, by full name: a server encodes them once for all who ask the same. A part of an export goes to one reader.
/// Those of a stream of events are sent by what sends encoded ones.
fn shared(descriptors: &FileDescriptorSet) -> BTreeSet<String> {
    let contract = || descriptors.file.iter().filter(|file| file.package() == "tenseven.v1");
    let messages = contract().flat_map(|file| &file.message_type);
    let reads: BTreeSet<String> = messages
        .filter(|message| {
            let is_shared = has_field(message, "read_at") && !has_field(message, "resume_token");
            is_shared || has_field(message, "after_event")
        })
        .map(|message| format!(".tenseven.v1.{}", message.name()))
        .collect();
    let methods = contract().flat_map(|file| &file.service).flat_map(|service| &service.method);
    let methods = methods.filter(|method| reads.contains(method.input_type()));
    methods.map(|method| method.output_type().to_owned()).collect()
}
