//! An explanation as a tree for people: from a score down to its sources.

use std::io::{self, Write};

use tenseven_client::v1::{self, explained_node::Composition};

use super::{
    Digits, number,
    score::{NONE, status_text},
    time::instant,
    value::{coverage_text, gap_text, value_text},
};

/// Most other areas and periods that a line names.
const OTHERS_SHOWN: usize = 12;

/// Writes the nodes, each below its parent, and below each leaf how its score came about.
pub(super) fn write_tree(
    explanation: &v1::ScoreExplanation,
    digits: Digits,
    out: &mut dyn Write,
) -> io::Result<()> {
    let depth = |place: usize| explanation.nodes[place].node.as_ref().map_or(0, |node| node.depth);
    let count = explanation.nodes.len();
    // Whether nothing more comes on a node's level below the same parent.
    let is_last = |place: usize| {
        let mut below = (place + 1..count).map(depth);
        below.find(|other| *other <= depth(place)).is_none_or(|other| other < depth(place))
    };
    let mut rails: Vec<bool> = Vec::new();
    for (place, node) in explanation.nodes.iter().enumerate() {
        let level = (depth(place) - depth(0)) as usize;
        rails.truncate(level.saturating_sub(1));
        let rail: String = rails.iter().map(|goes_on| if *goes_on { "│  " } else { "   " }).collect();
        let branch = match (level, is_last(place)) {
            (0, _) => "",
            (_, true) => "└─ ",
            (_, false) => "├─ ",
        };
        writeln!(out, "{rail}{branch}{}", node_line(node, digits))?;
        if level > 0 {
            rails.push(!is_last(place));
        }
        let rail: String = rails.iter().map(|goes_on| if *goes_on { "│  " } else { "   " }).collect();
        for line in details(node, &explanation.area, digits) {
            writeln!(out, "{}", format!("{rail}   {line}").trim_end())?;
        }
    }
    Ok(())
}

/// A node's score, and what it adds to the one above.
fn node_line(explained: &v1::ExplainedNode, digits: Digits) -> String {
    let v1::ExplainedNode { node, effective_weight, contribution, contribution_to_root, .. } = explained;
    let node = node.clone().unwrap_or_default();
    let mut parts = vec![format!("{}: {}", node.name, digits.score(node.score))];
    parts.extend(explained.unrounded.map(|score| format!("rounded from {}", number::plain(score))));
    parts.extend((!node.band.is_empty()).then(|| node.band.clone()));
    match explained.composition {
        Some(Composition::Branch(_)) => {
            parts.push(format!("{} known", coverage_text(node.coverage.as_ref())));
        }
        _ => parts.push(status_text(&node)),
    }
    if node.score.is_none() && matches!(explained.composition, Some(Composition::Branch(_))) {
        parts.push(gap_text(node.gap()).to_owned());
    }
    if setting(explained, "counts") == "false" {
        parts.push("published without counting".to_owned());
    }
    parts.extend(effective_weight.map(|weight| format!("weight {}", number::compact(weight))));
    if let Some(adds) = contribution {
        let whole = contribution_to_root.filter(|_| node.depth > 1);
        let whole = whole.map(|whole| format!(" ({} to the whole)", digits.text(whole)));
        parts.push(format!("adds {}{}", digits.text(*adds), whole.unwrap_or_default()));
    }
    parts.join(", ")
}

fn details(explained: &v1::ExplainedNode, area: &str, digits: Digits) -> Vec<String> {
    match &explained.composition {
        Some(Composition::Leaf(leaf)) => leaf_lines(explained, leaf, area),
        Some(Composition::Branch(branch)) => branch_lines(explained, branch, digits),
        None => Vec::new(),
    }
}

fn branch_lines(explained: &v1::ExplainedNode, branch: &v1::ExplainedBranch, digits: Digits) -> Vec<String> {
    let settings = settings_line(explained, &["aggregate."], &branch.method);
    let mut lines = if settings == "by arithmetic" { Vec::new() } else { vec![settings] };
    if branch.filled_in {
        lines.push(format!("the average of its group {} is used", branch.group));
    } else if branch.own != 0.0 {
        lines.push(format!("{} of its own", digits.text(branch.own)));
    }
    lines.extend(others_line("compared with", &branch.compared, branch.compared_count));
    lines
}

