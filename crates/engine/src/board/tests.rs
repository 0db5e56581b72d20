use std::{collections::HashMap, sync::Arc};

use tenseven_model::{
    Frequency, Indicator, IndicatorKind, Number, ObservationKey, ObservationStatus, Revision, Value,
    framework::{
        Average, BandsClosed, Branch, Direction, FrameworkDraft, Impute, Leaf, Node, NodeBody, Normalise,
        Pool, Reference, Transform,
    },
};

use super::*;
use crate::Cell;

const AREAS: usize = 150;
const PERIODS: usize = 100;

fn area(place: usize) -> Alpha3 {
    let letter = |part: usize| char::from(b'A' + u8::try_from(part % 26).unwrap());
    let code: String = [letter(place / 676), letter(place / 26), letter(place)].into_iter().collect();
    code.parse().unwrap()
}

fn key(leaf: usize, period: usize, place: usize) -> ObservationKey {
    ObservationKey {
        indicator: format!("leaf-{leaf}").parse().unwrap(),
        area: area(place).to_string().parse().unwrap(),
        source: "one".parse().unwrap(),
        period: (1900 + period).to_string().parse().unwrap(),
    }
}

fn cell(number: f64) -> Cell {
    let value = Value::Number(Number::try_from(number).unwrap());
    Cell { value, status: ObservationStatus::Normal, revision: Revision::new(1), notes: None }
}

fn indicator(leaf: usize) -> Indicator {
    Indicator {
        id: format!("leaf-{leaf}").parse().unwrap(),
        name: String::new(),
        description: String::new(),
        unit: String::new(),
        kind: IndicatorKind::Number { min: None, max: None },
        formula: None,
        breakdown_of: None,
        roll_up: None,
        criteria: vec![],
        measures: vec![],
        instruments: vec![],
    }
}

fn leaf(leaf: usize, normalise: Normalise) -> NodeBody {
    NodeBody::Leaf(Leaf {
        indicator: format!("leaf-{leaf}").parse().unwrap(),
        sources: vec![],
        max_age: 0,
        not_applicable: vec![],
        unknown_for: vec![],
        denominator: None,
        impute: (leaf == 2).then_some(Impute::Average(Average::Mean)),
        direction: Direction::HigherIsBetter,
        treat: None,
        transform: Transform::Log1p,
        normalise,
    })
}

/// An overall score of two branches of two leaves each, which compare areas with each other, and log numbers before.
fn plan() -> Plan {
    let node = |id: String, parent: Option<&str>, body| Node {
        id: id.parse().unwrap(),
        name: String::new(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        weight: 1.0,
        counts: true,
        precision: None,
        body,
    };
    let branch = || NodeBody::Branch(Branch::default());
    let scale = |pool| Normalise::MinMax { lower: 0.0, upper: 100.0, pool };
    let mut nodes = vec![node("overall".to_owned(), None, branch())];
    nodes.extend(["left", "right"].map(|id| node(id.to_owned(), Some("overall"), branch())));
    for (place, (parent, pool)) in [
        ("left", Pool::Period),
        ("left", Pool::AllPeriods),
        ("right", Pool::Period),
        ("right", Pool::AllPeriods),
    ]
    .into_iter()
    .enumerate()
    {
        nodes.push(node(format!("leaf-{place}"), Some(parent), leaf(place, scale(pool))));
    }
    let draft = FrameworkDraft {
        id: "test".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        title: "Test".to_owned(),
        description: String::new(),
        source: String::new(),
        frequency: Frequency::Annual,
        ranking: false,
        reference: Reference::World,
        precision: None,
        groups: vec![],
        bands: vec![],
        bands_closed: BandsClosed::Below,
        criteria: vec![],
        roots: vec![],
        indicators: (0..4).map(indicator).collect(),
        nodes,
        report: vec![],
    };
    Plan::new(Arc::new(draft.check().unwrap()))
}

/// A board of which everything is observed.
fn board() -> Board {
    let mut panel = Panel::new();
    for leaf in 0..4 {
        for period in 0..PERIODS {
            for place in 0..AREAS {
                let number = ((leaf + 3 * period + 7 * place) % 90) as f64;
                panel.set(&key(leaf, period, place), cell(number));
            }
        }
    }
    plan().score(&panel, &Geography::new((0..AREAS).map(area), HashMap::new()))
}

/// How many chunks of their columns two boards do not share.
fn apart(one: &Board, other: &Board) -> usize {
    let mut chunks = 0;
    for (one, other) in one.columns().zip(other.columns()) {
        one.apart(other, |_, _, _| chunks += 1);
    }
    chunks
}

#[test]
fn after_one_observation_all_chunks_but_those_of_its_cell_are_shared() {
    let before = board();
    // The second leaf is prepared cell by cell, the third period by period.
    for leaf in [1, 2] {
        let changed = key(leaf, 70, 40);
        let mut panel = before.panel().clone();
        panel.set(&changed, cell(33.5));
        let after = before.plan().rescore(&before, &panel, &before.geography, &[changed]);
        // What is observed, what is prepared, and the scores of the leaf, its branch and the root.
        assert_eq!(apart(&before, &after), 5, "leaf {leaf}");
    }
    assert_eq!(before.slots(), 15 * AREAS * PERIODS, "four leaves of three columns each, and three branches");
}

#[test]
fn after_a_new_largest_of_a_period_the_chunks_of_other_periods_are_shared() {
    let before = board();
    let changed = key(0, 70, 40);
    let mut panel = before.panel().clone();
    panel.set(&changed, cell(1e6));
    let after = before.plan().rescore(&before, &panel, &before.geography, &[changed]);
    // The scores of the leaf, its branch and the root, of 150 areas in two or three chunks; and one chunk of what is
    // observed and one of what is prepared.
    let chunks = apart(&before, &after);
    assert!((2 + 3 * 2..=2 + 3 * 3).contains(&chunks), "{chunks}");
}
