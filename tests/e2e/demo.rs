//! The demo: what a newcomer runs first.

use std::process::Command;

use serde_json::Value;
use tenseven_api::v1::Page;
use tenseven_tests::{Server, binary};

fn demo(arguments: &[&str]) -> String {
    let output =
        Command::new(binary::path()).arg("demo").args(arguments).output().expect("the binary can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

fn figure<'a>(report: &'a Value, clause: &str) -> &'a Value {
    let figures = report["figures"].as_array().expect("a report has figures");
    figures.iter().find(|figure| figure["clause"] == clause).unwrap_or_else(|| panic!("no clause {clause}"))
}

#[test]
fn the_demo_shows_the_figures_of_the_samples() {
    let shown: Value = serde_json::from_str(&demo(&["--json"])).expect("it prints one JSON document");
    let dual = figure(&shown["report"], "dual-nationality");
    let tally: Vec<_> = dual["tally"]
        .as_array()
        .expect("a rubric is tallied")
        .iter()
        .map(|entry| (entry["id"].as_str().unwrap_or_default(), entry["count"].as_u64().unwrap_or_default()))
        .collect();
    assert_eq!(tally, [("comprehensive", 93), ("elaborated", 55), ("basic", 42)]);
    assert_eq!((&dual["areas_with_data"], &shown["report"]["area_count"]), (&190.into(), &250.into()));
    assert_eq!(shown["read_back"]["observation"]["value"]["number"].as_f64(), Some(3653.0));
    let libya = &shown["scores"]["scores"]
        .as_array()
        .expect("scores are listed")
        .iter()
        .find(|tree| tree["area"] == "LBY");
    let coverage = &libya.expect("Libya is shown")["nodes"][0]["coverage"];
    assert_eq!((&coverage["with_data"], &coverage["applicable"]), (&2.into(), &11.into()));
}

#[test]
fn the_demo_for_people_shows_the_same() {
    let shown = demo(&[]);
    for words in
        ["Comprehensive 93, Elaborated 55, Basic 42", "LBY 2016 = 3,653", "2 of 11 (18 %)", "190 of 250"]
    {
        assert!(shown.contains(words), "{words:?} is not in:\n{shown}");
    }
}

#[tokio::test]
async fn what_the_demo_keeps_can_be_served() {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("kept");
    demo(&["--keep", data.to_str().unwrap()]);
    let server = Server::start_on(&data, &[]);
    let request =
        tenseven_api::v1::ListObservationsRequest { page: Some(Page::of_size(10_000)), ..Default::default() };
    let listed = server.observations().await.list_observations(request).await.unwrap().into_inner();
    assert_eq!(listed.observations.len(), 333 + 190 + 90);
}
