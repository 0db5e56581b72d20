//! Reads of the past take no more memory than they may.

use tenseven_api::v1::{GetScoresRequest, ReadAt};
use tenseven_catalog::Catalog;
use tenseven_tests::{Draft, Server, level, memory::resident, number};

/// Moments that are read.
const MOMENTS: u64 = 60;
/// What may be kept of them, in MiB.
const KEPT_MAX: u64 = 8;
/// What a read takes while it is made, and what the allocator keeps, in MiB. Without a limit on what is kept it grows by some 40.
const WORK_MAX: u64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_moments_are_read_no_more_is_kept_than_may_be() {
    let home = tempfile::TempDir::new().unwrap();
    let limit = (KEPT_MAX * 1024 * 1024).to_string();
    let server = Server::start_on(&home.path().join("data"), &["--past-bytes-max", &limit]);
    let mut client = server.observations().await;
    let codes = Catalog::bundled().areas().iter().map(|area| area.alpha3.to_string());
    let areas: Vec<String> = codes.take(200).collect();
    for first in [1_970, 1_987, 2_004] {
        let mut draft = Draft::new();
        for (year, area) in (first..first + 17).flat_map(|year| areas.iter().map(move |area| (year, area))) {
            let year = year.to_string();
            draft = draft.with("dual-nationality", area, &year, level("basic"));
            draft = draft.with("migrant-casualties", area, &year, number(3.0));
        }
        client.push_observations(draft.request()).await.unwrap();
    }
    let mut newest = 0;
    for area in areas.iter().cycle().take(usize::try_from(MOMENTS).unwrap() + 1) {
        let draft = Draft::new().with("dual-nationality", area, "2000", level("comprehensive"));
        newest = client.push_observations(draft.request()).await.unwrap().into_inner().revision;
    }
    let before = resident(&server);
    let mut scores = server.scores().await;
    // The latest first, so that no scores are made from others and share memory with them.
    for back in 1..=MOMENTS {
        let request = GetScoresRequest {
            framework: "target-10-7".into(),
            area: "MAR".into(),
            period: "2000".into(),
            read_at: Some(ReadAt::revision(newest - back)),
            ..GetScoresRequest::default()
        };
        scores.get_scores(request).await.unwrap();
    }
    let grown = resident(&server).saturating_sub(before);
    println!("{before} MiB before, and {grown} MiB more after {MOMENTS} moments");
    assert!(grown <= KEPT_MAX + WORK_MAX, "it grew by {grown} MiB");
}
