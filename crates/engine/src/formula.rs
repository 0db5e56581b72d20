//! Formulas: a value computed from those of other indicators and from scores.
//!
//! *Invariant:* a formula always has an outcome. What has no value has a reason: the first gap of what is read, unless
//! something that is read does not apply, in which case the whole does not; [`Gap::NoDenominator`] for a division by 0;
//! [`Gap::OutsideTransform`] where a function is not defined; [`Gap::NotFinite`] where the arithmetic leaves the range
//! of finite numbers. Of a choice only the branch that is taken can have a gap.

use tenseven_model::{
    Gap, IndicatorId, NodeId, Outcome,
    formula::{Comparison, Expression, Function, Operator},
};

/// Where a formula finds what it reads.
pub trait Readings {
    /// The value of an indicator, as a number.
    fn indicator(&mut self, id: &IndicatorId) -> Outcome;
    /// The score of a node.
    fn node(&mut self, id: &NodeId) -> Outcome;
}

/// The outcome of an expression.
pub fn evaluate(expression: &Expression, readings: &mut impl Readings) -> Outcome {
    match expression {
        Expression::Number(number) => finite(*number),
        Expression::Indicator(id) => readings.indicator(id),
        Expression::Node(id) => readings.node(id),
        Expression::Apply(function, value) => apply(*function, evaluate(value, readings)?),
        Expression::Combine(operator, left, right) => {
            let (left, right) = both(evaluate(left, readings), evaluate(right, readings))?;
            combine(*operator, left, right)
        }
        Expression::Compare(comparison, left, right) => {
            let (left, right) = both(evaluate(left, readings), evaluate(right, readings))?;
            Ok(if holds(*comparison, left, right) { 1.0 } else { 0.0 })
        }
        Expression::Min(values) => picked(values, readings, f64::min),
        Expression::Max(values) => picked(values, readings, f64::max),
        Expression::If(condition, then, otherwise) => {
            let taken = if evaluate(condition, readings)? == 0.0 { otherwise } else { then };
            evaluate(taken, readings)
        }
    }
}

fn both(left: Outcome, right: Outcome) -> Result<(f64, f64), Gap> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(gap), Err(other)) => Err(worse(gap, other)),
        (Err(gap), Ok(_)) | (Ok(_), Err(gap)) => Err(gap),
    }
}

/// The gap that counts of two: that the whole does not apply, otherwise the first.
fn worse(gap: Gap, other: Gap) -> Gap {
    if other.is_not_applicable() { other } else { gap }
}

fn picked(values: &[Expression], readings: &mut impl Readings, pick: fn(f64, f64) -> f64) -> Outcome {
    let mut made = None;
    for value in values {
        let next = evaluate(value, readings);
        made = Some(match made {
            None => next,
            Some(made) => both(made, next).map(|(made, next)| pick(made, next)),
        });
    }
    made.unwrap_or(Err(Gap::NeverReported))
}

fn apply(function: Function, value: f64) -> Outcome {
    match function {
        Function::Negate => Ok(-value),
        Function::Absolute => Ok(value.abs()),
        Function::Log if value > 0.0 => Ok(value.ln()),
        Function::Sqrt if value >= 0.0 => Ok(value.sqrt()),
        Function::Log | Function::Sqrt => Err(Gap::OutsideTransform),
        Function::Exp => finite(value.exp()),
    }
}

fn combine(operator: Operator, left: f64, right: f64) -> Outcome {
    match operator {
        Operator::Add => finite(left + right),
        Operator::Subtract => finite(left - right),
        Operator::Multiply => finite(left * right),
        Operator::Divide if right == 0.0 => Err(Gap::NoDenominator),
        Operator::Divide => finite(left / right),
        Operator::Power => match left.powf(right) {
            // A negative number to a broken power, or 0 to a negative one.
            power if power.is_nan() || left == 0.0 && right < 0.0 => Err(Gap::OutsideTransform),
            power => finite(power),
        },
    }
}

