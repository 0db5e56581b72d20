//! Reading a formula.
//!
//! The grammar, loosest first: a comparison (`< <= > >= == !=`, one at most), sums, products, a sign, a power
//! (`^`, from the right), and at the innermost a number, `[indicator]`, `node[node]`, a function or parentheses.
//!
//! *Invariant:* a text that nests too deep or runs too long is refused before it can exhaust the stack.

use std::str::FromStr;

use super::{Comparison, Expression, Formula, Function, Gathering, LAG_MAX, Operator, OverTime};
use crate::{Precision, Rounding};

/// Longest formula, in characters.
const LENGTH_MAX: usize = 4_000;
/// How deep a formula nests at most.
const DEPTH_MAX: usize = 64;

/// What can stand before parentheses or, of `node`, before brackets.
const FUNCTIONS: [&str; 19] = [
    "abs",
    "log",
    "exp",
    "sqrt",
    "min",
    "max",
    "pow",
    "round",
    "if",
    "known",
    "coalesce",
    "mean",
    "sum",
    "count",
    "lag",
    "difference",
    "growth",
    "moving_mean",
    "node",
];

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {problem}")]
pub struct FormulaError {
    /// The position of the character, counted from 1.
    pub position: usize,
    /// What is wrong there, and what would be right.
    pub problem: String,
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, FormulaError> {
        let mut reader = Reader { characters: text.chars().collect(), next: 0, depth: 0 };
        if reader.characters.len() > LENGTH_MAX {
            let problem =
                format!("has more than {LENGTH_MAX} characters; compute a part as an indicator of its own");
            return Err(FormulaError { position: LENGTH_MAX + 1, problem });
        }
        let expression = reader.comparison()?;
        match reader.peek() {
            None => Ok(Self { text: text.trim().to_owned(), expression }),
            Some(found) => {
                Err(reader.wrong(format!("{found:?} was not expected; write an operator before it")))
            }
        }
    }
}

struct Reader {
    characters: Vec<char>,
    next: usize,
    depth: usize,
}

type Read = Result<Expression, FormulaError>;

impl Reader {
    fn wrong(&self, problem: impl Into<String>) -> FormulaError {
        FormulaError { position: self.next + 1, problem: problem.into() }
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.characters.get(self.next).is_some_and(|character| character.is_whitespace()) {
            self.next += 1;
        }
        self.characters.get(self.next).copied()
    }

    /// Passes over a text if it comes next.
    fn takes(&mut self, text: &str) -> bool {
        self.peek();
        let comes = text
            .chars()
            .enumerate()
            .all(|(index, character)| self.characters.get(self.next + index) == Some(&character));
        if comes {
            self.next += text.chars().count();
        }
        comes
    }

    fn expect(&mut self, text: &str) -> Result<(), FormulaError> {
        if self.takes(text) { Ok(()) } else { Err(self.wrong(format!("{text:?} is missing"))) }
    }

