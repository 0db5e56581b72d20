//! What a curator made of codings.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1::{self, cited_coding, coding::Judgement};

use super::parts::{judgement_json, judgement_text, unit_json};
use crate::output::{
    Document, Sheet, Table, number,
    time::instant,
    value::{named, value_cell, value_json, value_text},
};

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
        let v1::CodingUnit { indicator, area, period } = unit.clone().unwrap_or_default();
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
            table.row([one.coder.clone(), judgement_text(cited(one).as_ref()), one.revision.to_string()]);
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
            accept_time,
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
            "value": value_json(observation.value.as_ref()),
            "source": observation.source,
            "comment": observation.comment,
            "method": observation.method,
            "codings": codings.iter().map(coding).collect::<Vec<_>>(),
            "revision": revision,
            "accept_time": instant(accept_time.as_ref()),
            "submission_id": submission_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let adjudication = &self.adjudication;
        let v1::CodingUnit { indicator, area, period } = adjudication.unit.clone().unwrap_or_default();
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
            "accept_time",
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
            instant(adjudication.accept_time.as_ref()),
        ];
        Sheet { header, rows: vec![row] }
    }
}
