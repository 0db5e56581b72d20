//! Score changes as text, JSON and CSV, a line each.

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits,
    score::{node_json, status_text},
    time::instant,
    value::{COVERAGE_HEADER, coverage_cells, coverage_text, gap_text, named, optional_cell, optional_json},
};

/// A change in columns whose width is known before what follows is.
pub(crate) fn change_line(
    answer: &v1::WatchScoresResponse,
    change: &v1::ScoreChange,
    digits: Digits,
) -> String {
    let v1::ScoreChange { area, period, score, previous_score, previous_gap: _, no_data } = change;
    let node = score.clone().unwrap_or_default();
    let (revision, accept_time) = (answer.revision, instant(answer.accept_time.as_ref()));
    let difference = previous_score.zip(node.score).map(|(was, is)| digits.signed(is - was));
    let before = match (previous_score, change.previous_gap()) {
        (Some(was), _) => digits.text(*was),
        (None, v1::ScoreGap::Unspecified) => String::new(),
        (None, gap) => gap_text(gap).to_owned(),
    };
    format!(
        "{revision:>8}  {accept_time:<27}  {area:<4}  {period:<8}  {:<24}  {before:>14} → {:>6}  {:>7}  {:<20}  {}",
        node.node,
        if *no_data { "no data".to_owned() } else { digits.score(node.score) },
        difference.unwrap_or_default(),
        coverage_text(node.coverage.as_ref()),
        status_text(&node),
    )
    .trim_end()
    .to_owned()
}

/// A change, whole.
pub(crate) fn change_json(answer: &v1::WatchScoresResponse, change: &v1::ScoreChange) -> Json {
    let v1::WatchScoresResponse {
        revision, accept_time, submission_id, snapshot, framework, history_id, ..
    } = answer;
    let v1::ScoreChange { area, period, score, previous_score, previous_gap: _, no_data } = change;
    json!({
        "revision": revision,
        "history_id": history_id,
        "accept_time": instant(accept_time.as_ref()),
        "submission_id": submission_id,
        "snapshot": snapshot,
        "framework": framework,
        "area": area,
        "period": period,
        "score": score.as_ref().map(node_json),
        "previous_score": optional_json(*previous_score),
        "previous_gap": named(change.previous_gap().as_str_name(), "SCORE_GAP_"),
        "no_data": no_data,
    })
}

/// The columns of [`change_cells`].
pub(crate) fn change_header() -> Vec<&'static str> {
    let mut header = vec![
        "revision",
        "accept_time",
        "submission_id",
        "snapshot",
        "framework",
        "area",
        "period",
        "node",
        "score",
        "gap",
        "band",
        "status",
        "previous_score",
        "previous_gap",
        "no_data",
    ];
    header.extend(COVERAGE_HEADER);
    header.push("history_id");
    header
}

/// A change as a row.
pub(crate) fn change_cells(answer: &v1::WatchScoresResponse, change: &v1::ScoreChange) -> Vec<String> {
    let v1::WatchScoresResponse {
        revision, accept_time, submission_id, snapshot, framework, history_id, ..
    } = answer;
    let v1::ScoreChange { area, period, score, previous_score, previous_gap: _, no_data } = change;
    let node = score.clone().unwrap_or_default();
    let mut cells = vec![
        revision.to_string(),
        instant(accept_time.as_ref()),
        submission_id.clone(),
        snapshot.to_string(),
        framework.clone(),
        area.clone(),
        period.clone(),
        node.node.clone(),
        optional_cell(node.score),
        named(node.gap().as_str_name(), "SCORE_GAP_"),
        node.band.clone(),
        named(node.status().as_str_name(), "SCORE_STATUS_"),
        optional_cell(*previous_score),
        named(change.previous_gap().as_str_name(), "SCORE_GAP_"),
        no_data.to_string(),
    ];
    cells.extend(coverage_cells(node.coverage.as_ref()));
    cells.push(history_id.clone());
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> (v1::WatchScoresResponse, v1::ScoreChange) {
        let score = v1::NodeScore { node: "overall".into(), score: Some(50.25), ..Default::default() };
        let change = v1::ScoreChange {
            area: "MAR".into(),
            period: "2020".into(),
            score: Some(score),
            previous_score: Some(52.5),
            previous_gap: 0,
            no_data: false,
        };
        (v1::WatchScoresResponse { revision: 9, ..Default::default() }, change)
    }

    #[test]
    fn a_change_states_what_was_before_and_the_difference() {
        let (answer, change) = answer();
        let line = |change: &v1::ScoreChange| change_line(&answer, change, Digits::default());
        let first = line(&change);
        assert!(first.contains("52.50 →  50.25") && first.contains("-2.250"), "{first}");
        let came = v1::ScoreChange { previous_score: None, ..change };
        assert!(!line(&came).contains("-2.250"));
        let gap = v1::ScoreChange { previous_gap: v1::ScoreGap::NotCollected.into(), ..came };
        assert!(line(&gap).contains("not collected →"), "{}", line(&gap));
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let (answer, change) = answer();
        assert_eq!(change_cells(&answer, &change).len(), change_header().len());
    }
}
