//! Small frameworks and panels, said in few words.

use std::{collections::HashMap, sync::Arc};

use tenseven_engine::{Board, Cell, Geography, NodeScore, Panel, Plan, Row};
use tenseven_model::{
    Alpha3, Frequency, Indicator, IndicatorKind, Level, Number, ObservationKey, ObservationStatus, Outcome,
    Period, Ratio, Revision, Rubric, Value,
    framework::{
        Aggregate, Band, BandsClosed, Branch, Clause, Criterion, Direction, Figure, FrameworkDraft, Leaf,
        MinCoverage, Node, NodeBody, Normalise, Over, Reference, Transform,
    },
    indicator::RollUp,
};

pub(crate) fn area(code: &str) -> Alpha3 {
    code.parse().unwrap()
}

pub(crate) fn areas(codes: &[&str]) -> Vec<Alpha3> {
    codes.iter().map(|code| area(code)).collect()
}

pub(crate) fn period(text: &str) -> Period {
    text.parse().unwrap()
}

pub(crate) fn number(value: f64) -> Value {
    Value::Number(Number::try_from(value).unwrap())
}

pub(crate) fn ratio(numerator: f64, denominator: f64) -> Value {
    Value::Ratio(Ratio::new(numerator, denominator).unwrap())
}

pub(crate) fn level(code: &str) -> Value {
    Value::Level(code.parse().unwrap())
}

/// LBY, MAR, TUN and ESP are in the world; LBY, MAR and TUN in Northern Africa (015).
pub(crate) fn geography() -> Geography {
    let africa = areas(&["LBY", "MAR", "TUN"]).into_iter().collect();
    Geography::new(areas(&["ESP", "LBY", "MAR", "TUN"]), HashMap::from([("015".parse().unwrap(), africa)]))
}

pub(crate) const COUNT: IndicatorKind = IndicatorKind::Count;
pub(crate) const NUMBER: IndicatorKind = IndicatorKind::Number { min: None, max: None };

/// The rubric of three levels: basic, elaborated, comprehensive.
pub(crate) fn policy() -> IndicatorKind {
    let levels = ["basic", "elaborated", "comprehensive"].map(|code| Level {
        code: code.parse().unwrap(),
        label: code.to_owned(),
        description: String::new(),
        score: 0.0,
    });
    IndicatorKind::Rubric(Rubric::new(levels.into()).unwrap())
}

pub(crate) fn draft() -> FrameworkDraft {
    FrameworkDraft {
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
        bands: Vec::new(),
        bands_closed: BandsClosed::Below,
        criteria: Vec::new(),
        roots: vec![],
        indicators: Vec::new(),
        nodes: vec![Node {
            id: "overall".parse().unwrap(),
            name: String::new(),
            parent: None,
            weight: 1.0,
            counts: true,
            precision: None,
            body: NodeBody::Branch(Branch::default()),
        }],
        report: Vec::new(),
    }
}

/// What can be said of a framework.
pub(crate) trait Say: Sized {
    fn branch(self, id: &str, parent: &str, weight: f64, branch: Branch) -> Self;
    /// A leaf with an indicator of its own name.
    fn leaf(self, id: &str, parent: &str, kind: IndicatorKind, normalise: Normalise) -> Self;
    fn indicator(self, id: &str, kind: IndicatorKind) -> Self;
    fn root(self, branch: Branch) -> Self;
    /// Changes the last leaf and its indicator.
    fn with(self, change: impl FnOnce(&mut Node, &mut Leaf, &mut Indicator)) -> Self;
    /// Changes a leaf.
    fn with_leaf(self, id: &str, change: impl FnOnce(&mut Leaf)) -> Self;
    fn clause(self, id: &str, figure: Figure) -> Self;
    fn bands(self, bands: &[(&str, f64)]) -> Self;
    fn criteria(self, ids: &[&str]) -> Self;
    fn plan(self) -> Plan;
}

impl Say for FrameworkDraft {
    fn branch(mut self, id: &str, parent: &str, weight: f64, branch: Branch) -> Self {
        self.nodes.push(Node {
            id: id.parse().unwrap(),
            name: String::new(),
            parent: Some(parent.parse().unwrap()),
            weight,
            counts: true,
            precision: None,
            body: NodeBody::Branch(branch),
        });
        self
    }

