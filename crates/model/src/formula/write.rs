//! Writing an expression down again.

use std::fmt;

use super::{Comparison, Expression, Formula, Function, Gathering, Operator, OverTime};

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// With parentheses around every operation, so that what is read again is the same.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) if *number < 0.0 || number.is_sign_negative() => {
                write!(f, "(-{:e})", -number)
            }
            Self::Number(number) => write!(f, "{number:e}"),
            Self::Indicator(id) => write!(f, "[{id}]"),
            Self::Node(id) => write!(f, "node[{id}]"),
            Self::Apply(Function::Negate, value) => write!(f, "(-{value})"),
            Self::Apply(function, value) => write!(f, "{}({value})", function.as_str()),
            Self::Combine(operator, left, right) => write!(f, "({left} {} {right})", operator.as_str()),
            Self::Compare(comparison, left, right) => write!(f, "({left} {} {right})", comparison.as_str()),
            Self::Round(value, precision) => write!(f, "round({value}, {})", precision.digits()),
            Self::Min(values) => list(f, "min", values),
            Self::Max(values) => list(f, "max", values),
            Self::Gather(gathering, values) => list(f, gathering.as_str(), values),
            Self::Over(over, value, periods) => write!(f, "{}({value}, {periods})", over.as_str()),
            Self::If(condition, then, otherwise) => write!(f, "if({condition}, {then}, {otherwise})"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[Expression]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, value) in values.iter().enumerate() {
        write!(f, "{}{value}", if index == 0 { "" } else { ", " })?;
    }
    write!(f, ")")
}

impl Operator {
    /// As formulas write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}

impl Comparison {
    /// As formulas write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

impl Function {
    /// As formulas write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Absolute => "abs",
            Self::Log => "log",
            Self::Exp => "exp",
            Self::Sqrt => "sqrt",
        }
    }
}

impl Gathering {
    /// As formulas write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Count => "count",
            Self::First => "coalesce",
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }
}

impl OverTime {
    /// As formulas write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lag => "lag",
            Self::Difference => "difference",
            Self::Growth => "growth",
            Self::MovingMean => "moving_mean",
        }
    }
}
