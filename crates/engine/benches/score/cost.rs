//! The estimated cost of each method beside the time that it takes.

use std::time::Duration;

use tenseven_engine::{BoardSize, Cost};
use tenseven_model::{
    formula::Formula,
    framework::{
        Aggregate, Average, Branch, Denominator, Fallback, FrameworkDraft, Impute, Leaf, MinCoverage,
        NodeBody, Normalise, Pool, Post, Standing, Tier, Ties, Transform, Treatment,
    },
};

use crate::{
    clock::{least, timed},
    world::{Method, World, cell, key},
};

/// 20 leaves, 4 and 2 branches and the root, over 200 areas and 30 periods.
const LEVELS: [usize; 3] = [20, 4, 2];
const SIZE: BoardSize = BoardSize { areas: 200, periods: 30 };
/// How often each is scored; the least time counts, so that other work on the machine does not.
const TURNS: usize = 15;

pub(crate) fn heading() {
    println!(
        "{:<28} {:>11} {:>11} {:>6}   {:>11} {:>11} {:>6}",
        "", "estimate", "time", "ratio", "estimate", "time", "ratio"
    );
}

pub(crate) fn measure_all() {
    for pool in [Pool::Period, Pool::AllPeriods] {
        for normalise in comparisons(pool) {
            let name = format!("{}, {pool:?}", normalise.as_str());
            measure(&name, &|draft| each_leaf(draft, |leaf| leaf.normalise = normalise.clone()));
        }
    }
    for normalise in placings() {
        measure(normalise.as_str(), &|draft| each_leaf(draft, |leaf| leaf.normalise = normalise.clone()));
    }
    for transform in [Transform::Log, Transform::Log1p, Transform::Sqrt, Transform::BoxCox(0.5)] {
        measure(transform.as_str(), &|draft| each_leaf(draft, |leaf| leaf.transform = transform));
    }
    let imputes = [
        Impute::Constant(1.0),
        Impute::Average(Average::Mean),
        Impute::Average(Average::Median),
        Impute::Latest { within: 5 },
        Impute::Hold,
        Impute::Linear,
    ];
    for impute in imputes {
        let name = format!("impute {}", impute.as_str());
        measure(&name, &|draft| each_leaf(draft, |leaf| leaf.impute = Some(impute.clone())));
    }
    for fallback in [Fallback::None, Fallback::Log, Fallback::BoxCox(0.5)] {
        let treatment = Treatment { fallback, ..Treatment::default() };
        measure(&format!("treat {fallback:?}, minmax"), &|draft| {
            each_leaf(draft, |leaf| {
                leaf.treat = Some(treatment);
                leaf.normalise = comparisons(Pool::Period).swap_remove(0);
            });
        });
    }
    for aggregate in aggregates() {
        measure(aggregate.as_str(), &|draft| each_branch(draft, |branch| branch.aggregate = aggregate));
    }
    let most = MinCoverage::Share(0.5);
    measure("min_coverage", &|draft| each_branch(draft, |branch| branch.min_coverage = most));
    measure("carried 10 periods", &|draft| each_leaf(draft, |leaf| leaf.max_age = 10));
    measure("denominated", &denominated);
    measure("formula of 2", &|draft| computed(draft, "[leaf-0] / [leaf-1]"));
    measure("formula of 10", &|draft| computed(draft, &many()));
    measure("formula of powers", &|draft| computed(draft, "([leaf-0] ^ 0.5 + log([leaf-1])) ^ 2"));
    measure("formula of what is known", &|draft| {
        computed(draft, "mean([leaf-0], [leaf-1], [leaf-2], coalesce([leaf-3], [leaf-4]))");
    });
    measure("formula over time", &|draft| computed(draft, "growth([leaf-0], 1) + moving_mean([leaf-1], 5)"));
    measure("formula of a score", &|draft| computed(draft, "node[leaf-0] + [leaf-1]"));
}

fn comparisons(pool: Pool) -> Vec<Normalise> {
    let rank = |standing, ties| Normalise::Rank { standing, ties, pool };
    vec![
        Normalise::MinMax { lower: 0.0, upper: 100.0, pool },
        Normalise::ZScore { mean: 0.0, deviation: 1.0, pool },
        Normalise::DistanceToMax { pool },
        Normalise::DistanceToTarget { target: 90.0, cap: false, pool },
        Normalise::FractionOfMax { pool },
        Normalise::PercentilePosts {
            lower: Post::Percentile(2.5),
            upper: Post::Percentile(97.5),
            scale: 100.0,
            clip: true,
            pool,
            reason: "bench".to_owned(),
        },
        rank(Standing::Rank, Ties::Average),
        rank(Standing::Borda, Ties::Min),
        rank(Standing::Percentile, Ties::Min),
    ]
}

