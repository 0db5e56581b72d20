//! Everything scored again.

use std::time::{Duration, Instant};

use crate::{
    clock::{median, timed},
    floor::Floor,
    world::World,
};

/// How long one line is measured.
const TIME: Duration = Duration::from_secs(3);

pub(crate) fn heading() {
    println!(
        "{:<36} {:>9} {:>11} {:>11} {:>9} {:>9} {:>6}",
        "", "cells", "ours", "floor", "ns/cell", "floor", "ratio"
    );
}

pub(crate) fn measure(name: &str, world: &World) {
    let mut board = world.plan.score(&world.panel, &world.geography);
    let mut floor = Floor::of(world);
    floor.score();
    agrees(world, &board, &floor);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let start = Instant::now();
    while start.elapsed() < TIME || ours.len() < 5 {
        ours.push(timed(|| board.settle_everything()));
        theirs.push(timed(|| floor.score()));
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let each = |time: Duration| time.as_secs_f64() * 1e9 / world.cells() as f64;
    println!(
        "{name:<36} {:>9} {ours:>11.1?} {theirs:>11.1?} {:>9.2} {:>9.2} {:>6.2}",
        world.cells(),
        each(ours),
        each(theirs),
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

pub(crate) fn from_observations(name: &str, world: &World) {
    let mut times: Vec<_> =
        (0..5).map(|_| timed(|| drop(world.plan.score(&world.panel, &world.geography)))).collect();
    let time = median(&mut times);
    println!("{name:<36} {time:>11.1?} {:>9.1} ns/cell", time.as_secs_f64() * 1e9 / world.cells() as f64);
}

/// The floor does the same work: its overall scores are ours.
fn agrees(world: &World, board: &tenseven_engine::Board, floor: &Floor) {
    let areas: Vec<_> = world.geography.world().iter().copied().collect();
    let mut compared = 0;
    for (place, period) in board.periods().enumerate() {
        for (area, code) in areas.iter().enumerate().take(20) {
            if let Some(Ok(score)) = board.outcome(period, *code, 0) {
                let theirs = floor.overall(place * world.areas + area);
                assert!((score - theirs).abs() < 1e-9, "{code} {period}: {score} and {theirs}");
                compared += 1;
            }
        }
    }
    assert!(compared > 0);
}
