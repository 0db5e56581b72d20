//! Formulas: a value computed from those of other indicators and from scores.
//!
//! *Invariant:* a formula always has an outcome. What has no value has a reason: the first gap of what is read, unless
//! something that is read does not apply, in which case the whole does not; [`Gap::NoDenominator`] for a division by 0;
//! [`Gap::OutsideTransform`] where a function is not defined; [`Gap::NotFinite`] where the arithmetic leaves the range
//! of finite numbers. Of a choice only the branch that is taken can have a gap. What is gathered passes over what has no number, whatever
//! the reason; where nothing has one, the whole does not apply if nothing does, and otherwise has the first gap of another kind. Comparisons, and whether a condition is 0, are decided by
//! [`tenseven_model::equality`], on the scale of the numbers that go into either side.

use std::cmp::Ordering;

use tenseven_model::{
    Gap, IndicatorId, NodeId, Outcome,
    equality::Scale,
    formula::{Comparison, Expression, Function, Gathering, Operator, OverTime},
};

use crate::number;

/// Where a formula finds what it reads.
pub trait Readings {
    /// The value of an indicator, as a number.
    fn indicator(&mut self, id: &IndicatorId) -> Outcome;
    /// The score of a node.
    fn node(&mut self, id: &NodeId) -> Outcome;
    /// Reads from now on of so many periods before.
    fn go_back(&mut self, periods: u32);
    /// Reads again of the period from which it went back so many.
    fn come_back(&mut self, periods: u32);
    /// Notes that a written number stands in for something that has none.
    fn filled_in(&mut self) {}
}

/// The outcome of an expression.
pub fn evaluate(expression: &Expression, readings: &mut impl Readings) -> Outcome {
    Ok(worked_out(expression, readings)?.number)
}

/// A number with the size of what it was made from, so that what a difference leaves of two equal numbers is not taken for a number.
#[derive(Debug, Clone, Copy)]
struct Sized {
    number: f64,
    size: f64,
}

impl Sized {
    fn new(number: f64, size: f64) -> Result<Self, Gap> {
        let size = size.max(number.abs()).min(f64::MAX);
        if number.is_finite() { Ok(Self { number, size }) } else { Err(Gap::NotFinite) }
    }

    /// A number that was made from nothing larger.
    fn plain(number: f64) -> Result<Self, Gap> {
        Self::new(number, 0.0)
    }

    fn compare(self, other: Self) -> Ordering {
        Scale::of([self.size, other.size]).compare(self.number, other.number)
    }

    fn is_zero(self) -> bool {
        Scale::of([self.size]).is_same(self.number, 0.0)
    }
}

fn worked_out(expression: &Expression, readings: &mut impl Readings) -> Result<Sized, Gap> {
    match expression {
        Expression::Number(number) => Sized::plain(*number),
        Expression::Indicator(id) => Sized::plain(readings.indicator(id)?),
        Expression::Node(id) => Sized::plain(readings.node(id)?),
        Expression::Apply(function, value) => apply(*function, worked_out(value, readings)?),
        Expression::Combine(operator, left, right) => {
            let (left, right) = both(worked_out(left, readings), worked_out(right, readings))?;
            combine(*operator, left, right)
        }
        Expression::Compare(comparison, left, right) => {
            let (left, right) = both(worked_out(left, readings), worked_out(right, readings))?;
            Sized::plain(if holds(*comparison, left.compare(right)) { 1.0 } else { 0.0 })
        }
        Expression::Round(value, precision) => {
            Sized::plain(precision.round(worked_out(value, readings)?.number))
        }
        Expression::Min(values) => picked(values, readings, f64::min),
        Expression::Max(values) => picked(values, readings, f64::max),
        Expression::Gather(gathering, values) => gathered(*gathering, values, readings),
        Expression::Over(over, value, periods) => over_time(*over, value, *periods, readings),
        Expression::If(condition, then, otherwise) => {
            let taken = if worked_out(condition, readings)?.is_zero() { otherwise } else { then };
            worked_out(taken, readings)
        }
    }
}