#[expect(clippy::float_cmp, reason = "authors compare what they write")]
fn holds(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Below => left < right,
        Comparison::AtMost => left <= right,
        Comparison::Above => left > right,
        Comparison::AtLeast => left >= right,
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
    }
}

fn finite(number: f64) -> Outcome {
    if number.is_finite() { Ok(number) } else { Err(Gap::NotFinite) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tenseven_model::MissingReason;

    use super::*;

    struct Known(HashMap<&'static str, Outcome>);

    impl Readings for Known {
        fn indicator(&mut self, id: &IndicatorId) -> Outcome {
            self.0.get(id.as_str()).copied().unwrap_or(Err(Gap::NeverReported))
        }
        fn node(&mut self, id: &NodeId) -> Outcome {
            self.0.get(id.as_str()).copied().unwrap_or(Err(Gap::NoChildWithData))
        }
    }

    fn made(expression: &Expression) -> Outcome {
        let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
        let known = [("two", Ok(2.0)), ("zero", Ok(0.0)), ("minus", Ok(-4.0)), ("none", not_applicable)];
        evaluate(expression, &mut Known(HashMap::from(known)))
    }

    fn read(id: &str) -> Expression {
        Expression::Indicator(id.parse().unwrap())
    }

    fn boxed(id: &str) -> Box<Expression> {
        Box::new(read(id))
    }

    #[test]
    fn arithmetic_is_that_of_numbers() {
        for (operator, expected) in [
            (Operator::Add, -2.0),
            (Operator::Subtract, 6.0),
            (Operator::Multiply, -8.0),
            (Operator::Divide, -0.5),
            (Operator::Power, 0.0625),
        ] {
            assert_eq!(made(&Expression::Combine(operator, boxed("two"), boxed("minus"))), Ok(expected));
        }
        assert_eq!(made(&Expression::Max(vec![read("zero"), read("two")])), Ok(2.0));
        assert_eq!(made(&Expression::Min(vec![read("zero"), read("two")])), Ok(0.0));
        assert_eq!(made(&Expression::Compare(Comparison::AtMost, boxed("zero"), boxed("two"))), Ok(1.0));
    }

    #[test]
    fn what_has_no_value_has_a_reason() {
        let combine = |operator, left: &str, right: &str| {
            made(&Expression::Combine(operator, boxed(left), boxed(right)))
        };
        assert_eq!(combine(Operator::Divide, "two", "zero"), Err(Gap::NoDenominator));
        assert_eq!(combine(Operator::Power, "zero", "minus"), Err(Gap::OutsideTransform));
        assert_eq!(made(&Expression::Apply(Function::Log, boxed("zero"))), Err(Gap::OutsideTransform));
        assert_eq!(made(&Expression::Apply(Function::Sqrt, boxed("minus"))), Err(Gap::OutsideTransform));
        let huge = Box::new(Expression::Number(1e6));
        assert_eq!(made(&Expression::Apply(Function::Exp, huge)), Err(Gap::NotFinite));
    }

    #[test]
    fn what_does_not_apply_counts_before_what_is_not_known() {
        let sum = Expression::Combine(Operator::Add, boxed("unheard-of"), boxed("none"));
        assert_eq!(made(&sum), Err(Gap::Reported(MissingReason::NotApplicable)));
        let sum = Expression::Combine(Operator::Add, boxed("unheard-of"), boxed("two"));
        assert_eq!(made(&sum), Err(Gap::NeverReported));
    }

    #[test]
    fn the_branch_not_taken_is_not_looked_at() {
        let choice = |condition| Expression::If(boxed(condition), boxed("two"), boxed("unheard-of"));
        assert_eq!(made(&choice("minus")), Ok(2.0));
        assert_eq!(made(&choice("zero")), Err(Gap::NeverReported));
    }
}