fn placings() -> Vec<Normalise> {
    let tiers =
        (0..20_u32).rev().map(|tier| Tier { at_least: f64::from(tier) * 5.0, score: f64::from(tier) });
    vec![
        Normalise::None,
        Normalise::Goalposts {
            lower: 10.0,
            upper: 90.0,
            scale: 100.0,
            clip: true,
            reason: "bench".to_owned(),
        },
        Normalise::Tiers { tiers: tiers.collect(), below: 0.0 },
        Normalise::Scaled { zero: 0.0, one: 100.0, factor: 1.0 },
        Normalise::DistanceToReference { area: "AAB".parse().unwrap(), cap: false },
    ]
}

fn aggregates() -> [Aggregate; 10] {
    [
        Aggregate::Arithmetic,
        Aggregate::Geometric,
        Aggregate::Harmonic,
        Aggregate::Power(0.5),
        Aggregate::Median,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Sum,
        Aggregate::Linear(1.0),
        Aggregate::Copeland,
    ]
}

/// Each leaf is divided by another.
fn denominated(draft: &mut FrameworkDraft) {
    each_leaf(draft, |leaf| {
        let divisor = if leaf.indicator.as_str() == "leaf-0" { "leaf-1" } else { "leaf-0" };
        let indicator = divisor.parse().unwrap();
        leaf.denominator = Some(Denominator { indicator, per: 10.0, sources: vec![], max_age: 0 });
    });
}

fn many() -> String {
    (0..10).map(|place| format!("[leaf-{place}]")).collect::<Vec<_>>().join(" + ")
}

/// The last ten leaves are computed.
fn computed(draft: &mut FrameworkDraft, formula: &str) {
    let formula: Formula = formula.parse().unwrap();
    for indicator in draft.indicators.iter_mut().skip(10) {
        indicator.formula = Some(formula.clone());
    }
}

fn each_leaf(draft: &mut FrameworkDraft, change: impl Fn(&mut Leaf)) {
    for node in &mut draft.nodes {
        if let NodeBody::Leaf(leaf) = &mut node.body {
            change(leaf);
        }
    }
}

/// Of the branches of leaves, so that all parts are of one scale.
fn each_branch(draft: &mut FrameworkDraft, change: impl Fn(&mut Branch)) {
    for node in &mut draft.nodes {
        if let NodeBody::Branch(branch) = &mut node.body
            && node.id.as_str().starts_with("part-1")
        {
            change(branch);
        }
    }
}

fn measure(name: &str, change: &dyn Fn(&mut FrameworkDraft)) {
    // Scores that no mean refuses: from 1 on.
    let world = World::with(LEVELS, (SIZE.areas, SIZE.periods), Method::Scaled, change);
    let cost = Cost::of(&world.plan, SIZE);
    let score = || world.plan.score(&world.panel, &world.geography);
    let whole: Vec<_> = (0..TURNS).map(|_| timed(|| drop(score()))).collect();
    let mut board = score();
    let dearest = cost.dearest_indicator.as_ref().unwrap();
    let leaf: usize = dearest.as_str().trim_start_matches("leaf-").parse().unwrap();
    let mut times = Vec::new();
    let mut panel = world.panel.clone();
    for turn in 0..TURNS {
        let changed = key(leaf, SIZE.periods / 3, 7 + turn);
        panel.set(&changed, cell(200.0 + turn as f64, 1));
        let mut after = None;
        times.push(timed(|| {
            after =
                Some(world.plan.rescore(&board, &panel, &world.geography, std::slice::from_ref(&changed)));
        }));
        board = after.unwrap();
    }
    print_line(name, (cost.rebuild, least(&whole)), (cost.change, least(&times)));
}

fn print_line(name: &str, whole: (u64, Duration), change: (u64, Duration)) {
    let figures = |(estimate, time): (u64, Duration)| {
        let estimate = Duration::from_nanos(estimate);
        format!("{estimate:>11.1?} {time:>11.1?} {:>6.2}", estimate.as_secs_f64() / time.as_secs_f64())
    };
    println!("{name:<28} {}   {}", figures(whole), figures(change));
}
