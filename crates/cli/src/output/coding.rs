//! Codings, agreement of coders, and adjudications.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1::{self, cited_coding, coding::Judgement};

use super::{
    Document, Sheet, Table, number,
    time::instant,
    value::{constant, named, optional_cell, optional_json, value_cell, value_text},
};

/// Codings, as listed.
pub(crate) struct CodingList {
    /// The codings.
    pub(crate) codings: Vec<v1::RecordedCoding>,
    /// How many of others are not shown.
    pub(crate) withheld: u32,
    /// The revision that this was answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history: String,
}

/// The columns of codings, in CSV.
const CODINGS: [&str; 15] = [
    "indicator",
    "area",
    "period",
    "coder",
    "level",
    "missing",
    "narrative",
    "citation",
    "url",
    "quote",
    "round",
    "adjudicated_revision",
    "superseded",
    "revision",
    "accepted_at",
];

fn level_and_missing(judgement: Option<&Judgement>) -> [String; 2] {
    match judgement {
        Some(Judgement::Level(level)) => [level.clone(), String::new()],
        Some(Judgement::Missing(reason)) => [String::new(), reason_name(*reason)],
        None => [String::new(), String::new()],
    }
}

fn reason_name(reason: i32) -> String {
    v1::MissingReason::try_from(reason)
        .map_or_else(|_| reason.to_string(), |reason| constant(reason.as_str_name(), "MISSING_REASON_"))
}

fn said(judgement: Option<&Judgement>) -> String {
    let [level, missing] = level_and_missing(judgement);
    if missing.is_empty() { level } else { format!("missing: {}", missing.replace('_', " ")) }
}

/// 0 stands for none.
fn some(revision: u64) -> String {
    if revision == 0 { String::new() } else { revision.to_string() }
}

impl Document for CodingList {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&[
            "indicator",
            "area",
            "period",
            ">round",
            "coder",
            "level",
            "narrative",
            "state",
            ">revision",
        ]);
        for recorded in &self.codings {
            let coding = recorded.coding.clone().unwrap_or_default();
            let unit = coding.unit.clone().unwrap_or_default();
            let state = match (recorded.adjudicated_revision, recorded.superseded) {
                (_, true) => "revised".to_owned(),
                (0, false) => "open".to_owned(),
                (revision, false) => format!("adjudicated at {revision}"),
            };
            table.row([
                unit.indicator,
                unit.area,
                unit.period,
                recorded.round.to_string(),
                coding.coder,
                said(coding.judgement.as_ref()),
                coding.narrative,
                state,
                recorded.revision.to_string(),
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let Self { codings, withheld, revision, history } = self;
        let codings: Vec<Json> = codings.iter().map(recorded_json).collect();
        json!({ "codings": codings, "withheld_count": withheld, "revision": revision, "history": history })
    }

    fn sheet(&self) -> Sheet {
        let row = |recorded: &v1::RecordedCoding| {
            let v1::Coding { unit, coder, judgement, narrative, evidence } =
                recorded.coding.clone().unwrap_or_default();
            let v1::Unit { indicator, area, period } = unit.unwrap_or_default();
            let [level, missing] = level_and_missing(judgement.as_ref());
            let v1::Evidence { citation, url, quote } = evidence.into_iter().next().unwrap_or_default();
            let mut cells =
                vec![indicator, area, period, coder, level, missing, narrative, citation, url, quote];
            cells.extend([
                recorded.round.to_string(),
                some(recorded.adjudicated_revision),
                recorded.superseded.to_string(),
                recorded.revision.to_string(),
                instant(recorded.accepted_at.as_ref()),
            ]);
            cells
        };
        Sheet { header: CODINGS.to_vec(), rows: self.codings.iter().map(row).collect() }
    }
}

fn unit_json(unit: Option<&v1::Unit>) -> Json {
    let v1::Unit { indicator, area, period } = unit.cloned().unwrap_or_default();
    json!({ "indicator": indicator, "area": area, "period": period })
}

fn judgement_json(judgement: Option<&Judgement>) -> Json {
    match judgement {
        Some(Judgement::Level(level)) => json!({ "level": level }),
        Some(Judgement::Missing(reason)) => json!({ "missing": reason_name(*reason) }),
        None => Json::Null,
    }
}

fn recorded_json(recorded: &v1::RecordedCoding) -> Json {
    let v1::RecordedCoding {
        coding,
        round,
        adjudicated_revision,
        superseded,
        previous_revision,
        revision,
        accepted_at,
        submission_id,
    } = recorded;
    let v1::Coding { unit, coder, judgement, narrative, evidence } = coding.clone().unwrap_or_default();
    let evidence: Vec<Json> = evidence
        .iter()
        .map(|v1::Evidence { citation, url, quote }| json!({ "citation": citation, "url": url, "quote": quote }))
        .collect();
    json!({
        "coding": {
            "unit": unit_json(unit.as_ref()),
            "coder": coder,
            "judgement": judgement_json(judgement.as_ref()),
            "narrative": narrative,
            "evidence": evidence,
        },
        "round": round,
        "adjudicated_revision": adjudicated_revision,
        "superseded": superseded,
        "previous_revision": previous_revision,
        "revision": revision,
        "accepted_at": instant(accepted_at.as_ref()),
        "submission_id": submission_id,
    })
}

/// A coding that was filed.
pub(crate) struct FiledRow {
    /// The line of the file; 0 where there is none.
    pub(crate) line: u64,
    /// Whose.
    pub(crate) coder: String,
    /// What was filed.
    pub(crate) coding: v1::Coding,
    /// What the server answered.
    pub(crate) answer: v1::SubmitCodingResponse,
}

/// Codings that were filed.
pub(crate) struct FiledRows {
    /// One by one.
    pub(crate) rows: Vec<FiledRow>,
    /// Whether they were only checked.
    pub(crate) dry_run: bool,
}

impl FiledRows {
    fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|FiledRow { line, coder, coding, answer }| {
            let v1::Unit { indicator, area, period } = coding.unit.clone().unwrap_or_default();
            let v1::SubmitCodingResponse { revision, accepted_at, round, revises, history: _ } = answer;
            let (line, round) = (some(*line), round.to_string());
            let mut cells =
                vec![line, indicator, area, period, coder.clone(), said(coding.judgement.as_ref())];
            cells.extend([round, revises.to_string(), revision.to_string(), instant(accepted_at.as_ref())]);
            cells
        })
    }
}

