//! Sums and means against an oracle in whole numbers: each is the number nearest to the exact result.

use tenseven_engine::{
    Column,
    aggregate::{Input, aggregate},
    describe, number,
};
use tenseven_model::{
    Outcome,
    framework::{Aggregate, MinCoverage},
};

/// How many random cases are tried, as a rule and in the long form (`--ignored`).
const CASES: u32 = 3_000;
const CASES_LONG: u32 = 1_000_000;

/// Numbers without a pattern, the same in every run (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ seed)
    }

    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % count
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    /// The same things in another order.
    pub(crate) fn shuffled<T: Clone>(&mut self, things: &[T]) -> Vec<T> {
        let mut left = things.to_vec();
        let mut drawn = Vec::new();
        while !left.is_empty() {
            let next = usize::try_from(self.below(left.len() as u64)).unwrap();
            drawn.push(left.swap_remove(next));
        }
        drawn
    }
}

/// A number as a multiple of 2^-digits; the number has no digits beyond.
fn fixed(number: f64, digits: i32) -> i128 {
    let bits = number.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7FF).unwrap() - 1_075;
    let mut mantissa = i128::from(bits & ((1 << 52) - 1) | (1 << 52));
    if number == 0.0 {
        return 0;
    }
    let shift = exponent + digits;
    if shift < 0 {
        assert_eq!(mantissa.trailing_zeros().min(shift.unsigned_abs()), shift.unsigned_abs(), "{number:e}");
        mantissa >>= shift.unsigned_abs();
    } else {
        mantissa <<= shift;
    }
    if number < 0.0 { -mantissa } else { mantissa }
}

/// Whether `found` is the number nearest to `sum`/`by`, which is a multiple of 2^-digits over a whole number, of two equally near ones
/// the even one.
fn is_nearest(found: f64, sum: i128, by: i128, digits: i32) -> bool {
    if sum == fixed(found, digits) * by {
        return true;
    }
    let away = (2 * (sum - fixed(found, digits) * by)).abs();
    let towards = if sum > fixed(found, digits) * by { found.next_up() } else { found.next_down() };
    let step = (fixed(towards, digits) - fixed(found, digits)).abs() * by;
    away < step || away == step && found.to_bits().is_multiple_of(2)
}

/// A score of few decimals, or of as many digits as a number has.
fn score(dice: &mut Dice) -> f64 {
    match dice.below(4) {
        0 => dice.below(1_001) as f64 / 10.0,
        1 => dice.below(10_001) as f64 / 100.0,
        2 => 2.0 + dice.below(1 << 50) as f64 / (1_u64 << 44) as f64,
        _ => dice.below(101) as f64,
    }
}

fn made(weights: &[f64], scores: &[f64], method: Aggregate) -> Outcome {
    let columns: Vec<Column> = scores.iter().map(|score| [Ok(*score)].into_iter().collect()).collect();
    let inputs: Vec<_> =
        columns.iter().zip(weights).map(|(column, weight)| Input { column, weight: *weight }).collect();
    aggregate(&inputs, 1, method, MinCoverage::One).get(0)
}

/// Means with decimal weights, sums and means of any count.
fn nearest_to_the_oracle(cases: u32) {
    const DIGITS: i32 = 72;
    let mut dice = Dice::new(1);
    for case in 0..cases {
        let count = 1 + dice.below(12);
        let scores: Vec<f64> = (0..count).map(|_| score(&mut dice)).collect();
        let decimals = dice.pick(&[1_i32, 1, 10, 100]);
        let whole: Vec<i128> = (0..count).map(|_| 1 + i128::from(dice.below(99))).collect();
        let weights: Vec<f64> = whole.iter().map(|weight| *weight as f64 / f64::from(decimals)).collect();
        let sum: i128 = scores.iter().zip(&whole).map(|(score, weight)| fixed(*score, DIGITS) * weight).sum();
        let mean = made(&weights, &scores, Aggregate::Arithmetic).unwrap();
        let seen = format!("case {case}: {scores:?} {weights:?}");
        assert!(is_nearest(mean, sum, whole.iter().sum(), DIGITS), "{seen}: mean {mean:e}");
        let added = made(&weights, &scores, Aggregate::Sum).unwrap();
        assert!(is_nearest(added, sum, decimals.into(), DIGITS), "{seen}: sum {added:e}");
        let plain: i128 = scores.iter().map(|score| fixed(*score, DIGITS)).sum();
        assert!(is_nearest(number::sum(&scores), plain, 1, DIGITS), "{seen}");
        assert!(is_nearest(number::mean(&scores), plain, i128::from(count), DIGITS), "{seen}");
        let order = dice.shuffled(&(0..scores.len()).collect::<Vec<_>>());
        let turned = |numbers: &[f64]| order.iter().map(|place| numbers[*place]).collect::<Vec<_>>();
        for method in METHODS {
            let [one, other] =
                [made(&weights, &scores, method), made(&turned(&weights), &turned(&scores), method)];
            assert_eq!(one.map(f64::to_bits), other.map(f64::to_bits), "{seen}, {method:?}");
        }
        let figures = |numbers: &[f64]| {
            [describe::deviation(numbers), describe::skewness(numbers), describe::kurtosis(numbers)]
                .map(|figure| figure.map(f64::to_bits))
        };
        assert_eq!(figures(&scores), figures(&turned(&scores)), "{seen}");
    }
}