fn both(left: Result<Sized, Gap>, right: Result<Sized, Gap>) -> Result<(Sized, Sized), Gap> {
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

fn picked(
    values: &[Expression],
    readings: &mut impl Readings,
    pick: fn(f64, f64) -> f64,
) -> Result<Sized, Gap> {
    let mut made = None;
    for value in values {
        let next = worked_out(value, readings);
        made = Some(match made {
            None => next,
            Some(made) => both(made, next).and_then(|(made, next)| {
                Sized::new(pick(made.number, next.number), made.size.max(next.size))
            }),
        });
    }
    made.unwrap_or(Err(Gap::NeverReported))
}

fn gathered(gathering: Gathering, values: &[Expression], readings: &mut impl Readings) -> Result<Sized, Gap> {
    let (mut numbers, mut size, mut lacking) = (Vec::new(), 0.0_f64, None);
    let mut is_written = true;
    for value in values {
        match worked_out(value, readings) {
            Ok(known) if gathering == Gathering::First => {
                if lacking.is_some() && value.is_constant() {
                    readings.filled_in();
                }
                return Ok(known);
            }
            Ok(known) => {
                numbers.push(known.number);
                size = size.max(known.size);
                is_written &= value.is_constant();
            }
            Err(gap) if lacking.is_none_or(Gap::is_not_applicable) => lacking = Some(gap),
            Err(_) => {}
        }
    }
    let takes_numbers = matches!(gathering, Gathering::Sum | Gathering::Mean);
    if takes_numbers && lacking.is_some() && is_written && !numbers.is_empty() {
        readings.filled_in();
    }
    match (gathering, lacking) {
        (Gathering::Known | Gathering::Count, _) => Sized::plain(numbers.len() as f64),
        (_, Some(gap)) if numbers.is_empty() => Err(gap),
        (Gathering::Sum, _) => Sized::new(number::sum(&numbers), size),
        (Gathering::Mean | Gathering::First, _) => Sized::new(number::mean(&numbers), size),
    }
}

/// The value of an expression so many periods before.
fn before(expression: &Expression, periods: u32, readings: &mut impl Readings) -> Result<Sized, Gap> {
    readings.go_back(periods);
    let value = worked_out(expression, readings);
    readings.come_back(periods);
    value
}

fn over_time(
    over: OverTime,
    value: &Expression,
    periods: u32,
    readings: &mut impl Readings,
) -> Result<Sized, Gap> {
    let mut now_and_then = || both(before(value, 0, readings), before(value, periods, readings));
    match over {
        OverTime::Lag => before(value, periods, readings),
        OverTime::Difference => {
            let (now, then) = now_and_then()?;
            combine(Operator::Subtract, now, then)
        }
        OverTime::Growth => {
            let (now, then) = now_and_then()?;
            combine(Operator::Subtract, combine(Operator::Divide, now, then)?, Sized::plain(1.0)?)
        }
        OverTime::MovingMean => {
            let (mut numbers, mut size, mut lacking) = (Vec::new(), 0.0_f64, None);
            for back in 0..periods {
                match before(value, back, readings) {
                    Ok(known) => {
                        numbers.push(known.number);
                        size = size.max(known.size);
                    }
                    Err(gap) => lacking = Some(lacking.map_or(gap, |known| worse(known, gap))),
                }
            }
            lacking.map_or_else(|| Sized::new(number::mean(&numbers), size), Err)
        }
    }
}

fn apply(function: Function, value: Sized) -> Result<Sized, Gap> {
    let Sized { number, size } = value;
    match function {
        Function::Negate => Sized::new(-number, size),
        Function::Absolute => Sized::new(number.abs(), size),
        Function::Log if number > 0.0 => Sized::plain(number.ln()),
        Function::Sqrt if number >= 0.0 => Sized::plain(number.sqrt()),
        Function::Log | Function::Sqrt => Err(Gap::OutsideTransform),
        Function::Exp => Sized::plain(number.exp()),
    }
}

fn combine(operator: Operator, left: Sized, right: Sized) -> Result<Sized, Gap> {
    let larger = left.size.max(right.size);
    let is_divisor_zero = right.is_zero();
    let ([left, left_size], [right, right_size]) = ([left.number, left.size], [right.number, right.size]);
    match operator {
        Operator::Add => Sized::new(left + right, larger),
        Operator::Subtract => Sized::new(left - right, larger),
        Operator::Multiply => {
            Sized::new(left * right, (left_size * right.abs()).max(left.abs() * right_size))
        }
        Operator::Divide if is_divisor_zero => Err(Gap::NoDenominator),
        Operator::Divide => Sized::new(left / right, left_size / right.abs()),
        Operator::Power => match left.powf(right) {
            // A negative number to a broken power, or 0 to a negative one.
            power if power.is_nan() || left == 0.0 && right < 0.0 => Err(Gap::OutsideTransform),
            power => Sized::plain(power),
        },
    }
}

fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Below => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Above => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tenseven_model::MissingReason;

    use super::*;

    /// What is known; of `year`, how many periods before it is read.
    struct Known(HashMap<&'static str, Outcome>, u32);

    impl Readings for Known {
        fn indicator(&mut self, id: &IndicatorId) -> Outcome {
            match (id.as_str(), self.1) {
                ("year", back @ ..5) => Ok(2020.0 - f64::from(back)),
                (_, back) if back > 0 => Err(Gap::NeverReported),
                (id, _) => self.0.get(id).copied().unwrap_or(Err(Gap::NeverReported)),
            }
        }
        fn go_back(&mut self, periods: u32) {
            self.1 += periods;
        }
        fn come_back(&mut self, periods: u32) {
            self.1 -= periods;
        }
        fn node(&mut self, id: &NodeId) -> Outcome {
            self.0.get(id.as_str()).copied().unwrap_or(Err(Gap::NoChildWithData))
        }
    }

    fn made(expression: &Expression) -> Outcome {
        let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
        let known = [("two", Ok(2.0)), ("zero", Ok(0.0)), ("minus", Ok(-4.0)), ("none", not_applicable)];
        evaluate(expression, &mut Known(HashMap::from(known), 0))
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

    #[test]
    fn what_has_no_number_is_passed_over_where_something_has_one() {
        let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
        for (text, expected) in [
            ("known([two])", Ok(1.0)),
            ("known([unheard-of])", Ok(0.0)),
            ("known([none])", Ok(0.0)),
            ("known([two] / [zero])", Ok(0.0)),
            ("count([two], [none], [unheard-of], [minus])", Ok(2.0)),
            ("count([none])", Ok(0.0)),
            ("mean([two], [none], [minus], [unheard-of])", Ok(-1.0)),
            ("sum([two], [none], [minus], [unheard-of])", Ok(-2.0)),
            ("coalesce([unheard-of], [none], [minus], [two])", Ok(-4.0)),
            ("coalesce([unheard-of], [none], 7)", Ok(7.0)),
            ("mean([none], [none])", not_applicable),
            ("sum([none], [unheard-of])", Err(Gap::NeverReported)),
            ("coalesce([none], [two] / [zero], [unheard-of])", Err(Gap::NoDenominator)),
            ("mean(0.1, 0.2, 0.3, 0.7) * 4 == 1.3", Ok(1.0)),
            ("sum(0.1, 0.2, -0.3) == 0", Ok(1.0)),
        ] {
            let formula: tenseven_model::formula::Formula = text.parse().unwrap();
            assert_eq!(made(&formula.expression), expected, "{text}");
        }
    }

    #[test]
    fn what_looks_back_needs_every_period_that_it_looks_at() {
        for (text, expected) in [
            ("lag([year], 2)", Ok(2018.0)),
            ("lag(lag([year], 1) + [year], 2)", Ok(4035.0)),
            ("difference([year], 4) + [two]", Ok(6.0)),
            ("growth([year], 1) == 2020 / 2019 - 1", Ok(1.0)),
            ("moving_mean([year], 4)", Ok(2018.5)),
            ("moving_mean([year], 6)", Err(Gap::NeverReported)),
            ("mean([year], lag([year], 4), lag([year], 5))", Ok(2018.0)),
            ("growth([year] - 2019, 1)", Err(Gap::NoDenominator)),
            ("difference([two], 1)", Err(Gap::NeverReported)),
            ("coalesce(lag([two], 1), [two])", Ok(2.0)),
        ] {
            let formula: tenseven_model::formula::Formula = text.parse().unwrap();
            assert_eq!(made(&formula.expression), expected, "{text}");
        }
    }

    #[test]
    fn comparisons_see_through_what_rounding_leaves() {
        for (text, expected) in [
            ("0.1 + 0.2 == 0.3", 1.0),
            ("0.1 + 0.2 <= 0.3", 1.0),
            ("0.1 + 0.2 > 0.3", 0.0),
            ("0.1 + 0.2 - 0.3 != 0", 0.0),
            ("if((0.1 + 0.2 - 0.3) * 1000, 1, 2)", 2.0),
            ("known(1 / (0.1 + 0.2 - 0.3))", 0.0),
            ("if((1.1 - 1) / 0.1 >= 1, 1, 2)", 1.0),
            ("0.3 - 0.299999 > 0", 1.0),
            ("1e-300 > 0", 1.0),
        ] {
            let formula: tenseven_model::formula::Formula = text.parse().unwrap();
            assert_eq!(made(&formula.expression), Ok(expected), "{text}");
        }
    }
}