    /// Reads something that nests, unless it nests too deep.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.depth == DEPTH_MAX {
            let remedy = "compute a part as an indicator of its own";
            return Err(self.wrong(format!("nests more than {DEPTH_MAX} deep; {remedy}")));
        }
        self.depth += 1;
        let made = read(self);
        self.depth -= 1;
        made
    }

    fn comparison(&mut self) -> Read {
        let left = self.sum()?;
        let comparisons = [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<", Comparison::Below),
            (">", Comparison::Above),
        ];
        let Some((_, comparison)) = comparisons.into_iter().find(|(text, _)| self.takes(text)) else {
            if self.peek() == Some('=') {
                return Err(
                    self.wrong("\"=\" compares nothing; write \"==\" for equal, and \"!=\" for not equal")
                );
            }
            return Ok(left);
        };
        let right = self.sum()?;
        Ok(Expression::Compare(comparison, Box::new(left), Box::new(right)))
    }

    fn sum(&mut self) -> Read {
        self.chain(Self::product, [("+", Operator::Add), ("-", Operator::Subtract)])
    }

    fn product(&mut self) -> Read {
        self.chain(Self::signed, [("*", Operator::Multiply), ("/", Operator::Divide)])
    }

    /// Operands with operators between them, put together from the left.
    fn chain(&mut self, operand: fn(&mut Self) -> Read, operators: [(&str, Operator); 2]) -> Read {
        let mut left = operand(self)?;
        while let Some((_, operator)) = operators.into_iter().find(|(text, _)| self.takes(text)) {
            let right = operand(self)?;
            left = Expression::Combine(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Read {
        if self.takes("-") {
            return self.deeper(|reader| Ok(Expression::Apply(Function::Negate, Box::new(reader.signed()?))));
        }
        let base = self.innermost()?;
        if !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(Expression::Combine(Operator::Power, Box::new(base), Box::new(exponent)))
    }

    fn innermost(&mut self) -> Read {
        match self.peek() {
            Some('[') => Ok(Expression::Indicator(self.named()?)),
            Some('(') => {
                self.next += 1;
                let inner = self.deeper(Self::comparison)?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(character) if character.is_ascii_digit() || character == '.' => self.number(),
            Some(character) if character.is_ascii_alphabetic() => self.function(),
            Some(character) => {
                let remedy = "write a number, [indicator], node[node], a function or parentheses";
                Err(self.wrong(format!("{character:?} was not expected; {remedy}")))
            }
            None => Err(self.wrong("the formula ends where a number, [indicator] or function is expected")),
        }
    }

    /// An id in brackets.
    fn named<T: FromStr<Err = crate::IdError>>(&mut self) -> Result<T, FormulaError> {
        self.expect("[")?;
        let from = self.next;
        let rest = &self.characters[from..];
        let Some(length) = rest.iter().position(|character| *character == ']') else {
            return Err(self.wrong("\"]\" is missing after the id"));
        };
        let id: String = rest[..length].iter().collect();
        let read = id.trim().parse().map_err(|error| self.wrong(format!("{error}")))?;
        self.next = from + length + 1;
        Ok(read)
    }

    fn number(&mut self) -> Read {
        let from = self.next;
        let is_part = |reader: &Self, index: usize| {
            let character = reader.characters.get(index).copied().unwrap_or(' ');
            let follows_e = index > from && matches!(reader.characters.get(index - 1), Some('e' | 'E'));
            character.is_ascii_alphanumeric()
                || character == '.'
                || matches!(character, '+' | '-') && follows_e
        };
        let mut to = from;
        while is_part(self, to) {
            to += 1;
        }
        let text: String = self.characters[from..to].iter().collect();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.next = to;
                Ok(Expression::Number(number))
            }
            _ => Err(self.wrong(format!("{text:?} is no finite number; write for example 0.5 or 1e-3"))),
        }
    }

    fn function(&mut self) -> Read {
        let from = self.next;
        let rest = self.characters[from..].iter();
        let name: String = rest.take_while(|character| is_of_name(**character)).collect();
        self.next += name.len();
        if name == "node" {
            return Ok(Expression::Node(self.named()?));
        }
        let function = match name.as_str() {
            "abs" => Function::Absolute,
            "log" => Function::Log,
            "exp" => Function::Exp,
            "sqrt" => Function::Sqrt,
            "min" => return self.arguments(None).map(Expression::Min),
            "max" => return self.arguments(None).map(Expression::Max),
            "known" => {
                let [value] = self.exactly()?;
                return Ok(Expression::Gather(Gathering::Known, vec![*value]));
            }
            "count" => {
                return self.arguments(None).map(|values| Expression::Gather(Gathering::Count, values));
            }
            "mean" => return self.arguments(None).map(|values| Expression::Gather(Gathering::Mean, values)),
            "sum" => return self.arguments(None).map(|values| Expression::Gather(Gathering::Sum, values)),
            "coalesce" => return self.coalesced(),
            "lag" => return self.over_time(OverTime::Lag),
            "difference" => return self.over_time(OverTime::Difference),
            "growth" => return self.over_time(OverTime::Growth),
            "moving_mean" => return self.over_time(OverTime::MovingMean),
            "pow" => {
                let [base, exponent] = self.exactly()?;
                return Ok(Expression::Combine(Operator::Power, base, exponent));
            }
            "round" => return self.rounded(),
            "if" => {
                let [condition, then, otherwise] = self.exactly()?;
                return Ok(Expression::If(condition, then, otherwise));
            }
            _ => {
                self.next = from;
                let hint = match crate::closest(&name, FUNCTIONS) {
                    Some(closest) => format!("did you mean {closest}?"),
                    None => format!("write one of {}, or an indicator as [{name}]", FUNCTIONS.join(", ")),
                };
                return Err(self.wrong(format!("{name:?} is no function; {hint}")));
            }
        };
        let [value] = self.exactly()?;
        Ok(Expression::Apply(function, value))
    }

    /// A value and a number of periods.
    fn over_time(&mut self, over: OverTime) -> Read {
        let at = self.next;
        let [value, periods] = self.exactly()?;
        let least = if over == OverTime::MovingMean { 2 } else { 1 };
        let written = match *periods {
            Expression::Number(number) => whole(number, LAG_MAX).filter(|periods| *periods >= least),
            _ => None,
        };
        let problem = || format!("takes a number of periods that is written out, from {least} to {LAG_MAX}");
        let periods = written.ok_or_else(|| FormulaError { position: at + 1, problem: problem() })?;
        if value.is_constant() {
            let problem = "is for what differs between periods, and written numbers do not".to_owned();
            return Err(FormulaError { position: at + 1, problem });
        }
        Ok(Expression::Over(over, value, periods))
    }

    /// At least two arguments, of which none that another follows is always known.
    fn coalesced(&mut self) -> Read {
        let at = self.next;
        let values = self.arguments(None)?;
        let wrong = |problem: &str| Err(FormulaError { position: at + 1, problem: problem.to_owned() });
        let Some((_, before)) = values.split_last().filter(|(_, before)| !before.is_empty()) else {
            return wrong("coalesce takes at least 2 arguments, the first that has a number counts");
        };
        if before.iter().any(Expression::is_constant) {
            return wrong("what follows a written number is never looked at; put the number last");
        }
        Ok(Expression::Gather(Gathering::First, values))
    }

    /// A number and how many decimals are left of it.
    fn rounded(&mut self) -> Read {
        let at = self.next;
        let [value, digits] = self.exactly()?;
        let written = match *digits {
            Expression::Number(number) => whole(number, u32::from(Precision::DIGITS_MAX)),
            _ => None,
        };
        let precision = written.and_then(|digits| Precision::new(digits, Rounding::HalfUp).ok());
        let problem =
            || format!("rounds to decimals that are written out, from 0 to {}", Precision::DIGITS_MAX);
        let precision = precision.ok_or_else(|| FormulaError { position: at + 1, problem: problem() })?;
        Ok(Expression::Round(value, precision))
    }

    /// Exactly this number of arguments.
    fn exactly<const N: usize>(&mut self) -> Result<[Box<Expression>; N], FormulaError> {
        let at = self.next;
        let arguments: Vec<_> = self.arguments(Some(N))?.into_iter().map(Box::new).collect();
        arguments.try_into().map_err(|_| FormulaError {
            position: at + 1,
            problem: format!("takes {N} arguments, with commas between them"),
        })
    }

    /// Arguments in parentheses: a fixed number, or at least one.
    fn arguments(&mut self, count: Option<usize>) -> Result<Vec<Expression>, FormulaError> {
        let at = self.next;
        self.expect("(")?;
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.deeper(Self::comparison)?);
            if !self.takes(",") {
                break;
            }
        }
        self.expect(")")?;
        if count.is_some_and(|count| count != arguments.len()) {
            let problem = format!(
                "takes {} arguments, with commas between them; {} are given",
                count.unwrap_or_default(),
                arguments.len()
            );
            return Err(FormulaError { position: at + 1, problem });
        }
        Ok(arguments)
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The whole number up to `most` that a number is.
fn whole(number: f64, most: u32) -> Option<u32> {
    (0..=most).find(|whole| f64::from(*whole).to_bits() == number.to_bits())
}
