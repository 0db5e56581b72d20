//! What scoring costs, beside the least that the same arithmetic costs on the same arrays.
//!
//! Each figure stands beside its floor: loops written by hand for exactly this tree and this method, over arrays of the
//! same numbers. Both take turns, so that both see the same machine; medians are printed. `cargo bench -p tenseven-engine`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod change;
mod clock;
mod cost;
mod floor;
mod whole;
mod world;

use world::{Method, World};

/// The tree of every board here but the small one: 100 indicators, 20 sub-pillars, 5 pillars, the overall score.
const LARGE: [usize; 3] = [100, 20, 5];
/// The shape of COINr's ASEM example: 49 indicators, 8 pillars, 2 sub-indices, the index.
const ASEM: [usize; 3] = [49, 8, 2];

/// The part to be measured is named on the command line (`-- whole`, `-- cost`, `-- change`); without a name, all are.
fn main() {
    let wanted: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    let posts = World::new(LARGE, 200, 30, Method::Goalposts);
    let pooled = World::new(LARGE, 200, 30, Method::Pooled);
    if is_wanted("whole") {
        println!("Everything scored again, in place: normalise and aggregate, 5 % of the cells missing\n");
        whole::heading();
        for (areas, periods) in [(20, 3), (20, 30), (200, 30), (2_000, 30)] {
            let world = World::new(LARGE, areas, periods, Method::Pooled);
            whole::measure(&format!("{areas} × 100 × {periods}, pooled min-max"), &world);
        }
        whole::measure("200 × 100 × 30, goalposts", &posts);
        whole::measure("51 × 49, min-max", &World::new(ASEM, 51, 1, Method::ByPeriod));
        println!("\nFrom observations: read, normalise and aggregate\n");
        whole::from_observations("200 × 100 × 30, pooled min-max", &pooled);
    }
    if is_wanted("cost") {
        println!(
            "\nThe estimated cost of each method, and the time that it takes: scored from scratch, and after one change\n"
        );
        cost::heading();
        cost::measure_all();
    }
    if is_wanted("change") {
        println!("\nOne changed cell of 200 × 100 × 30: read again, and scored up to the root\n");
        change::heading();
        change::measure("goalposts", &posts, change::Kind::Within);
        change::measure("pooled min-max", &pooled, change::Kind::Within);
        change::measure("pooled min-max, a new largest", &pooled, change::Kind::Extreme);
        change::observation("the observation put into the panel", &pooled);
    }
}