    fn leaf(mut self, id: &str, parent: &str, kind: IndicatorKind, normalise: Normalise) -> Self {
        self.nodes.push(Node {
            id: id.parse().unwrap(),
            name: String::new(),
            parent: Some(parent.parse().unwrap()),
            weight: 1.0,
            counts: true,
            precision: None,
            body: NodeBody::Leaf(Leaf {
                indicator: id.parse().unwrap(),
                sources: Vec::new(),
                max_age: 0,
                not_applicable: vec![],
                unknown_for: vec![],
                denominator: None,
                impute: None,
                direction: Direction::HigherIsBetter,
                treat: None,
                transform: Transform::Identity,
                normalise,
            }),
        });
        self.indicator(id, kind)
    }

    fn indicator(mut self, id: &str, kind: IndicatorKind) -> Self {
        self.indicators.push(Indicator {
            id: id.parse().unwrap(),
            name: String::new(),
            description: String::new(),
            unit: String::new(),
            kind,
            formula: None,
            breakdown_of: None,
            roll_up: None,
            criteria: Vec::new(),
            measures: Vec::new(),
            instruments: Vec::new(),
        });
        self
    }

    fn root(mut self, branch: Branch) -> Self {
        self.nodes[0].body = NodeBody::Branch(branch);
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Node, &mut Leaf, &mut Indicator)) -> Self {
        let node = self.nodes.last_mut().unwrap();
        let NodeBody::Leaf(mut leaf) = node.body.clone() else { panic!("the last node is no leaf") };
        change(node, &mut leaf, self.indicators.last_mut().unwrap());
        node.body = NodeBody::Leaf(leaf);
        self
    }

    fn with_leaf(mut self, id: &str, change: impl FnOnce(&mut Leaf)) -> Self {
        let node = self.nodes.iter_mut().find(|node| node.id.as_str() == id);
        let NodeBody::Leaf(leaf) = &mut node.unwrap().body else { panic!("{id} is no leaf") };
        change(leaf);
        self
    }

    fn clause(mut self, id: &str, figure: Figure) -> Self {
        self.report.push(Clause {
            id: id.parse().unwrap(),
            title: String::new(),
            unit: String::new(),
            figure,
        });
        self
    }

    fn bands(mut self, bands: &[(&str, f64)]) -> Self {
        let band =
            |(id, from): &(&str, f64)| Band { id: id.parse().unwrap(), label: String::new(), from: *from };
        self.bands = bands.iter().map(band).collect();
        self
    }

    fn criteria(mut self, ids: &[&str]) -> Self {
        let criterion = |id: &&str| Criterion {
            id: id.parse().unwrap(),
            label: String::new(),
            min_coverage: MinCoverage::One,
        };
        self.criteria = ids.iter().map(criterion).collect();
        self
    }

    fn plan(self) -> Plan {
        Plan::new(Arc::new(self.check().unwrap()))
    }
}

/// A mean over children with this minimum.
pub(crate) fn mean(min_coverage: MinCoverage) -> Branch {
    Branch { aggregate: Aggregate::Arithmetic, over: Over::Children, min_coverage, ..Branch::default() }
}

pub(crate) fn units_add_up(_: &mut Node, _: &mut Leaf, indicator: &mut Indicator) {
    indicator.roll_up = Some(RollUp::Sum);
}

pub(crate) fn key(indicator: &str, area: &str, source: &str, period: &str) -> ObservationKey {
    ObservationKey {
        indicator: indicator.parse().unwrap(),
        area: area.parse().unwrap(),
        source: source.parse().unwrap(),
        period: period.parse().unwrap(),
    }
}

pub(crate) fn cell(value: Value, revision: u64) -> Cell {
    let status = match &value {
        Value::Missing(reason) => ObservationStatus::of_missing(*reason),
        _ => ObservationStatus::Normal,
    };
    Cell { value, status, revision: Revision::new(revision), notes: None }
}

/// A panel of one source, from indicator, area, period and value; the revisions count up.
pub(crate) fn panel(cells: &[(&str, &str, &str, Value)]) -> Panel {
    let mut panel = Panel::new();
    for (revision, (indicator, area, period, value)) in (1..).zip(cells) {
        panel.set(&key(indicator, area, "one", period), cell(value.clone(), revision));
    }
    panel
}

pub(crate) fn node<'a>(plan: &Plan, row: &'a Row, id: &str) -> &'a NodeScore {
    &row.nodes[plan.framework().node(&id.parse().unwrap()).unwrap()]
}

pub(crate) fn outcome(board: &Board, period_text: &str, area_code: &str, id: &str) -> Outcome {
    let row = board.row(period(period_text), area(area_code)).expect("there is a row");
    node(board.plan(), &row, id).outcome
}

/// The scores of an area that nothing is known of, in a registry without observations.
pub(crate) fn nothing_known(plan: &Plan) -> Row {
    plan.score(&Panel::new(), &geography()).answer(period("2020"), area("TUN"))
}
