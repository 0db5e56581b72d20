//! How far coders agree.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use crate::output::{
    Document, Sheet, Table, number,
    value::{constant, named, optional_cell, optional_json},
};

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
            history_id: _,
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
        let v1::GetAgreementResponse {
            coders,
            round_count,
            open_round_count,
            statistics,
            revision,
            history_id,
        } = response;
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
            "history_id": history_id,
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
