//! Effective weights, of a framework that has the example's tree.

use tenseven_engine::weights::effective;
use tenseven_model::{
    Framework, Frequency, Indicator, IndicatorKind,
    framework::{
        BandsClosed, Branch, Direction, FrameworkDraft, Leaf, Node, NodeBody, Normalise, Reference, Transform,
    },
};

use super::{
    Case,
    data::{Meta, MetaEntry, weights},
    sheet::{Sheet, cell},
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let Some(set) = case.name.strip_prefix("eff_weights_") else {
        assert!(
            ["lineage", "weights_original", "weights_rule"].contains(&case.name.as_str()),
            "{}",
            case.name
        );
        sheet.file_left = Some("the settings of other files, no result");
        return;
    };
    let framework = framework(meta, set);
    let found = effective(&framework);
    let expected = case.expected();
    for (row, code) in expected.text("iCode").into_iter().enumerate() {
        let node = framework.node(&id(code).parse().expect("an id")).expect("the node is there");
        sheet.number(code, cell(expected, row, "EffWeight"), Some(found[node]));
    }
}

fn id(code: &str) -> String {
    code.to_lowercase()
}

fn framework(meta: &Meta, set: &str) -> Framework {
    let weights = weights(set);
    let node = |entry: &MetaEntry, body| Node {
        id: id(&entry.code).parse().expect("an id"),
        name: entry.code.clone(),
        parent: (entry.parent != "NA").then(|| id(&entry.parent).parse().expect("an id")),
        weight: weights[&entry.code],
        counts: true,
        precision: None,
        body,
    };
    let leaf = |entry: &MetaEntry| Leaf {
        indicator: id(&entry.code).parse().expect("an id"),
        sources: Vec::new(),
        max_age: 0,
        not_applicable: vec![],
        unknown_for: vec![],
        denominator: None,
        impute: None,
        direction: Direction::HigherIsBetter,
        treat: None,
        transform: Transform::Identity,
        normalise: Normalise::None,
    };
    let indicator = |entry: &MetaEntry| Indicator {
        id: id(&entry.code).parse().expect("an id"),
        name: entry.code.clone(),
        description: String::new(),
        unit: String::new(),
        kind: IndicatorKind::Number { min: None, max: None },
        formula: None,
        breakdown_of: None,
        roll_up: None,
        criteria: Vec::new(),
        measures: Vec::new(),
        instruments: Vec::new(),
    };
    let branches = meta.levels.iter().flatten().map(|entry| node(entry, NodeBody::Branch(Branch::default())));
    let leaves = meta.indicators.iter().map(|entry| node(entry, NodeBody::Leaf(leaf(entry))));
    FrameworkDraft {
        id: "asem".parse().expect("an id"),
        version: "1.0.0".parse().expect("a version"),
        title: "Sustainable connectivity".to_owned(),
        description: String::new(),
        source: String::new(),
        frequency: Frequency::Annual,
        ranking: true,
        reference: Reference::All,
        precision: None,
        groups: vec![],
        bands: Vec::new(),
        bands_closed: BandsClosed::Below,
        criteria: Vec::new(),
        roots: vec![],
        indicators: meta.indicators.iter().map(indicator).collect(),
        nodes: branches.chain(leaves).collect(),
        report: Vec::new(),
    }
    .check()
    .expect("the framework can be scored")
}
