//! What the targets of cargo-fuzz begin with, in `fuzz/corpus`: requests of the conversations, and files and frames of a registry that
//! holds what they write.

use std::path::{Path, PathBuf};

use prost::{Message as _, bytes::Bytes};
use tenseven_api::v1::{StreamBackupRequest, admin_service_client::AdminServiceClient};
use tenseven_catalog::Catalog;
use tenseven_store::read_frames;
use tenseven_tests::admin::with_key;

use crate::{
    seeds::{Seed, Seeds},
    target::Target,
};

/// The messages that `fuzz/fuzz_targets/requests.rs` reads, in the order of the first byte of its input.
const REQUESTS: [&str; 12] = [
    "SubmitChangesRequest",
    "PushObservationsRequest",
    "WithdrawObservationsRequest",
    "SubmitCodingRequest",
    "AdjudicateCodingsRequest",
    "WithdrawPracticeRequest",
    "PutPartnerRequest",
    "IssueKeyRequest",
    "RevokeKeyRequest",
    "AddGrantRequest",
    "RevokeGrantRequest",
    "RetireFrameworkRequest",
];
/// Entries of a journal that are taken.
const ENTRIES: usize = 200;

/// The corpus of one target.
struct Corpus {
    folder: PathBuf,
    count: usize,
}

impl Corpus {
    fn of(target: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        Self { folder, count: 0 }
    }

    fn add(&mut self, content: impl AsRef<[u8]>) {
        self.count += 1;
        let file = self.folder.join(format!("seed-{:04}", self.count));
        std::fs::write(file, content).expect("a file can be written");
    }

    /// Adds what the target tells apart by its first byte.
    fn add_of_kind(&mut self, kind: usize, content: &[u8]) {
        let kind = u8::try_from(kind).expect("there are few kinds");
        self.add([&[kind][..], content].concat());
    }
}

/// Writes all corpora.
pub(crate) async fn fill() {
    let target = Target::start().await;
    let seeds = Seeds::gather(&target.server, &target.admin).await;
    let (mut requests, mut frameworks) = (Corpus::of("requests"), Corpus::of("framework"));
    for seed in seeds.methods.iter().flatten() {
        let Seed::Known { method, messages } = seed else { continue };
        let input = method.input();
        for message in messages {
            if let Some(kind) = REQUESTS.iter().position(|name| *name == input.name()) {
                requests.add_of_kind(kind, &message.encode_to_vec());
            }
            if let Some(text) =
                message.get_field_by_name("definition").as_deref().and_then(prost_reflect::Value::as_str)
            {
                frameworks.add(text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for text in Catalog::bundled().framework_texts() {
        frameworks.add(text);
    }
    tables(&target, root);
    backups(&target).await;
}

/// Samples that ship as texts, and templates as workbooks.
fn tables(target: &Target, root: &Path) {
    let mut tables = Corpus::of("table");
    let samples = std::fs::read_dir(root.join("../crates/catalog/data/samples")).expect("samples ship");
    for sample in samples {
        let text = std::fs::read(sample.expect("a file").path()).expect("a sample");
        tables.add(&text);
        // A few rows are changed sooner than many.
        tables.add(&text[..text.len().min(600)]);
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (framework, ending) in [("target-10-7", "xlsx"), ("sdg-10-7-2", "csv")] {
        let file = folder.path().join(format!("template.{ending}"));
        let named = file.to_str().expect("the path is text");
        let words =
            ["template", "--framework", framework, "--area", "MAR", "--period", "2020", "--output", named];
        target.tenseven(&words);
        tables.add(std::fs::read(file).expect("a template"));
    }
}

/// A backup as a file, its frames, and the entries in them.
async fn backups(target: &Target) {
    let mut backups = Corpus::of("backup");
    let mut service = AdminServiceClient::new(target.server.channel().await);
    let request = with_key(&target.admin, StreamBackupRequest::default());
    let mut parts = service.stream_backup(request).await.expect("a backup").into_inner();
    let mut entries = 0;
    while let Some(part) = parts.message().await.expect("a part") {
        backups.add_of_kind(1, &part.frames);
        for record in read_frames(Bytes::from(part.frames), Path::new("streamed")) {
            entries += 1;
            if entries <= ENTRIES {
                backups.add_of_kind(2, record.expect("a record").body());
            }
        }
    }
    assert!(entries > 0, "the backup is empty");
    let file = target.backup();
    backups.add_of_kind(0, &std::fs::read(file).expect("a backup"));
}
