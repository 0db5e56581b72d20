//! Runs of many seeds.

use super::run::Run;

/// Runs of one seed each.
fn simulate(seeds: impl IntoIterator<Item = u64>, steps: usize) {
    for seed in seeds {
        Run::new(seed).steps(steps);
    }
}

#[test]
fn every_seed_agrees_with_the_model() {
    simulate(0..40, 250);
}

#[test]
#[ignore = "thousands of seeds take half an hour"]
fn thousands_of_seeds_agree_with_the_model() {
    simulate(1_000..6_000, 400);
}

#[test]
fn the_same_seed_makes_the_same_run() {
    for seed in 0..5 {
        assert_eq!(Run::new(seed).steps(120), Run::new(seed).steps(120), "seed {seed}");
    }
}
