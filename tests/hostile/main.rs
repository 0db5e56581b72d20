//! Attacks from outside, on a server that may take little memory.
//!
//! Each attack goes on for a while and then ends. Meanwhile and afterwards the server answers others as fast as before, or nearly;
//! its memory never exceeds the limit, and goes back to what it was. `ATTACK` names one, by a part of its name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests: what does not hold fails them; they measure time"
)]

mod attacks;
mod bodies;
mod connections;
mod course;
mod frameworks;
mod past;
mod registry;
mod streams;

use attacks::ATTACKS;
use course::Course;

#[test]
fn the_server_withstands_every_attack() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let only = std::env::var("ATTACK").ok();
    let wanted =
        ATTACKS.iter().filter(|attack| only.as_deref().is_none_or(|only| attack.name.contains(only)));
    let failed: Vec<String> = runtime.block_on(async {
        let (mut course, mut failed) = (Course::begin().await, Vec::new());
        for attack in wanted {
            failed.extend(course.run(attack).await.err());
        }
        failed
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
