//! An explanation: a tree for people, whole for programs.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1::{self, explained_node::Composition};

use super::{
    Digits, Document, Sheet,
    explanation_parts::{basis_json, other_json, stage_json, treatment_json},
    explanation_tree::write_tree,
    number,
    observation::observation_json,
    score::{named_area, node_json},
    time::instant,
    value::{named, optional_cell, optional_json, value_cell},
};

/// An explanation, as answered.
#[derive(Debug)]
pub(crate) struct ExplanationView {
    /// The answer.
    pub(crate) response: v1::ExplainScoreResponse,
    /// How many decimals the scores of its tree have.
    pub(crate) digits: Digits,
}

impl Document for ExplanationView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let explanation = self.response.explanation.clone().unwrap_or_default();
        let v1::ScoreExplanation {
            framework,
            area,
            area_name,
            period,
            nodes: _,
            omitted_text_count,
            omitted_setting_count,
        } = &explanation;
        let (area, revision) = (named_area(area, area_name), number::count(self.response.revision));
        writeln!(out, "{area}, {period} by {framework} (revision {revision})\n")?;
        write_tree(&explanation, self.digits, out)?;
        if *omitted_text_count > 0 {
            writeln!(
                out,
                "\nThe texts of {omitted_text_count} observations are left out; explain a node further down to see them."
            )?;
        }
        if *omitted_setting_count > 0 {
            writeln!(
                out,
                "\n{omitted_setting_count} long settings are left out; explain a node further down to see them."
            )?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let v1::ExplainScoreResponse { explanation, revision, history_id } = &self.response;
        let explanation = explanation.as_ref().map(|explanation| {
            let v1::ScoreExplanation {
                framework,
                area,
                area_name,
                period,
                nodes,
                omitted_text_count,
                omitted_setting_count,
            } = explanation;
            json!({
                "framework": framework,
                "area": area,
                "area_name": area_name,
                "period": period,
                "nodes": nodes.iter().map(explained_json).collect::<Vec<_>>(),
                "omitted_text_count": omitted_text_count,
                "omitted_setting_count": omitted_setting_count,
            })
        });
        json!({ "explanation": explanation, "revision": revision, "history_id": history_id })
    }

    /// A row for each node, and below each leaf a row for each observation that was used or passed over; `kind` distinguishes them.
    fn sheet(&self) -> Sheet {
        let mut header = vec!["framework", "area", "period", "kind", "node", "name", "parent", "depth"];
        header.extend([
            "weight",
            "effective_weight",
            "score",
            "unrounded",
            "gap",
            "contribution",
            "contribution_to_root",
        ]);
        header.extend(STAGES);
        header.extend(["role", "indicator", "observed_area", "observed_period", "source", "value"]);
        header.extend(["observation_status", "revision", "accept_time", "submission_id", "partner"]);
        header.extend(["citation", "url", "quote", "comment"]);
        let explanation = self.response.explanation.clone().unwrap_or_default();
        let key = [explanation.framework, explanation.area, explanation.period];
        let rows = explanation.nodes.iter().flat_map(explained_rows);
        let rows = rows.map(|cells| key.iter().cloned().chain(cells).collect());
        Sheet { header, rows: rows.collect() }
    }
}

/// Columns of an observation, beyond its role.
const OBSERVATION_CELLS: usize = 14;
const STAGES: [&str; 6] = ["resolved", "denominated", "imputed", "treated", "transformed", "normalised"];

fn explained_json(explained: &v1::ExplainedNode) -> Json {
    let v1::ExplainedNode {
        node,
        weight,
        effective_weight,
        contribution,
        contribution_to_root,
        composition,
        unrounded,
        settings,
    } = explained;
    let settings: serde_json::Map<String, Json> =
        settings.iter().map(|setting| (setting.key.clone(), Json::from(setting.value.clone()))).collect();
    let (leaf, branch) = match composition {
        Some(Composition::Leaf(leaf)) => (leaf_json(leaf), Json::Null),
        Some(Composition::Branch(branch)) => (Json::Null, branch_json(branch)),
        None => (Json::Null, Json::Null),
    };
    json!({
        "node": node.as_ref().map(node_json),
        "unrounded": optional_json(*unrounded),
        "weight": number::json(*weight),
        "effective_weight": optional_json(*effective_weight),
        "contribution": optional_json(*contribution),
        "contribution_to_root": optional_json(*contribution_to_root),
        "settings": settings,
        "leaf": leaf,
        "branch": branch,
    })
}

fn branch_json(branch: &v1::ExplainedBranch) -> Json {
    let v1::ExplainedBranch { method, parts, own, filled_in, group, compared, compared_count } = branch;
    let part = |part: &v1::ExplainedPart| {
        let v1::ExplainedPart { node, weight, contribution } = part;
        json!({
            "node": node,
            "weight": number::json(*weight),
            "contribution": number::json(*contribution),
        })
    };
    json!({
        "method": method,
        "parts": parts.iter().map(part).collect::<Vec<_>>(),
        "own": number::json(*own),
        "filled_in": filled_in,
        "group": group,
        "compared": compared.iter().map(other_json).collect::<Vec<_>>(),
        "compared_count": compared_count,
    })
}