impl Document for FiledRows {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let count = number::counted(self.rows.len() as u64, "coding", "codings");
        writeln!(out, "{count} {}\n", if self.dry_run { "would be filed" } else { "filed" })?;
        let titles = [
            ">line",
            "indicator",
            "area",
            "period",
            "coder",
            "level",
            ">round",
            "revises",
            ">revision",
            "accepted at",
        ];
        let mut table = Table::new(&titles);
        self.cells().for_each(|row| table.row(row));
        table.write(out)
    }

    fn json(&self) -> Json {
        let row = |FiledRow { line, coder, coding, answer }: &FiledRow| {
            let v1::SubmitCodingResponse { revision, accepted_at, round, revises, history: _ } = answer;
            json!({
                "line": line,
                "unit": unit_json(coding.unit.as_ref()),
                "coder": coder,
                "judgement": judgement_json(coding.judgement.as_ref()),
                "round": round,
                "revises": revises,
                "revision": revision,
                "accepted_at": instant(accepted_at.as_ref()),
            })
        };
        json!({ "dry_run": self.dry_run, "codings": self.rows.iter().map(row).collect::<Vec<_>>() })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "line",
            "indicator",
            "area",
            "period",
            "coder",
            "level",
            "round",
            "revises",
            "revision",
            "accepted_at",
        ];
        Sheet { header, rows: self.cells().collect() }
    }
}

/// How far coders agree, as answered.
pub(crate) struct AgreementView {
    /// On which indicator.
    pub(crate) indicator: String,
    /// The answer.
    pub(crate) response: v1::GetAgreementResponse,
}

fn coefficient(statistic: &v1::AgreementStatistic) -> String {
    constant(statistic.coefficient().as_str_name(), "AGREEMENT_COEFFICIENT_")
}

fn gap(statistic: &v1::AgreementStatistic) -> String {
    named(statistic.gap().as_str_name(), "AGREEMENT_GAP_")
}

