//! The versions of one observation.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Document, Sheet, Table,
    observation::{WITHDRAWN, version_json},
    time::instant,
    value::value_text,
};

/// The versions of one observation, newest first.
pub(crate) struct VersionList {
    /// The versions.
    pub(crate) listed: Vec<v1::RecordedObservation>,
    /// Whether older ones were given up by the operator.
    pub(crate) compacted: bool,
    /// The revision that this was answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl VersionList {
    fn rows(&self) -> impl Iterator<Item = [String; 8]> {
        self.listed.iter().map(|recorded| {
            let v1::RecordedObservation {
                observation,
                revision,
                accept_time,
                submission_id,
                withdrawal,
                partner,
            } = recorded;
            let (revision, accept_time) = (revision.to_string(), instant(accept_time.as_ref()));
            if let Some(v1::Withdrawal { reason, .. }) = withdrawal {
                let (value, none) = (WITHDRAWN.to_owned(), String::new());
                let (status, citation, reason) = (none.clone(), none, reason.clone());
                return [
                    revision,
                    accept_time,
                    value,
                    status,
                    citation,
                    reason,
                    submission_id.clone(),
                    partner.clone(),
                ];
            }
            let observation = observation.clone().unwrap_or_default();
            let value = value_text(observation.value.as_ref());
            let v1::Observation { status, evidence, comment, .. } = observation;
            let cited = evidence.into_iter().map(|one| one.citation).find(|citation| !citation.is_empty());
            [
                revision,
                accept_time,
                value,
                status,
                cited.unwrap_or_default(),
                comment,
                submission_id.clone(),
                partner.clone(),
            ]
        })
    }
}

impl Document for VersionList {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&[
            ">revision",
            "accepted at",
            ">value",
            "status",
            "citation",
            "comment",
            "submission",
            "partner",
        ]);
        self.rows().for_each(|row| table.row(row));
        table.write(out)
    }

    fn json(&self) -> Json {
        let Self { listed, compacted, revision, history_id } = self;
        let versions: Vec<Json> = listed.iter().map(version_json).collect();
        json!({ "versions": versions, "compacted": compacted, "revision": revision, "history_id": history_id })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "revision",
            "accept_time",
            "value",
            "status",
            "citation",
            "comment",
            "submission_id",
            "partner",
        ];
        Sheet { header, rows: self.rows().map(Vec::from).collect() }
    }
}