const METHODS: [Aggregate; 7] = [
    Aggregate::Arithmetic,
    Aggregate::Geometric,
    Aggregate::Harmonic,
    Aggregate::Power(2.0),
    Aggregate::Median,
    Aggregate::Sum,
    Aggregate::Linear(-2.5),
];

#[test]
fn sums_and_means_are_the_nearest_numbers_in_any_order() {
    nearest_to_the_oracle(CASES);
}

#[test]
#[ignore = "a million cases; run with --release"]
fn sums_and_means_are_the_nearest_numbers_in_any_order_a_million_times() {
    nearest_to_the_oracle(CASES_LONG);
}

/// Weights of 53 digits: products have 106, and are summed with all of them.
#[test]
fn a_mean_with_long_weights_is_the_nearest_number() {
    const DIGITS: i32 = 52;
    let mut dice = Dice::new(2);
    let mut long = |below: u64| 1.0 + dice.below(below << 50) as f64 / (1_u64 << 52) as f64;
    for case in 0..CASES {
        let weights: Vec<f64> = (0..=case % 9).map(|_| long(4)).collect();
        let scores: Vec<f64> = weights.iter().map(|_| long(4)).collect();
        let of = |number: &f64| fixed(*number, DIGITS);
        let sum: i128 = weights.iter().zip(&scores).map(|(weight, score)| of(weight) * of(score)).sum();
        let by: i128 = weights.iter().map(of).sum();
        let mean = made(&weights, &scores, Aggregate::Arithmetic).unwrap();
        assert!(is_nearest(mean, sum, by, DIGITS), "case {case}: {weights:?} {scores:?}: {mean:e}");
    }
}

#[test]
fn the_mean_of_a_constant_is_that_constant_by_every_mean() {
    let mut dice = Dice::new(3);
    for _ in 0..CASES {
        let constant = score(&mut dice) + 0.1;
        let count = 1 + dice.below(20);
        let weights: Vec<f64> = (0..count).map(|_| (1 + dice.below(999)) as f64 / 1_000.0).collect();
        let scores = vec![constant; weights.len()];
        for method in [
            Aggregate::Arithmetic,
            Aggregate::Geometric,
            Aggregate::Harmonic,
            Aggregate::Power(3.0),
            Aggregate::Power(-0.7),
            Aggregate::Median,
        ] {
            assert_eq!(made(&weights, &scores, method), Ok(constant), "{method:?} {weights:?}");
        }
        assert_eq!(number::mean(&scores).to_bits(), constant.to_bits());
        assert_eq!(describe::deviation(&scores), (count > 1).then_some(0.0));
    }
}

#[test]
fn a_power_of_two_moves_every_figure_by_itself() {
    let mut dice = Dice::new(4);
    for case in 0..CASES {
        let factor = 2.0_f64.powi(i32::try_from(dice.below(1_400)).unwrap() - 700);
        let scores: Vec<f64> = (0..=dice.below(9)).map(|_| score(&mut dice)).collect();
        let weights: Vec<f64> = scores.iter().map(|_| (1 + dice.below(99)) as f64 / 10.0).collect();
        let scaled: Vec<f64> = scores.iter().map(|score| score * factor).collect();
        for method in [Aggregate::Arithmetic, Aggregate::Sum, Aggregate::Median] {
            let plain = made(&weights, &scores, method).unwrap();
            assert_eq!(made(&weights, &scaled, method), Ok(plain * factor), "case {case}: {scores:?}");
        }
        let deviation = describe::deviation(&scores).map(|deviation| deviation * factor);
        if factor.log2().abs() < 400.0 {
            assert_eq!(describe::deviation(&scaled), deviation, "case {case}: {scores:?} {factor:e}");
        }
    }
}
