//! Tests that kill processes and cut the power. They run only when named: `cargo test -p tenseven-tests --test crash`.

mod kills;
mod power_cut;
