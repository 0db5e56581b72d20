//! The whole chain as defined by a framework's text: ASEM from its TOML, scored on a board, stage by stage as explained.

use std::{collections::HashMap, sync::Arc};

use tenseven_catalog::parse_framework;
use tenseven_engine::{
    Board, Cell, Geography, Panel, Plan,
    explain::{Explanation, LeafStages, Made},
};
use tenseven_model::{
    Alpha3, Framework, Number, ObservationKey, ObservationStatus, Outcome, Period, Revision, Value,
};

use super::{
    data::{Frame, number},
    sheet::Sheet,
};

const ASEM: &str = include_str!("../frameworks/asem-connectivity.toml");

fn framework() -> Arc<Framework> {
    Arc::new(parse_framework(ASEM).unwrap_or_else(|error| panic!("{error}")))
}

fn board(framework: &Arc<Framework>, observations: &Frame) -> Board {
    let mut panel = Panel::new();
    let areas: Vec<Alpha3> = observations.keys().iter().map(|code| code.parse().expect("a code")).collect();
    for indicator in &framework.draft().indicators {
        for (area, text) in areas.iter().zip(observations.text(indicator.id.as_str())) {
            let Some(value) = number(text) else { continue };
            let key = ObservationKey {
                indicator: indicator.id.clone(),
                area: area.to_string().parse().expect("an area"),
                source: "coinr".parse().expect("a source"),
                period: period(),
            };
            let value = Value::Number(Number::try_from(value).expect("a finite number"));
            panel.set(
                &key,
                Cell { value, status: ObservationStatus::Normal, revision: Revision::new(1), notes: None },
            );
        }
    }
    let geography = Geography::new(areas, HashMap::new());
    Plan::new(Arc::clone(framework)).score(&panel, &geography)
}

fn period() -> Period {
    "2018".parse().expect("a period")
}

/// The name of a step in the reference, and its name in an explanation.
type Step = (&'static str, fn(&LeafStages) -> Outcome);

const STEPS: [Step; 4] = [
    ("Denominated", |stages| stages.denominated.unwrap_or(stages.resolved)),
    ("Imputed", |stages| stages.imputed.expect("the framework imputes")),
    ("Treated", |stages| stages.treated.as_ref().expect("the framework treats").0),
    ("Normalised", |stages| stages.normalised),
];

fn leaf<'a>(explanation: &'a Explanation, framework: &Framework, id: &str) -> &'a LeafStages {
    let node = framework.node(&id.parse().expect("an id")).expect("a node");
    match &explanation.nodes[node].made {
        Made::Leaf(stages) => stages,
        Made::Branch(_) => panic!("{id} is no leaf"),
    }
}

#[test]
fn a_frameworks_text_makes_every_stage_of_the_chain() {
    let framework = framework();
    println!("{:<24} {:>8} {:>12}", "file", "cells", "worst");
    for (name, input) in [("example", "asem"), ("dropA", "dropA")] {
        let board = board(&framework, &Frame::observations(input));
        let explained = |code: &str| board.explain(period(), code.parse().expect("a code"));
        for (step, stage) in STEPS {
            let expected = Frame::read(&format!("pipeline/{name}_{step}.csv"));
            let mut sheet = Sheet::default();
            for (row, code) in expected.keys().iter().enumerate() {
                let explanation = explained(code);
                for id in expected.header.iter().filter(|id| *id != "uCode") {
                    let text = expected.text(id)[row];
                    let found = stage(leaf(&explanation, &framework, id)).ok();
                    sheet.number(&format!("{id} of {code}"), number(text), found);
                }
            }
            report(&format!("{name}_{step}"), &sheet);
        }
        let expected = Frame::read(&format!("pipeline/{name}_Aggregated.csv"));
        let mut sheet = Sheet::default();
        for id in expected.header.iter().filter(|id| *id != "uCode") {
            let node = framework.node(&id.parse().expect("an id")).expect("a node");
            for (code, text) in expected.keys().iter().zip(expected.text(id)) {
                let found = board.outcome(period(), code.parse().expect("a code"), node);
                sheet.number(&format!("{id} of {code}"), number(text), found.and_then(Result::ok));
            }
        }
        report(&format!("{name}_Aggregated"), &sheet);
    }
}

fn report(file: &str, sheet: &Sheet) {
    println!("{file:<24} {:>8} {:>12.2e}", sheet.cells, sheet.worst);
    assert!(sheet.cells >= 51 * 49, "{file}: {} cells", sheet.cells);
    assert!(
        sheet.differences.is_empty(),
        "{file}: {} differences, first {}",
        sheet.differences.len(),
        sheet.differences[0]
    );
}

/// The root is what its leaves add to it.
#[test]
fn what_the_leaves_add_is_the_index() {
    let framework = framework();
    let board = board(&framework, &Frame::observations("dropA"));
    let mut explained = 0;
    for area in board.areas(period()) {
        let explanation = board.explain(period(), area);
        let leaves = framework.leaves().iter().filter_map(|leaf| explanation.nodes[*leaf].to_root);
        let root = explanation.nodes[0].score.outcome.expect("the index is known");
        assert!((leaves.sum::<f64>() - root).abs() < 1e-12 * root.abs().max(1.0), "{area}");
        explained += 1;
    }
    assert_eq!(explained, 51);
}
