//! What the graph of modules sees, on small crates.

use std::collections::BTreeMap;

use super::{CrateSource, Edges, knots};

/// The knots of a crate of these files, as reported.
fn reported(files: &[(&str, &str)]) -> Vec<String> {
    let texts: BTreeMap<_, _> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    knots(&Edges::of(&CrateSource::read(&texts))).iter().map(ToString::to_string).collect()
}

#[test]
fn modules_that_use_each_other_are_a_knot() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan;"),
        ("board.rs", "use crate::plan::Plan; pub struct Board(Plan);"),
        ("plan.rs", "pub struct Plan; impl Plan { fn of(_: &crate::board::Board) {} }"),
    ]);
    assert_eq!(found, ["board.rs → plan.rs (Plan) → board.rs (Board)"]);
}

#[test]
fn modules_that_use_each_other_one_way_are_none() {
    let found = reported(&[
        (
            "lib.rs",
            "mod board; mod plan; mod row; pub use board::Board; pub use plan::Plan; pub use row::Row;",
        ),
        ("board.rs", "use crate::{Plan, Row}; pub struct Board(Plan, Row);"),
        ("plan.rs", "pub struct Plan;"),
        ("row.rs", "use super::Plan; pub struct Row(Plan);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_name_is_followed_through_re_exports_to_the_file_that_defines_it() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan; pub use plan::Order as Plan; pub(crate) use board::Board;"),
        ("board.rs", "use crate::Plan; pub struct Board(Plan);"),
        ("plan/mod.rs", "mod order; pub use order::Order;"),
        ("plan/order.rs", "use crate::Board; pub struct Order(Box<Board>);"),
    ]);
    assert_eq!(found, ["board.rs → plan/order.rs (Order) → board.rs (Board)"]);
}

#[test]
fn a_name_is_followed_through_globs() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan; pub use plan::*;"),
        ("board.rs", "use super::*; pub struct Board(Plan);"),
        ("plan/mod.rs", "mod order; pub use order::*;"),
        ("plan/order.rs", "pub fn plan() -> Plan { crate::board::Board::new() } pub struct Plan;"),
    ]);
    assert_eq!(found, ["board.rs → plan/order.rs (Plan) → board.rs (Board)"]);
}

#[test]
fn what_a_glob_brings_and_nothing_mentions_is_not_used() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan; pub use plan::*;"),
        ("board.rs", "use super::*; pub struct Board;"),
        ("plan.rs", "pub struct Plan(crate::board::Board);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn globs_that_bring_each_other_come_to_an_end() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan; pub use board::*; pub use plan::*;"),
        ("board.rs", "pub use crate::plan::*; pub struct Board(Plan);"),
        ("plan.rs", "pub use crate::board::*; pub struct Plan(Unknown);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_front_that_re_exports_its_children_uses_none_of_them() {
    let found = reported(&[
        ("lib.rs", "mod plan;"),
        ("plan/mod.rs", "mod order; pub use order::Order; pub const MAX: usize = 1;"),
        ("plan/order.rs", "use super::MAX; pub struct Order([u8; MAX]);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_parent_with_an_item_of_its_own_and_its_child_can_be_a_knot() {
    let found = reported(&[
        ("lib.rs", "mod plan;"),
        ("plan.rs", "mod order; pub use order::Order; pub struct Plan(Order);"),
        ("plan/order.rs", "pub struct Order; impl Order { fn of(_: super::Plan) {} }"),
    ]);
    assert_eq!(found, ["plan.rs → plan/order.rs (Order) → plan.rs (Plan)"]);
}

#[test]
fn paths_in_macro_calls_macro_definitions_and_attributes_count() {
    for board in [
        "fn board() { assert_eq!(super::plan::MAX, 1); }",
        "macro_rules! max { () => { $crate::plan::MAX }; } pub(crate) use max;",
        "#[derive(Args)] struct Board { #[arg(default_value_t = crate::plan::MAX)] max: usize }",
        "use crate::plan; fn board() { vec![plan::MAX]; }",
        "use crate::plan; fn board() { vec![Size { max: plan::MAX }]; }",
        "fn board() { use crate::plan::MAX; }",
    ] {
        let plan = "pub const MAX: usize = 1; use crate::board::Board;";
        let found = reported(&[("main.rs", "mod board; mod plan;"), ("board.rs", board), ("plan.rs", plan)]);
        assert_eq!(found, ["board.rs → plan.rs (MAX) → board.rs (Board)"], "{board}");
    }
}

#[test]
fn a_method_counts_where_it_is_defined() {
    let files = |board| {
        [
            ("lib.rs", "mod board; mod score; pub use board::Board;"),
            ("board.rs", board),
            ("score.rs", "use crate::Board; impl Board { pub fn score(&self) {} }"),
        ]
    };
    for board in [
        "pub struct Board; impl Board { fn row(&self) { self.score(); } }",
        "pub struct Board; impl Board { fn row(&self) { Board::score(self); } }",
    ] {
        assert_eq!(reported(&files(board)), ["board.rs → score.rs (score) → board.rs (Board)"], "{board}");
    }
    assert_eq!(reported(&files("pub struct Board; impl Board { fn row(&self) {} }")), [""; 0]);
}

#[test]
fn names_of_other_crates_and_fields_are_none_of_ours() {
    for board in [
        "use other::plan::Plan; pub struct Board(Plan);",
        "use crate::plan; pub struct Board(::plan::Plan);",
        "use super::*; pub struct Board { max: usize } fn board(b: Board) { print!(\"{}\", b.max); }",
    ] {
        let lib = "mod board; mod plan; pub use plan::*;";
        let plan = "pub struct Plan(crate::board::Board); pub fn max() {}";
        assert_eq!(reported(&[("lib.rs", lib), ("board.rs", board), ("plan.rs", plan)]), [""; 0], "{board}");
    }
}

#[test]
fn tests_may_use_what_they_like() {
    let found = reported(&[
        ("lib.rs", "mod board; mod plan; #[cfg(test)] mod samples;"),
        ("board.rs", "pub struct Board; #[cfg(test)] mod tests { use crate::plan::Plan; }"),
        (
            "plan.rs",
            "use crate::board::Board; pub struct Plan; #[cfg(test)] use super::samples::Sample; mod plan_tests;",
        ),
        ("samples.rs", "pub use crate::plan::Plan; pub struct Sample(Plan);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_shortest_cycle_of_a_knot_is_reported_with_all_of_its_files() {
    let found = reported(&[
        ("lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("a.rs", "pub struct A(crate::b::B);"),
        ("b.rs", "pub struct B(crate::c::C);"),
        ("c.rs", "pub struct C(crate::a::A, crate::d::D);"),
        ("d.rs", "pub struct D(crate::c::C, crate::e::E);"),
        ("e.rs", "pub struct E;"),
    ]);
    assert_eq!(found, ["c.rs → d.rs (D) → c.rs (C), in a knot of 4 files: a.rs, b.rs, c.rs, d.rs"]);
}