impl Document for AgreementView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { indicator, response } = self;
        let v1::GetAgreementResponse {
            coders,
            round_count,
            open_round_count,
            statistics,
            revision,
            history: _,
        } = response;
        let (coders, rounds) = (
            number::counted(coders.len() as u64, "coder", "coders"),
            number::counted(u64::from(*round_count), "round", "rounds"),
        );
        let revision = number::count(*revision);
        writeln!(
            out,
            "{indicator}: {coders}, {rounds}, {open_round_count} of them open (revision {revision})\n"
        )?;
        let mut table = Table::new(&["coefficient", ">value", ">units", ">coders", ">levels", "why not"]);
        for one in statistics {
            table.row([
                coefficient(one).replace('_', ", "),
                one.value.map(|value| format!("{value:.4}")).unwrap_or_default(),
                number::count(u64::from(one.unit_count)),
                number::count(u64::from(one.coder_count)),
                number::count(u64::from(one.value_count)),
                gap(one).replace('_', " "),
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let Self { indicator, response } = self;
        let v1::GetAgreementResponse { coders, round_count, open_round_count, statistics, revision, history } =
            response;
        let statistic = |one: &v1::AgreementStatistic| {
            json!({
                "coefficient": coefficient(one),
                "value": optional_json(one.value),
                "gap": gap(one),
                "unit_count": one.unit_count,
                "coder_count": one.coder_count,
                "value_count": one.value_count,
            })
        };
        json!({
            "indicator": indicator,
            "coders": coders,
            "round_count": round_count,
            "open_round_count": open_round_count,
            "statistics": statistics.iter().map(statistic).collect::<Vec<_>>(),
            "revision": revision,
            "history": history,
        })
    }

    fn sheet(&self) -> Sheet {
        let header =
            vec!["indicator", "coefficient", "value", "gap", "unit_count", "coder_count", "value_count"];
        let row = |one: &v1::AgreementStatistic| {
            vec![
                self.indicator.clone(),
                coefficient(one),
                optional_cell(one.value),
                gap(one),
                one.unit_count.to_string(),
                one.coder_count.to_string(),
                one.value_count.to_string(),
            ]
        };
        Sheet { header, rows: self.response.statistics.iter().map(row).collect() }
    }
}

/// What a curator made of codings.
pub(crate) struct AdjudicationView {
    /// The adjudication.
    pub(crate) adjudication: v1::Adjudication,
    /// Whether it was only checked.
    pub(crate) dry_run: bool,
}

fn cited(cited: &v1::CitedCoding) -> Option<Judgement> {
    cited.judgement.as_ref().map(|judgement| match judgement {
        cited_coding::Judgement::Level(level) => Judgement::Level(level.clone()),
        cited_coding::Judgement::Missing(reason) => Judgement::Missing(*reason),
    })
}

impl Document for AdjudicationView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::Adjudication { unit, round, observation, codings, revision, .. } = &self.adjudication;
        let v1::Unit { indicator, area, period } = unit.clone().unwrap_or_default();
        let v1::Observation { value, source, method, .. } = observation.clone().unwrap_or_default();
        let (value, revision) = (value_text(value.as_ref()), number::count(*revision));
        let done = if self.dry_run { "would be adjudicated as" } else { "is adjudicated as" };
        writeln!(
            out,
            "Round {round} of {indicator} of {area} for {period} {done} {value}, under {source} (revision {revision})"
        )?;
        writeln!(out, "{method}\n")?;
        let mut table = Table::new(&["coder", "level", ">revision"]);
        for one in codings {
            table.row([one.coder.clone(), said(cited(one).as_ref()), one.revision.to_string()]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let v1::Adjudication {
            unit,
            round,
            curator,
            rule: _,
            rationale,
            observation,
            codings,
            revision,
            accepted_at,
            submission_id,
        } = &self.adjudication;
        let observation = observation.clone().unwrap_or_default();
        let coding = |one: &v1::CitedCoding| {
            json!({
                "coder": one.coder,
                "judgement": judgement_json(cited(one).as_ref()),
                "revision": one.revision,
            })
        };
        json!({
            "dry_run": self.dry_run,
            "unit": unit_json(unit.as_ref()),
            "round": round,
            "curator": curator,
            "rule": named(self.adjudication.rule().as_str_name(), "ADJUDICATION_RULE_"),
            "rationale": rationale,
            "value": super::value::value_json(observation.value.as_ref()),
            "source": observation.source,
            "comment": observation.comment,
            "method": observation.method,
            "codings": codings.iter().map(coding).collect::<Vec<_>>(),
            "revision": revision,
            "accepted_at": instant(accepted_at.as_ref()),
            "submission_id": submission_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let adjudication = &self.adjudication;
        let v1::Unit { indicator, area, period } = adjudication.unit.clone().unwrap_or_default();
        let observation = adjudication.observation.clone().unwrap_or_default();
        let codings: Vec<_> = adjudication.codings.iter().map(|one| one.revision.to_string()).collect();
        let header = vec![
            "indicator",
            "area",
            "period",
            "round",
            "source",
            "value",
            "rule",
            "curator",
            "rationale",
            "codings",
            "revision",
            "accepted_at",
        ];
        let row = vec![
            indicator,
            area,
            period,
            adjudication.round.to_string(),
            observation.source,
            value_cell(observation.value.as_ref()),
            named(adjudication.rule().as_str_name(), "ADJUDICATION_RULE_"),
            adjudication.curator.clone(),
            adjudication.rationale.clone(),
            codings.join(" "),
            adjudication.revision.to_string(),
            instant(adjudication.accepted_at.as_ref()),
        ];
        Sheet { header, rows: vec![row] }
    }
}
