//! The parts of an expression.

use crate::{IndicatorId, NodeId, Precision};

/// What is done with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// a + b.
    Add,
    /// a − b.
    Subtract,
    /// a × b.
    Multiply,
    /// a / b.
    Divide,
    /// a to the power of b.
    Power,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// a < b.
    Below,
    /// a <= b.
    AtMost,
    /// a > b.
    Above,
    /// a >= b.
    AtLeast,
    /// a == b.
    Equal,
    /// a != b.
    NotEqual,
}

/// What is done with one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// −a.
    Negate,
    /// |a|.
    Absolute,
    /// The natural logarithm; defined above 0.
    Log,
    /// e to the power of a.
    Exp,
    /// The square root; defined from 0.
    Sqrt,
}

/// What is made of those of several arguments that have a number. The others are passed over, whatever their reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathering {
    /// 1 where the one argument has a number, else 0.
    Known,
    /// How many have one.
    Count,
    /// The first; those after it are not looked at.
    First,
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

/// What is made of a value and those of earlier periods, each `periods` long before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverTime {
    /// The value this many periods before.
    Lag,
    /// The difference from the value this many periods before.
    Difference,
    /// The growth: the value over that of this many periods before, minus 1.
    Growth,
    /// The mean of this many periods, the current one included.
    MovingMean,
}

/// An expression over the values of other indicators and the scores of nodes, of the same area, and of the same period or earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A finite number.
    Number(f64),
    /// The value of an indicator, as a number: a ratio as its share, a level as its place from 0, a flag as 0 or 1.
    Indicator(IndicatorId),
    /// The score of a node.
    Node(NodeId),
    /// A function of one number.
    Apply(Function, Box<Expression>),
    /// An operation on two numbers.
    Combine(Operator, Box<Expression>, Box<Expression>),
    /// 1 where the comparison holds, else 0.
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// A number rounded to decimals, the middle between two away from 0.
    Round(Box<Expression>, Precision),
    /// The smallest of at least one.
    Min(Vec<Expression>),
    /// The largest of at least one.
    Max(Vec<Expression>),
    /// What those of at least one that have a number make together.
    Gather(Gathering, Vec<Expression>),
    /// What is made of a value and those of earlier periods; how many is at least 1.
    Over(OverTime, Box<Expression>, u32),
    /// The second where the first is not 0, else the third. The one that is not taken is not looked at.
    If(Box<Expression>, Box<Expression>, Box<Expression>),
}

/// A formula: its text as written, and the parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// The parsed expression.
    pub expression: Expression,
}

impl Expression {
    /// The indicators and the nodes that it reads, in the order in which they are named; one that is named twice is listed
    /// twice.
    pub fn reads(&self) -> (Vec<&IndicatorId>, Vec<&NodeId>) {
        let (mut indicators, mut nodes) = (Vec::new(), Vec::new());
        let mut waiting = vec![self];
        while let Some(expression) = waiting.pop() {
            match expression {
                Self::Number(_) => {}
                Self::Indicator(id) => indicators.push(id),
                Self::Node(id) => nodes.push(id),
                Self::Apply(_, value) | Self::Round(value, _) | Self::Over(_, value, _) => {
                    waiting.push(value);
                }
                Self::Combine(_, left, right) | Self::Compare(_, left, right) => {
                    waiting.extend([right.as_ref(), left.as_ref()]);
                }
                Self::Min(values) | Self::Max(values) | Self::Gather(_, values) => {
                    waiting.extend(values.iter().rev());
                }
                Self::If(condition, then, otherwise) => {
                    waiting.extend([otherwise.as_ref(), then.as_ref(), condition.as_ref()]);
                }
            }
        }
        (indicators, nodes)
    }

    /// Whether it is made of written numbers alone, so that it says nothing about the area and period.
    pub fn is_constant(&self) -> bool {
        let (indicators, nodes) = self.reads();
        indicators.is_empty() && nodes.is_empty()
    }
}