fn leaf_json(leaf: &v1::ExplainedLeaf) -> Json {
    let stage = |value: &Option<v1::StageValue>| value.as_ref().map(stage_json);
    json!({
        "indicator": leaf.indicator,
        "indicator_name": leaf.indicator_name,
        "unit": leaf.unit,
        "formula": leaf.formula,
        "reads": leaf.reads.iter().map(read_json).collect::<Vec<_>>(),
        "excluded_by": leaf.excluded_by,
        "unknown_for": leaf.unknown_for,
        "resolved": stage(&leaf.resolved),
        "denominated": stage(&leaf.denominated),
        "imputed": stage(&leaf.imputed),
        "treated": stage(&leaf.treated),
        "treatment": leaf.treatment.as_ref().map(treatment_json),
        "transformed": stage(&leaf.transformed),
        "transform": leaf.transform,
        "basis": leaf.basis.as_ref().map(basis_json),
        "normalised": stage(&leaf.normalised),
        "normalisation": leaf.normalisation,
        "lower_is_better": leaf.lower_is_better,
        "denominator": stage(&leaf.denominator),
        "stand_in_group": leaf.stand_in_group,
        "stand_ins": leaf.stand_ins.iter().map(other_json).collect::<Vec<_>>(),
        "stand_in_count": leaf.stand_in_count,
    })
}

fn read_json(read: &v1::ExplainedRead) -> Json {
    let v1::ExplainedRead {
        role: _,
        indicator,
        node,
        name,
        unit,
        formula,
        period,
        value,
        observations,
        observation_count,
        passed_over,
        passed_over_count,
    } = read;
    json!({
        "role": named(read.role().as_str_name(), "READ_ROLE_"),
        "indicator": indicator,
        "node": node,
        "name": name,
        "unit": unit,
        "formula": formula,
        "period": period,
        "value": value.as_ref().map(stage_json),
        "observations": observations.iter().map(observation_json).collect::<Vec<_>>(),
        "observation_count": observation_count,
        "passed_over": passed_over.iter().map(observation_json).collect::<Vec<_>>(),
        "passed_over_count": passed_over_count,
    })
}

fn explained_rows(explained: &v1::ExplainedNode) -> Vec<Vec<String>> {
    let v1::ExplainedNode {
        node,
        weight,
        effective_weight,
        contribution,
        contribution_to_root,
        composition,
        unrounded,
        settings: _,
    } = explained;
    let node = node.clone().unwrap_or_default();
    let gap = named(node.gap().as_str_name(), "SCORE_GAP_");
    let stages: [Option<v1::StageValue>; 6] = match composition {
        Some(Composition::Leaf(leaf)) => {
            [leaf.resolved, leaf.denominated, leaf.imputed, leaf.treated, leaf.transformed, leaf.normalised]
        }
        _ => [None; 6],
    };
    let key = [node.node.clone(), node.name.clone(), node.parent.clone(), node.depth.to_string()];
    let mut own = vec!["node".to_owned()];
    own.extend(key.clone());
    own.extend([number::plain(*weight), optional_cell(*effective_weight)]);
    own.extend([optional_cell(node.score), optional_cell(*unrounded), gap]);
    own.extend([optional_cell(*contribution), optional_cell(*contribution_to_root)]);
    own.extend(stages.map(|value| optional_cell(value.and_then(|value| value.number))));
    own.extend(std::iter::repeat_n(String::new(), OBSERVATION_CELLS + 1));
    let mut rows = vec![own];
    if let Some(Composition::Leaf(leaf)) = composition {
        for read in &leaf.reads {
            let taken = read.observations.iter().map(|recorded| ("observation", recorded));
            let passed_over = read.passed_over.iter().map(|recorded| ("passed_over", recorded));
            rows.extend(taken.chain(passed_over).map(|(kind, recorded)| {
                let mut cells = vec![kind.to_owned()];
                cells.extend(key.clone());
                cells.extend(std::iter::repeat_n(String::new(), 13));
                cells.push(named(read.role().as_str_name(), "READ_ROLE_"));
                cells.extend(observation_cells(recorded));
                cells
            }));
        }
    }
    rows
}

/// The observation, with its first piece of evidence.
fn observation_cells(recorded: &v1::RecordedObservation) -> [String; OBSERVATION_CELLS] {
    let v1::RecordedObservation { observation, revision, accept_time, submission_id, withdrawal: _, partner } =
        recorded;
    let observation = observation.clone().unwrap_or_default();
    let value = value_cell(observation.value.as_ref());
    let v1::Observation { indicator, area, period, source, status, evidence, comment, .. } = observation;
    let v1::Evidence { citation, url, quote } = evidence.into_iter().next().unwrap_or_default();
    let (revision, accept_time) = (revision.to_string(), instant(accept_time.as_ref()));
    let submission_id = submission_id.clone();
    [
        indicator,
        area,
        period,
        source,
        value,
        status,
        revision,
        accept_time,
        submission_id,
        partner.clone(),
        citation,
        url,
        quote,
        comment,
    ]
}
