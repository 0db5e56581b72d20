//! What formulas cost at a cell.

use tenseven_model::formula::{Expression, Function, Operator, OverTime};

use super::unit::{
    FORMULA, GATHERED, ID, LOCAL_UNITS, LOGARITHM, LOOK_UP, NUMBER, OBSERVATION, POWER, SERIES, SIMPLE,
};
use crate::reading::{Computed, Reading, Source, Step};

/// What reading a value costs at a cell.
pub(super) fn reading(reading: &Reading, reads_nodes: bool) -> f64 {
    // A leaf that reads scores finds its observations at each cell again.
    let found = if reads_nodes { SERIES } else { 0.0 };
    let of_source = |source: &Source| {
        let read = if source.rule.add_units { OBSERVATION * (1.0 + LOCAL_UNITS) } else { OBSERVATION };
        read * source.lags.len() as f64 + found
    };
    let observed: f64 = reading.sources().iter().map(of_source).sum();
    match reading {
        Reading::Observed(_) => observed,
        Reading::Computed(computed) => FORMULA + observed + steps(computed),
    }
}

/// How many values a reading reads.
pub(super) fn values(reading: &Reading) -> usize {
    match reading {
        Reading::Observed(_) => 1,
        Reading::Computed(computed) => computed
            .steps
            .iter()
            .map(|step| step.expression.read_count().saturating_mul(step.lags.len()))
            .fold(0, usize::saturating_add),
    }
}

fn steps(computed: &Computed) -> f64 {
    let step =
        |step: &Step| (LOOK_UP + evaluated(&step.expression, computed.nodes.len())) * step.lags.len() as f64;
    computed.steps.iter().map(step).sum()
}

/// What an expression costs; `nodes` is how many scores are searched for one that it reads.
fn evaluated(expression: &Expression, nodes: usize) -> f64 {
    let of = |expression: &Expression| evaluated(expression, nodes);
    match expression {
        Expression::Number(_) => SIMPLE,
        Expression::Indicator(_) => 2.0 * LOOK_UP,
        Expression::Node(_) => nodes as f64 * ID,
        Expression::Apply(function, value) => of(value) + applied(*function),
        Expression::Round(value, _) => of(value) + SIMPLE,
        Expression::Combine(operator, left, right) => of(left) + of(right) + combined(*operator),
        Expression::Compare(_, left, right) => of(left) + of(right) + SIMPLE,
        Expression::Min(values) | Expression::Max(values) => {
            values.iter().map(|value| of(value) + SIMPLE).sum()
        }
        Expression::Gather(_, values) => {
            GATHERED + values.iter().map(|value| of(value) + NUMBER).sum::<f64>()
        }
        Expression::Over(over, value, periods) => match over {
            OverTime::Lag => of(value) + SIMPLE,
            OverTime::Difference | OverTime::Growth => 2.0 * (of(value) + SIMPLE),
            OverTime::MovingMean => GATHERED + f64::from(*periods) * (of(value) + NUMBER),
        },
        // At most: only one of the two is evaluated.
        Expression::If(condition, then, otherwise) => of(condition) + of(then).max(of(otherwise)) + SIMPLE,
    }
}

fn applied(function: Function) -> f64 {
    match function {
        Function::Negate | Function::Absolute | Function::Sqrt => SIMPLE,
        Function::Log | Function::Exp => LOGARITHM,
    }
}

fn combined(operator: Operator) -> f64 {
    match operator {
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => SIMPLE,
        Operator::Power => POWER,
    }
}