fn leaf_lines(explained: &v1::ExplainedNode, leaf: &v1::ExplainedLeaf, area: &str) -> Vec<String> {
    let mut lines = Vec::new();
    // Without any value, the node's own line gives the reason.
    if leaf.resolved != leaf.normalised || leaf.resolved.is_some_and(|value| value.number.is_some()) {
        lines.push(stages(leaf));
    }
    if leaf.normalised.is_some_and(|value| value.number.is_some()) {
        lines.push(settings_line(
            explained,
            &["normalise.", "transform.", "treat.", "impute."],
            &leaf.normalisation,
        ));
    }
    if let Some(denominator) = &leaf.denominator {
        lines.push(format!(
            "divided by {}, per {}",
            stage_text(denominator),
            setting(explained, "denominate.per")
        ));
    }
    if !leaf.formula.is_empty() {
        lines.push(format!("computed as {}", leaf.formula));
    }
    if !leaf.excluded_by.is_empty() {
        lines.push(format!("does not apply to areas of {}", leaf.excluded_by));
    }
    if !leaf.unknown_for.is_empty() {
        lines.push(format!("treated as missing for areas of {}, whatever was observed", leaf.unknown_for));
    }
    lines.extend(leaf.treatment.as_ref().and_then(treatment_line));
    let of_group =
        if leaf.stand_in_group.is_empty() { String::new() } else { format!(" of {}", leaf.stand_in_group) };
    lines.extend(others_line(
        &format!("filled in from areas{of_group}"),
        &leaf.stand_ins,
        leaf.stand_in_count,
    ));
    if let Some(basis) = &leaf.basis {
        lines.push(basis_line(basis));
        lines.extend(others_line("which are", &basis.compared, basis.compared_count));
    }
    lines.extend(leaf.reads.iter().flat_map(|read| read_lines(read, leaf, area)));
    lines
}

/// The framework's settings under these keys, after the name of the method.
fn settings_line(explained: &v1::ExplainedNode, prefixes: &[&'static str], method: &str) -> String {
    let of = |prefix: &'static str| {
        let parts =
            explained.settings.iter().filter(|setting| !is_default(setting)).filter_map(move |setting| {
                let key = setting.key.strip_prefix(prefix)?;
                let key = if prefix == prefixes[0] { key } else { &setting.key };
                (key != "method").then(|| format!("{key} {}", setting.value))
            });
        parts.collect::<Vec<_>>()
    };
    let parts = prefixes.iter().flat_map(|prefix| of(prefix));
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { format!("by {method}") } else { format!("by {method}: {}", parts.join(", ")) }
}

/// Whether a setting has its usual value.
fn is_default(setting: &v1::Setting) -> bool {
    let v1::Setting { key, value } = setting;
    matches!(key.as_str(), "aggregate.over" | "aggregate.min_coverage.over") && value == "children"
}

fn setting<'a>(explained: &'a v1::ExplainedNode, key: &str) -> &'a str {
    let found = explained.settings.iter().find(|setting| setting.key == key);
    found.map_or("", |setting| &setting.value)
}

/// Other areas and periods with their values, the first of many; none where there is none.
fn others_line(what: &str, others: &[v1::OtherCell], count: u32) -> Option<String> {
    let first = others.first()?;
    let is_one_period = others.iter().all(|other| other.period == first.period);
    let texts = others.iter().take(OTHERS_SHOWN).map(|other| {
        let values: Vec<_> = other.values.iter().map(stage_text).collect();
        let period = if is_one_period { String::new() } else { format!(" {}", other.period) };
        let outranks = match other.outranks {
            Some(win) if win > 0.0 => " (outranked)",
            Some(win) if win < 0.0 => " (outranks it)",
            Some(_) => " (a tie)",
            None => "",
        };
        format!("{}{period} {}{outranks}", other.area, values.join(" / "))
    });
    let more = (count as usize).saturating_sub(OTHERS_SHOWN.min(others.len()));
    let more = if more > 0 { format!(", and {more} more, with --format json") } else { String::new() };
    Some(format!("{what} {}{more}", texts.collect::<Vec<_>>().join(", ")))
}

/// The stages from the value to the score.
fn stages(leaf: &v1::ExplainedLeaf) -> String {
    let steps = [
        ("value", leaf.resolved),
        ("divided", leaf.denominated),
        ("filled in", leaf.imputed.filter(|made| Some(*made) != leaf.denominated.or(leaf.resolved))),
        ("treated", leaf.treated),
        (&leaf.transform, leaf.transformed),
        (&leaf.normalisation, leaf.normalised),
    ];
    let parts = steps.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", stage_text(&value?))));
    let direction = if leaf.lower_is_better { " (less is better)" } else { "" };
    parts.collect::<Vec<_>>().join(" → ") + direction
}

fn stage_text(value: &v1::StageValue) -> String {
    match value.number {
        Some(number) => number::compact(number),
        None => format!("{NONE} ({})", gap_text(value.gap())),
    }
}

fn treatment_line(treatment: &v1::OutlierTreatment) -> Option<String> {
    let v1::OutlierTreatment {
        skewness,
        kurtosis,
        winsorised_count,
        rescaled,
        mirrored,
        lower_limit,
        upper_limit,
        min,
        max,
    } = treatment;
    let shape = skewness.zip(*kurtosis)?;
    let done = match (rescaled, winsorised_count) {
        (true, _) => {
            let ends = [min, max].map(|end| end.map(number::compact).unwrap_or_default());
            let mirrored = if *mirrored { ", mirrored" } else { "" };
            format!("put on another scale, between {} and {}{mirrored}", ends[0], ends[1])
        }
        (false, 0) => "left as they are".to_owned(),
        (false, count) => {
            let limit = |what: &str, limit: &Option<f64>| {
                limit.map(|limit| format!(" {what} {}", number::compact(limit)))
            };
            let limits = [limit("up to", lower_limit), limit("down to", upper_limit)];
            let limits: String = limits.into_iter().flatten().collect();
            format!("{} drawn in{limits}", number::counted((*count).into(), "value", "values"))
        }
    };
    let (skewness, kurtosis) = (number::compact(shape.0), number::compact(shape.1));
    Some(format!("values of all areas with skewness {skewness} and kurtosis {kurtosis}: {done}"))
}

