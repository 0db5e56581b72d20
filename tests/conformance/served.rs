//! A published index over real sockets: its text published, the reference data pushed, its scores held against the
//! reference results.

use std::collections::HashMap;

use tenseven_api::v1::{
    ListScoresRequest, Observation, Page, PublishFrameworkRequest, PushObservationsRequest, ScoreSelection,
    Value, publish_framework_response::Step, value::Kind,
};
use tenseven_tests::{START_REVISION, Server};
use uuid::Uuid;

use crate::reference;

const ASEM: &str = include_str!("frameworks/asem-connectivity.toml");
/// How far a score may lie from the reference's, in parts of it: its figures have 15 digits or more.
const TOLERANCE: f64 = 1e-9;

type Row = HashMap<String, String>;

fn rows(file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(reference(file)).expect("the file can be read");
    reader.deserialize().map(|row| row.expect("the row can be read")).collect()
}

async fn publish(server: &Server) -> u64 {
    let (submission_id, definition) = (Uuid::new_v4().to_string(), ASEM.to_owned());
    let request = PublishFrameworkRequest { submission_id, definition, validate_only: false };
    let mut answers = server.frameworks().await.publish_framework(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(answer) = answers.message().await.unwrap() {
        last = answer.step;
    }
    match last {
        Some(Step::Receipt(receipt)) => receipt.revision,
        other => panic!("{other:?}"),
    }
}

/// The observations of the reference's table, as far as the framework has their indicators.
fn observations() -> Vec<Observation> {
    let framework = tenseven_catalog::parse_framework(ASEM).expect("the text is right");
    let mut observations = Vec::new();
    for row in rows("coinr/input/iData.csv") {
        for indicator in &framework.draft().indicators {
            let Ok(number) = row[indicator.id.as_str()].parse() else { continue };
            observations.push(Observation {
                indicator: indicator.id.to_string(),
                area: row["uCode"].clone(),
                period: "2018".to_owned(),
                source: "coinr".to_owned(),
                value: Some(Value { kind: Some(Kind::Number(number)) }),
                ..Observation::default()
            });
        }
    }
    observations
}

/// The scores by area and node.
async fn scores(server: &Server) -> HashMap<(String, String), f64> {
    let mut found = HashMap::new();
    let selection = ScoreSelection { framework: "asem-connectivity".into(), ..Default::default() };
    let mut request = ListScoresRequest { selection: Some(selection), ..Default::default() };
    loop {
        let page = server.scores().await.list_scores(request.clone()).await.unwrap().into_inner();
        for tree in page.scores {
            for node in tree.nodes {
                if let Some(score) = node.score {
                    found.insert((tree.area.clone(), node.node), score);
                }
            }
        }
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page = Some(Page { token: page.next_page_token, ..Default::default() });
    }
}

fn compare(found: &HashMap<(String, String), f64>) -> usize {
    let mut compared = 0;
    for row in rows("coinr/pipeline/example_Aggregated.csv") {
        for (node, text) in row.iter().filter(|(node, _)| *node != "uCode") {
            let Ok(expected) = text.parse::<f64>() else { continue };
            let Some(score) = found.get(&(row["uCode"].clone(), node.clone())) else {
                panic!("{node} of {} has no score", row["uCode"]);
            };
            assert!(
                (score - expected).abs() <= TOLERANCE * expected.abs().max(1.0),
                "{node} of {}: {score}, not {expected}",
                row["uCode"]
            );
            compared += 1;
        }
    }
    compared
}

#[tokio::test]
async fn a_published_index_scores_reference_data_as_its_reference_does() {
    let server = Server::start();
    assert_eq!(publish(&server).await, START_REVISION + 1);
    for batch in observations().chunks(1_000) {
        let (submission_id, observations) = (Uuid::new_v4().to_string(), batch.to_vec());
        let request = PushObservationsRequest { submission_id, observations, validate_only: false };
        server.observations().await.push_observations(request).await.unwrap();
    }
    let compared = compare(&scores(&server).await);
    println!("{compared} scores of a served index agree with the reference");
    assert!(compared >= 51 * 49, "only {compared} were compared");
}
