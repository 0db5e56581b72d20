//! Attacks from outside, on a server that may take little memory.
//!
//! Each attack goes on for a while and then ends. Meanwhile and afterwards the server answers others as fast as before, or nearly;
//! its memory never exceeds the limit, and goes back to what it was, as do its descriptors. The attacker is everybody on a server
//! without partners; a stranger, and then a partner with few grants, on one with partners; and a stranger over TLS. `ATTACK` names one, by a part of its name.

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
mod malformed;
mod past;
mod registry;
mod slow;
mod streams;
mod target;
mod tls;

use attacks::{Attack, OF_EVERYBODY, OF_PARTNERS, OF_STRANGERS, OVER_TLS};
use course::{Course, SETTLING};
use target::Target;

#[test]
fn the_server_withstands_every_attack() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let failed = runtime.block_on(courses());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Runs the attacks on a server without partners, on one with partners before and after the attacker has a key, and on one with
/// TLS; what did not hold.
async fn courses() -> Vec<String> {
    let mut open = Course::prepare(Target::open).await;
    let mut guarded = Course::prepare(Target::guarded).await;
    let mut encrypted = Course::prepare(Target::encrypted).await;
    tokio::time::sleep(SETTLING).await;
    [&mut open, &mut guarded, &mut encrypted].into_iter().for_each(Course::settled);
    let mut failed = run("everybody", &mut open, OF_EVERYBODY).await;
    drop(open);
    failed.extend(run("a stranger", &mut guarded, OF_STRANGERS).await);
    guarded.target.let_in().await;
    failed.extend(run("a partner", &mut guarded, OF_PARTNERS).await);
    drop(guarded);
    failed.extend(run("a stranger over TLS", &mut encrypted, OVER_TLS).await);
    failed
}

async fn run(attacker: &str, course: &mut Course, attacks: &[Attack]) -> Vec<String> {
    let only = std::env::var("ATTACK").ok();
    let wanted = |attack: &&Attack| only.as_deref().is_none_or(|only| attack.name.contains(only));
    let mut failed = Vec::new();
    for attack in attacks.iter().filter(wanted) {
        print!("{attacker}: ");
        failed.extend(course.run(attack).await.err().map(|what| format!("{attacker}: {what}")));
    }
    failed
}