fn basis_line(basis: &v1::NormalisationBasis) -> String {
    let v1::NormalisationBasis {
        min,
        max,
        mean,
        deviation,
        compared_count,
        reference,
        worse_count,
        equal_count,
        compared: _,
        lower_post,
        upper_post,
    } = basis;
    let mut parts = Vec::new();
    parts.extend(
        min.zip(*max)
            .map(|(min, max)| format!("values from {} to {}", number::compact(min), number::compact(max))),
    );
    parts.extend(mean.zip(*deviation).map(|(mean, deviation)| {
        format!("a mean of {} with deviation {}", number::compact(mean), number::compact(deviation))
    }));
    parts.extend(
        lower_post.zip(*upper_post).map(|(lower, upper)| {
            format!("posts at {} and {}", number::compact(lower), number::compact(upper))
        }),
    );
    parts.push(number::counted((*compared_count).into(), "value", "values"));
    parts.extend(
        worse_count
            .zip(*equal_count)
            .map(|(worse, equal)| format!("{worse} of them worse and {equal} equal, its own included")),
    );
    parts.extend(reference.as_ref().map(|reference| format!("{} at the reference", stage_text(reference))));
    format!("compared with {}", parts.join(", "))
}

/// What was read, and below it the evidence.
fn read_lines(read: &v1::ExplainedRead, leaf: &v1::ExplainedLeaf, area: &str) -> Vec<String> {
    let is_own = read.indicator == leaf.indicator && read.role() == v1::ReadRole::Value;
    let what = match read.role() {
        v1::ReadRole::Denominator => "divided by ",
        v1::ReadRole::StandIn => "filled in from ",
        v1::ReadRole::Value | v1::ReadRole::Unspecified => "read ",
    };
    let value = read.value.as_ref().map(stage_text).unwrap_or_default();
    let mut lines = Vec::new();
    if !is_own {
        let how =
            if read.formula.is_empty() { String::new() } else { format!(", computed as {}", read.formula) };
        lines.push(format!("{what}{} of {}: {value}{how}", read.name, read.period));
    }
    let indent = if is_own { "" } else { "  " };
    for recorded in &read.observations {
        let observation = observation_lines(recorded, area);
        lines.extend(observation.into_iter().map(|line| format!("{indent}{line}")));
    }
    for recorded in &read.passed_over {
        let observation = observation_lines(recorded, area).into_iter().take(1);
        lines.extend(observation.map(|line| format!("{indent}passed over: {line}")));
    }
    let more = (read.passed_over_count as usize).saturating_sub(read.passed_over.len());
    lines.extend((more > 0).then(|| format!("{indent}passed over: {more} more")));
    let left = read.observation_count as usize - read.observations.len().min(read.observation_count as usize);
    lines.extend((left > 0).then(|| format!("{indent}and {left} more")));
    lines
}

fn observation_lines(recorded: &v1::RecordedObservation, area: &str) -> Vec<String> {
    let v1::RecordedObservation { observation, revision, accept_time, submission_id, withdrawal: _, partner } =
        recorded;
    let observation = observation.clone().unwrap_or_default();
    let value = value_text(observation.value.as_ref());
    let v1::Observation { area: of, period, source, status, evidence, comment, method, .. } = observation;
    let place = if of == area { period } else { format!("{of} {period}") };
    let status = if status == "A" { String::new() } else { format!(", status {status}") };
    let (revision, accepted) = (number::count(*revision), instant(accept_time.as_ref()));
    let by = if partner.is_empty() { String::new() } else { format!(", partner {partner}") };
    let mut lines = vec![format!(
        "{value} for {place} from {source}{status}, revision {revision}, accepted {accepted}, submission {submission_id}{by}"
    )];
    for v1::Evidence { citation, url, quote } in evidence {
        let quote = if quote.is_empty() { quote } else { format!("“{quote}”") };
        let parts: Vec<String> = [citation, url, quote].into_iter().filter(|part| !part.is_empty()).collect();
        lines.push(format!("  evidence: {}", parts.join("; ")));
    }
    let texts = [("comment", comment), ("method", method)];
    lines.extend(
        texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(what, text)| format!("  {what}: {text}")),
    );
    // A text of several lines would break the tree.
    lines.into_iter().map(|line| line.replace(['\n', '\r', '\t'], " ")).collect()
}
