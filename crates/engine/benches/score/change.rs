//! One changed cell.

use std::{hint::black_box, time::Duration};

use tenseven_engine::Panel;
use tenseven_model::ObservationKey;

use crate::{
    clock::{median, timed},
    floor::Floor,
    world::{Dice, World, cell, key},
};

/// How many cells are changed, each by itself.
const CELLS: usize = 200;
/// How often each is changed and changed back while the time is taken: alone, and with its whole column.
const TURNS: u32 = 500;
const TURNS_COLUMN: u32 = 20;

/// What a cell changes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number between the smallest and the largest.
    Within,
    /// A number above the largest, so that every cell of its column is another, and every cell above those.
    Extreme,
}

struct Change {
    key: ObservationKey,
    place: [usize; 2],
    number: f64,
    after: Panel,
}

pub(crate) fn heading() {
    println!("{:<36} {:>11} {:>11} {:>6}", "", "ours", "floor", "ratio");
}

pub(crate) fn measure(name: &str, world: &World, kind: Kind) {
    let changes = changes(world, kind);
    let mut board = world.plan.score(&world.panel, &world.geography);
    let mut floor = Floor::of(world);
    floor.score();
    let turns = if kind == Kind::Extreme { TURNS_COLUMN } else { TURNS };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for change in &changes {
        let key = std::slice::from_ref(&change.key);
        let [leaf, place] = change.place;
        let before = world.numbers[leaf][place];
        ours.push(timed(|| {
            for _ in 0..turns {
                board.update(&change.after, key);
                board.update(&world.panel, key);
            }
        }));
        theirs.push(timed(|| {
            for _ in 0..turns {
                for number in [change.number, before].map(black_box) {
                    match kind {
                        Kind::Within => floor.change(leaf, place, number),
                        Kind::Extreme => floor.change_column(leaf, place, number),
                    }
                }
            }
        }));
    }
    print_line(name, median(&mut ours) / (2 * turns), Some(median(&mut theirs) / (2 * turns)));
}

/// What it costs to put an observation into a panel that a board holds as well.
pub(crate) fn observation(name: &str, world: &World) {
    let changes = changes(world, Kind::Within);
    let mut times = Vec::new();
    for change in &changes {
        let mut panel = world.panel.clone();
        times.push(timed(|| {
            panel.set(&change.key, cell(change.number, 1));
        }));
    }
    print_line(name, median(&mut times), None);
}

fn changes(world: &World, kind: Kind) -> Vec<Change> {
    let mut dice = Dice::new();
    let mut pick = |count: usize| (dice.roll() * count as f64) as usize;
    let mut changes = Vec::new();
    while changes.len() < CELLS {
        let (leaf, place) = (pick(world.levels[0]), pick(world.areas * world.periods));
        let before = world.numbers[leaf][place];
        if before.is_nan() {
            continue;
        }
        let number = match kind {
            Kind::Within => 100.0 - before,
            Kind::Extreme => 100.0 + before,
        };
        let key = key(leaf, place / world.areas, place % world.areas);
        let mut after = world.panel.clone();
        after.set(&key, cell(number, 1));
        changes.push(Change { key, place: [leaf, place], number, after });
    }
    changes
}

fn print_line(name: &str, ours: Duration, theirs: Option<Duration>) {
    let ratio = theirs.map_or_else(String::new, |theirs| {
        format!("{theirs:>11.1?} {:>6.1}", ours.as_secs_f64() / theirs.as_secs_f64())
    });
    println!("{name:<36} {ours:>11.1?} {ratio}");
}
