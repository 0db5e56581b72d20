//! Two roots in one framework, through every command and the calls behind them.

use std::process::Command;

use serde_json::Value as Json;
use tenseven_tests::{Draft, Server, binary, number};

const TWO: &str = r#"
id = "two"
version = "1.0.0"
title = "An index and its variant"
ranking = true
roots = ["index", "adjusted"]

[[bands]]
id = "low"
label = "Low"
from = 0

[[bands]]
id = "high"
label = "High"
from = 50

[[nodes]]
id = "index"
name = "Index"
normalise = { method = "none" }

[[nodes]]
id = "adjusted"
name = "Adjusted index"
normalise = { method = "none" }

[[indicators]]
id = "two.wages"
name = "Wages"
kind = "number"
parent = "index"

[[indicators]]
id = "two.safety"
name = "Safety"
kind = "number"
parent = "index"

[[indicators]]
id = "two.loss"
name = "What is left after the loss"
kind = "number"
parent = "adjusted"

[[indicators]]
id = "two.lessened"
name = "The index, lessened"
formula = "node[index] / 2"
parent = "adjusted"

[[report]]
id = "high"
title = "Share of countries whose adjusted index is high"
figure = "band-share"
node = "adjusted"
at_least_band = "high"
"#;

fn run(server: &Server, arguments: &[&str]) -> String {
    let output =
        Command::new(binary::path()).args(arguments).args(["--server", server.address()]).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(server: &Server, arguments: &[&str]) -> Json {
    serde_json::from_str(&run(server, &[arguments, &["--format", "json"]].concat())).unwrap()
}

/// The index of MAR is 40 in 2019 and 60 in 2020, of LBY 90; adjusted MAR has 30 and 35, LBY 55.
async fn server() -> Server {
    let server = Server::start_with_framework(TWO);
    let draft = Draft::new()
        .with("two.wages", "MAR", "2019", number(30.0))
        .with("two.safety", "MAR", "2019", number(50.0))
        .with("two.loss", "MAR", "2019", number(40.0))
        .with("two.wages", "MAR", "2020", number(60.0))
        .with("two.loss", "MAR", "2020", number(40.0))
        .with("two.wages", "LBY", "2020", number(90.0))
        .with("two.loss", "LBY", "2020", number(65.0));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

/// The ids and scores of a list of nodes.
fn scores(nodes: &Json) -> Vec<(&str, f64)> {
    let nodes = nodes.as_array().unwrap().iter();
    nodes.filter_map(|node| Some((node["node"].as_str()?, node["score"].as_f64()?))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_lists_trends_and_comparisons_have_both_roots() {
    let server = server().await;
    let one = json(&server, &["scores", "--framework", "two", "--area", "MAR", "--period", "2020"]);
    let nodes = &one["scores"]["nodes"];
    let expected = [("index", 60.0), ("two.wages", 60.0), ("adjusted", 35.0), ("two.loss", 40.0)];
    assert_eq!(scores(nodes)[..4], expected);
    let roots: Vec<_> = nodes.as_array().unwrap().iter().filter(|node| node["depth"] == 0).collect();
    assert_eq!(roots.iter().map(|root| &root["node"]).collect::<Vec<_>>(), ["index", "adjusted"]);
    assert_eq!(roots.iter().map(|root| &root["coverage"]["applicable"]).collect::<Vec<_>>(), [2, 2]);
    let list = run(&server, &["scores", "--framework", "two", "--period", "2020"]);
    let flat = list.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(list.contains("LBY") && flat.contains("1 of 2 (50 %) 2 of 2 (100 %)"), "{list}");
    let trend = json(&server, &["trend", "--framework", "two", "--area", "MAR"]);
    let points = trend["points"].as_array().unwrap().iter();
    let points: Vec<_> =
        points.map(|point| (point["node"]["node"].as_str(), point["node"]["score"].as_f64())).collect();
    let expected = [("index", 40.0), ("index", 60.0), ("adjusted", 30.0), ("adjusted", 35.0)];
    assert_eq!(points, expected.map(|(node, score)| (Some(node), Some(score))));
    let compared = run(&server, &["compare", "--framework", "two", "--area", "MAR,LBY", "--period", "2020"]);
    assert!(compared.contains("indicators with data, Index"), "{compared}");
    assert!(compared.contains("indicators with data, Adjusted index"), "{compared}");
    let csv = run(&server, &["scores", "--framework", "two", "--period", "2020", "--format", "csv"]);
    assert!(csv.lines().any(|line| line.contains("adjusted,Adjusted index")), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_leads_down_from_both_roots() {
    let server = server().await;
    let arguments = ["explain", "--framework", "two", "--area", "MAR", "--period", "2020"];
    let whole = json(&server, &arguments);
    let nodes = whole["explanation"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 6);
    let to_root = |id: &str| {
        let node = nodes.iter().find(|node| node["node"]["node"] == id).unwrap();
        node["contribution_to_root"].as_f64()
    };
    assert_eq!(to_root("index"), Some(60.0));
    assert_eq!(to_root("adjusted"), Some(35.0));
    assert_eq!((to_root("two.wages"), to_root("two.loss")), (Some(60.0), Some(20.0)));
    assert_eq!(to_root("two.lessened"), Some(15.0));
    let table = run(&server, &arguments);
    assert!(table.contains("\nIndex: 60") && table.contains("\nAdjusted index: 35"), "{table}");
    let one = json(&server, &[&arguments[..], &["--node", "adjusted"]].concat());
    assert_eq!(one["explanation"]["nodes"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn ranks_are_by_the_first_root_and_figures_by_the_one_that_is_named() {
    let server = server().await;
    let rank = ["rank", "--framework", "two", "--period", "2020", "--area", "m49:015"];
    assert_eq!(json(&server, &rank)["node"], "index");
    assert_eq!(json(&server, &[&rank[..], &["--node", "adjusted"]].concat())["node"], "adjusted");
    let report = run(&server, &["report", "--framework", "two", "--period", "2020", "--format", "csv"]);
    assert!(report.contains("50"), "one of two is high: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_follows_both_roots() {
    let server = server().await;
    let watch = ["watch", "scores", "--framework", "two", "--area", "LBY", "--snapshot", "--limit", "2"];
    let told = run(&server, &[&watch[..], &["--format", "csv"]].concat());
    assert!(told.contains(",index,") && told.contains(",adjusted,"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_templates_and_differences_have_both_roots() {
    let server = server().await;
    let text = run(&server, &["frameworks", "two"]);
    assert!(text.contains("Adjusted index"), "{text}");
    let template = run(&server, &["template", "--framework", "two", "--area", "MAR", "--period", "2021"]);
    assert!(template.contains("two.wages") && template.contains("two.loss"), "{template}");
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old.toml", "new.toml"].map(|name| folder.path().join(name));
    std::fs::write(&old, TWO).unwrap();
    let one_root = TWO
        .replace("roots = [\"index\", \"adjusted\"]\n", "")
        .replace(
            "name = \"Adjusted index\"\n",
            "name = \"Adjusted index\"\nparent = \"index\"\ncounts = false\n",
        )
        .replace("1.0.0", "1.1.0");
    std::fs::write(&new, one_root).unwrap();
    let difference = run(&server, &["framework", "diff", "two", new.to_str().unwrap()]);
    for word in ["roots", "counts", "parent"] {
        assert!(difference.contains(word), "{word}: {difference}");
    }
    let missing = TWO.replace("roots = [\"index\", \"adjusted\"]\n", "");
    std::fs::write(&new, missing).unwrap();
    let refused =
        Command::new(binary::path()).args(["framework", "validate", new.to_str().unwrap()]).output().unwrap();
    let refused = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(
        refused.contains("exactly one node has no parent unless several are listed in roots"),
        "{refused}"
    );
}
