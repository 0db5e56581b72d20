//! Generates the journal's records from `proto/`.

use std::{error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from("../../proto");
    let record = "tenseven/journal/v1/record.proto";
    println!("cargo::rerun-if-changed={}", root.join(record).display());
    let descriptors = protox::Compiler::new([&root])?.open_files([record])?.file_descriptor_set();
    // Slices of the record that is read, not copies.
    prost_build::Config::new().bytes(["."]).compile_fds(descriptors)?;
    Ok(())
}
