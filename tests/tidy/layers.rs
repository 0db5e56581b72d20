//! Who may import whom.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::root;

/// For each crate of the workspace: the crates of the workspace that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("catalog", &["model"]),
    ("engine", &["model"]),
    ("store", &["model"]),
    ("state", &["model", "catalog", "engine"]),
    ("observatory", &["model", "catalog", "engine", "state", "store"]),
    ("api", &["model"]),
    ("heap", &[]),
    ("server", &["model", "catalog", "engine", "store", "observatory", "api", "heap"]),
    ("client", &["model", "api"]),
    ("cli", &["model", "catalog", "api", "client", "server"]),
    ("testkit", &["model", "catalog", "engine", "state", "store", "observatory", "api", "server", "client"]),
];

/// Libraries that a crate must never use.
const MUST_NOT_USE: &[(&str, &[&str])] = &[
    ("model", &["tokio", "tonic", "prost", "sled", "serde"]),
    ("catalog", &["tokio", "tonic", "prost", "sled"]),
    ("engine", &["tokio", "tonic", "prost", "sled", "serde"]),
    ("state", &["tokio", "tonic", "prost", "sled", "serde", "tracing"]),
    ("store", &["tonic", "tokio"]),
    ("observatory", &["tonic", "prost", "sled"]),
    ("api", &["sled", "tokio"]),
    ("heap", &["tokio", "tonic", "prost", "sled"]),
    ("server", &["sled"]),
    ("client", &["sled"]),
    ("cli", &["sled", "tonic"]),
];

/// The direct dependencies of each crate of the workspace, dev-dependencies apart, by short name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata answers");
    let short = |name: &str| name.strip_prefix("tenseven-").unwrap_or(name).to_owned();
    metadata
        .packages
        .iter()
        .map(|package| {
            let used = package.dependencies.iter().filter(|used| used.kind == DependencyKind::Normal);
            (short(&package.name), used.map(|used| short(&used.name)).collect())
        })
        .collect()
}

#[test]
fn every_crate_uses_only_the_crates_below_it() {
    let dependencies = dependencies();
    let ours: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in MAY_USE {
        let Some(used) = dependencies.get(*name) else { continue };
        for one in used.iter().filter(|one| ours.contains(one.as_str())) {
            assert!(allowed.contains(&one.as_str()), "tenseven-{name} must not use tenseven-{one}");
        }
    }
}

#[test]
fn every_crate_of_the_workspace_has_its_place_in_the_order() {
    for name in dependencies().keys().filter(|name| *name != "tests") {
        assert!(
            MAY_USE.iter().any(|(known, _)| known == name),
            "tenseven-{name} is in no layer; add it to MAY_USE"
        );
    }
}

#[test]
fn pure_crates_use_no_runtime_no_wire_format_and_no_storage() {
    let dependencies = dependencies();
    for (name, forbidden) in MUST_NOT_USE {
        let used = dependencies.get(*name).unwrap_or_else(|| panic!("there is no crate tenseven-{name}"));
        for one in *forbidden {
            assert!(!used.contains(*one), "tenseven-{name} must not use {one}");
        }
    }
}
