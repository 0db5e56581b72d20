//! That comparisons are found, and what is none is not.

use super::{Declared, findings};

fn lines(text: &str) -> Vec<usize> {
    let file = syn::parse_file(text).unwrap();
    let mut declared = Declared::default();
    declared.add(&file);
    findings(&file, &declared).into_iter().map(|(line, _)| line).collect()
}

#[test]
fn comparisons_of_scores_are_found_however_they_are_written() {
    let text = "struct Band { from: f64 }
fn reaches(band: &Band, score: f64) -> bool { score >= band.from }
fn ordered(scores: &mut [f64]) { scores.sort_by(f64::total_cmp) }
fn compared(one: &Row, other: &Row) -> Ordering { one.value().partial_cmp(&other.value()) }
fn mean(row: &Row) -> f64 { 0.0 }
fn above(row: &Row, bound: &Row) -> bool { mean(row) / 2.0 > mean(bound) }
fn same(row: &Row, score: f64) -> bool { row.outcome == Ok(score) }
fn later(row: &Row) -> bool { let least = 100.0 * row.share as f64; row.other() < least }
fn given(row: &Row) -> bool { let holds = |score: f64| row.other < score; holds(1.0) }";
    assert_eq!(lines(text), [2, 3, 4, 6, 7, 8, 9]);
}

#[test]
fn what_compares_no_scores_is_left_alone() {
    let text = "fn defined(number: f64) -> bool { number > 0.0 && number < f64::INFINITY }
fn counted(one: usize, other: usize) -> bool { one < other }
fn ruled(scale: Scale, score: f64, from: f64) -> bool { scale.reaches(score, from) }
#[cfg(test)]
mod tests { fn near(one: f64, other: f64) -> bool { one == other } }";
    assert_eq!(lines(text), [0_usize; 0]);
}
