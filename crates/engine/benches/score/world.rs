//! A framework and observations of any size, the same in every run.

use std::{collections::HashMap, sync::Arc};

use tenseven_engine::{Cell, Geography, Panel, Plan};
use tenseven_model::{
    Alpha3, Frequency, Indicator, IndicatorKind, Number, ObservationKey, ObservationStatus, Revision, Value,
    framework::{
        BandsClosed, Branch, Direction, FrameworkDraft, Leaf, Node, NodeBody, Normalise, Pool, Reference,
        Transform,
    },
};

/// How leaves are normalised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Pooled,
    ByPeriod,
    Goalposts,
    Scaled,
}

/// A framework with all that is observed.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) panel: Panel,
    pub(crate) geography: Geography,
    pub(crate) method: Method,
    /// How many nodes each level has, leaves first, without the root.
    pub(crate) levels: [usize; 3],
    pub(crate) areas: usize,
    pub(crate) periods: usize,
    /// By leaf, then by cell: the numbers, NaN where there is none.
    pub(crate) numbers: Vec<Vec<f64>>,
}

/// Numbers without a pattern, the same in every run (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    /// From 0 up to, not including, 1.
    pub(crate) fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl World {
    pub(crate) fn new(levels: [usize; 3], areas: usize, periods: usize, method: Method) -> Self {
        Self::with(levels, (areas, periods), method, &|_| ())
    }

    /// A world whose framework is changed first.
    pub(crate) fn with(
        levels: [usize; 3],
        (areas, periods): (usize, usize),
        method: Method,
        change: &dyn Fn(&mut FrameworkDraft),
    ) -> Self {
        let mut dice = Dice::new();
        let mut number = || if dice.roll() < 0.05 { f64::NAN } else { dice.roll() * 90.0 + 5.0 };
        let numbers: Vec<Vec<f64>> =
            (0..levels[0]).map(|_| (0..areas * periods).map(|_| number()).collect()).collect();
        let mut panel = Panel::new();
        for (leaf, column) in numbers.iter().enumerate() {
            for (place, number) in column.iter().enumerate().filter(|(_, number)| !number.is_nan()) {
                panel.set(&key(leaf, place / areas, place % areas), cell(*number, place as u64));
            }
        }
        let mut draft = draft(levels, method);
        change(&mut draft);
        let plan = Plan::new(Arc::new(draft.check().unwrap()));
        let geography = Geography::new((0..areas).map(area), HashMap::new());
        Self { plan, panel, geography, method, levels, areas, periods, numbers }
    }

    /// How many leaf cells there are.
    pub(crate) fn cells(&self) -> usize {
        self.levels[0] * self.areas * self.periods
    }
}

/// The observation of a leaf, a period and an area, by their places.
pub(crate) fn key(leaf: usize, period: usize, place: usize) -> ObservationKey {
    ObservationKey {
        indicator: format!("leaf-{leaf}").parse().unwrap(),
        area: area(place).to_string().parse().unwrap(),
        source: "bench".parse().unwrap(),
        period: (1990 + period).to_string().parse().unwrap(),
    }
}

pub(crate) fn cell(number: f64, revision: u64) -> Cell {
    Cell {
        value: Value::Number(Number::try_from(number).unwrap()),
        status: ObservationStatus::Normal,
        revision: Revision::new(revision),
        notes: None,
    }
}

fn area(place: usize) -> Alpha3 {
    let letter = |part: usize| char::from(b'A' + (part % 26) as u8);
    let code: String = [letter(place / 676), letter(place / 26), letter(place)].into_iter().collect();
    code.parse().unwrap()
}

fn draft(levels: [usize; 3], method: Method) -> FrameworkDraft {
    let name = |level: usize, place: usize| match level {
        0 => format!("leaf-{place}"),
        1 | 2 => format!("part-{level}-{place}"),
        _ => "overall".to_owned(),
    };
    let node = |level: usize, place: usize, body| Node {
        id: name(level, place).parse().unwrap(),
        name: String::new(),
        parent: (level < 3).then(|| {
            let above = levels.get(level + 1).copied().unwrap_or(1);
            name(level + 1, place * above / levels[level]).parse().unwrap()
        }),
        weight: 1.0 + place as f64 / 16.0,
        counts: true,
        precision: None,
        body,
    };
    let mut nodes = vec![node(3, 0, NodeBody::Branch(Branch::default()))];
    for level in [2, 1] {
        nodes.extend((0..levels[level]).map(|place| node(level, place, NodeBody::Branch(Branch::default()))));
    }
    nodes.extend((0..levels[0]).map(|place| node(0, place, NodeBody::Leaf(leaf(place, method)))));
    FrameworkDraft {
        id: "bench".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        title: "A framework to measure".to_owned(),
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
        indicators: (0..levels[0]).map(indicator).collect(),
        nodes,
        report: vec![],
    }
}

fn leaf(place: usize, method: Method) -> Leaf {
    let normalise = match method {
        Method::Pooled => Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::AllPeriods },
        Method::ByPeriod => Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period },
        Method::Scaled => Normalise::Scaled { zero: 0.0, one: 1.0, factor: 1.0 },
        Method::Goalposts => Normalise::Goalposts {
            lower: 10.0,
            upper: 90.0,
            scale: 100.0,
            clip: true,
            reason: "to measure".to_owned(),
        },
    };
    Leaf {
        indicator: format!("leaf-{place}").parse().unwrap(),
        sources: vec![],
        max_age: 0,
        not_applicable: vec![],
        unknown_for: vec![],
        denominator: None,
        impute: None,
        direction: Direction::HigherIsBetter,
        treat: None,
        transform: Transform::Identity,
        normalise,
    }
}

fn indicator(place: usize) -> Indicator {
    Indicator {
        id: format!("leaf-{place}").parse().unwrap(),
        name: format!("Leaf {place}"),
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
