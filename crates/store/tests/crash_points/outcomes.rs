//! Which combinations of choices are tried: all of them if they are few, the extreme ones and a sample otherwise.

use std::collections::BTreeSet;

use crate::{
    choices::{Decision, PowerCut},
    random::Random,
};

/// Changes for which "up to this one", "from this one on", "only this one" and "all but this one" are tried.
const CHANGES_MAX: usize = 16;

/// Combinations for a power cut; the first drops everything that is unsynced. Without samples only this one and the one that
/// keeps everything are tried, unless they are few.
pub(crate) fn combinations(
    cut: &PowerCut<'_>,
    exhaustive: usize,
    samples: usize,
    random: &mut Random,
) -> Vec<Vec<usize>> {
    if cut.combinations() <= exhaustive.max(1) {
        return all(cut);
    }
    let mut combinations = extremes(cut);
    if samples == 0 {
        combinations.truncate(2);
        return combinations;
    }
    singles(cut, samples, random, &mut combinations);
    for _ in 0..samples {
        combinations.push(draw(cut, random));
    }
    combinations
}

fn all(cut: &PowerCut<'_>) -> Vec<Vec<usize>> {
    let mut combinations = vec![vec![0; cut.decisions.len()]];
    for (position, decision) in cut.decisions.iter().enumerate() {
        for index in 0..combinations.len() {
            for choice in 1..=decision.last() {
                let mut combination = combinations[index].clone();
                combination[position] = choice;
                combinations.push(combination);
            }
        }
    }
    combinations
}

fn extremes(cut: &PowerCut<'_>) -> Vec<Vec<usize>> {
    let keep = |is_kept: &dyn Fn(usize) -> bool| -> Vec<usize> {
        cut.decisions.iter().map(|decision| decision.latest(is_kept)).collect()
    };
    let mut extremes = vec![keep(&|_| false), keep(&|_| true)];
    let sequences: BTreeSet<usize> = cut.decisions.iter().flat_map(Decision::sequences).collect();
    let sequences: Vec<usize> = sequences.into_iter().collect();
    let half = CHANGES_MAX / 2;
    for (position, at) in sequences.iter().copied().enumerate() {
        if position < half || position + half >= sequences.len() {
            extremes.push(keep(&|sequence| sequence <= at));
            extremes.push(keep(&|sequence| sequence >= at));
            extremes.push(keep(&|sequence| sequence == at));
            extremes.push(keep(&|sequence| sequence != at));
        }
    }
    extremes
}

/// One decision against all others: a single sector missing, a single sector kept.
fn singles(cut: &PowerCut<'_>, samples: usize, random: &mut Random, combinations: &mut Vec<Vec<usize>>) {
    let last = cut.decisions.len() - 1;
    let mut picked = random.pick(cut.decisions.len(), samples);
    picked.extend([0, last]);
    for position in picked {
        let mut missing: Vec<usize> = cut.decisions.iter().map(Decision::last).collect();
        let mut kept: Vec<usize> = vec![0; cut.decisions.len()];
        std::mem::swap(&mut missing[position], &mut kept[position]);
        combinations.extend([missing, kept]);
    }
}

/// Either independent choices with a common bias, or everything kept but a run of pieces, or only such a run.
fn draw(cut: &PowerCut<'_>, random: &mut Random) -> Vec<usize> {
    let count = cut.decisions.len();
    let (one, other) = (random.below(count + 1), random.below(count + 1));
    let run = one.min(other)..one.max(other);
    let (form, bias) = (random.below(4), 1 + random.below(9));
    let mut choose = |position: usize| {
        let decision = &cut.decisions[position];
        match form {
            0 if run.contains(&position) => 0,
            1 if !run.contains(&position) => 0,
            0 | 1 => decision.last(),
            _ if random.below(10) < bias => 1 + random.below(decision.last()),
            _ => 0,
        }
    };
    (0..count).map(&mut choose).collect()
}
