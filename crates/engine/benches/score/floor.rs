//! The floor: the same arithmetic in loops written by hand for one tree and one method.
//!
//! Column after column over plain arrays, NaN where there is no number. Eight running extremes side by side; sums child
//! after child, so that a compiler can take several cells at once; nothing is allocated while the time is taken.

use crate::world::{Method, World};

const LANES: usize = 8;

/// The arrays of a world, and room for the scores.
pub(crate) struct Floor {
    method: Method,
    areas: usize,
    levels: [usize; 3],
    numbers: Vec<Vec<f64>>,
    /// By level, leaves first, then by node: the scores.
    scores: Vec<Vec<Vec<f64>>>,
    sums: Vec<f64>,
    weights: Vec<f64>,
}

impl Floor {
    pub(crate) fn of(world: &World) -> Self {
        let cells = world.areas * world.periods;
        let room = |count: usize| vec![vec![0.0; cells]; count];
        let [leaves, subs, pillars] = world.levels;
        Self {
            method: world.method,
            areas: world.areas,
            levels: world.levels,
            numbers: world.numbers.clone(),
            scores: vec![room(leaves), room(subs), room(pillars), room(1)],
            sums: vec![0.0; cells],
            weights: vec![0.0; cells],
        }
    }

    /// Scores everything.
    pub(crate) fn score(&mut self) {
        for (column, scores) in self.numbers.iter().zip(&mut self.scores[0]) {
            match self.method {
                Method::Pooled => min_max(column, scores),
                Method::ByPeriod => {
                    for (column, scores) in column.chunks(self.areas).zip(scores.chunks_mut(self.areas)) {
                        min_max(column, scores);
                    }
                }
                Method::Scaled => scores.copy_from_slice(column),
                Method::Goalposts => {
                    for (score, number) in scores.iter_mut().zip(column) {
                        let placed = (number - 10.0) * (100.0 / 80.0);
                        *score = if number.is_nan() { *number } else { placed.clamp(0.0, 100.0) };
                    }
                }
            }
        }
        for level in 1..4 {
            let above = self.levels.get(level).copied().unwrap_or(1);
            for parent in 0..above {
                self.mean(level, parent, above);
            }
        }
    }

    /// The weighted mean of a node's children over those with data.
    fn mean(&mut self, level: usize, parent: usize, above: usize) {
        self.sums.fill(0.0);
        self.weights.fill(0.0);
        let (below, here) = self.scores.split_at_mut(level);
        let children = &below[level - 1];
        for (place, child) in children.iter().enumerate() {
            if place * above / children.len() != parent {
                continue;
            }
            let weight = 1.0 + place as f64 / 16.0;
            for ((sum, total), score) in self.sums.iter_mut().zip(&mut self.weights).zip(child) {
                *sum += if score.is_nan() { 0.0 } else { weight * score };
                *total += if score.is_nan() { 0.0 } else { weight };
            }
        }
        for ((score, sum), total) in here[0][parent].iter_mut().zip(&self.sums).zip(&self.weights) {
            *score = sum / total;
        }
    }

    /// Scores one cell of a leaf and all that stands above it, given the extremes.
    pub(crate) fn change(&mut self, leaf: usize, cell: usize, number: f64) {
        self.numbers[leaf][cell] = number;
        self.scores[0][leaf][cell] = (number - 10.0) * (100.0 / 80.0);
        let mut place = leaf;
        for level in 1..4 {
            let above = self.levels.get(level).copied().unwrap_or(1);
            let count = self.scores[level - 1].len();
            let parent = place * above / count;
            let (mut sum, mut total) = (0.0, 0.0);
            for child in (parent * count).div_ceil(above)..((parent + 1) * count).div_ceil(above) {
                let weight = 1.0 + child as f64 / 16.0;
                let score = self.scores[level - 1][child][cell];
                sum += if score.is_nan() { 0.0 } else { weight * score };
                total += if score.is_nan() { 0.0 } else { weight };
            }
            self.scores[level][parent][cell] = sum / total;
            place = parent;
        }
    }

    /// Scores a whole column again, and all that stands above it: what a new extreme asks for.
    pub(crate) fn change_column(&mut self, leaf: usize, cell: usize, number: f64) {
        self.numbers[leaf][cell] = number;
        min_max(&self.numbers[leaf], &mut self.scores[0][leaf]);
        let mut place = leaf;
        for level in 1..4 {
            let above = self.levels.get(level).copied().unwrap_or(1);
            place = place * above / self.scores[level - 1].len();
            self.mean(level, place, above);
        }
    }

    /// The overall score of a cell.
    pub(crate) fn overall(&self, cell: usize) -> f64 {
        self.scores[3][0][cell]
    }
}

fn min_max(column: &[f64], scores: &mut [f64]) {
    let (mut min, mut max) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    let chunks = column.chunks_exact(LANES);
    for number in chunks.remainder() {
        min[0] = if *number < min[0] { *number } else { min[0] };
        max[0] = if *number > max[0] { *number } else { max[0] };
    }
    for chunk in chunks {
        for lane in 0..LANES {
            min[lane] = if chunk[lane] < min[lane] { chunk[lane] } else { min[lane] };
            max[lane] = if chunk[lane] > max[lane] { chunk[lane] } else { max[lane] };
        }
    }
    let min = min.into_iter().fold(f64::INFINITY, f64::min);
    let max = max.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let slope = 100.0 / (max - min);
    for (score, number) in scores.iter_mut().zip(column) {
        *score = (number - min) * slope;
    }
}
