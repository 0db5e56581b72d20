//! Practices: the list of them, one whole, its versions, and what was found.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, Table, number, time::instant};

const COLUMNS: [&str; 15] = [
    "id",
    "areas",
    "title",
    "description",
    "citation",
    "domains",
    "indicators",
    "measures",
    "revision",
    "accept_time",
    "curator",
    "submission_id",
    "previous_revision",
    "withdrawal_reason",
    "partner",
];

fn json_of(recorded: &v1::RecordedPractice) -> Json {
    let v1::RecordedPractice {
        practice,
        revision,
        accept_time,
        curator,
        submission_id,
        previous_revision,
        withdrawal_reason,
        partner,
    } = recorded;
    let v1::Practice { id, areas, title, description, citation, domains, indicators, measures } =
        practice.clone().unwrap_or_default();
    json!({
        "practice": {
            "id": id,
            "areas": areas,
            "title": title,
            "description": description,
            "citation": citation,
            "domains": domains,
            "indicators": indicators,
            "measures": measures,
        },
        "revision": revision,
        "accept_time": instant(accept_time.as_ref()),
        "curator": curator,
        "submission_id": submission_id,
        "previous_revision": previous_revision,
        "withdrawal_reason": withdrawal_reason,
        "partner": partner,
    })
}

fn cells_of(recorded: &v1::RecordedPractice) -> Vec<String> {
    let v1::RecordedPractice {
        practice,
        revision,
        accept_time,
        curator,
        submission_id,
        previous_revision,
        withdrawal_reason,
        partner,
    } = recorded;
    let v1::Practice { id, areas, title, description, citation, domains, indicators, measures } =
        practice.clone().unwrap_or_default();
    let (revision, previous) = (revision.to_string(), previous_revision.to_string());
    let [areas, domains, indicators, measures] =
        [areas, domains, indicators, measures].map(|names| names.join(" "));
    let fields = [id, areas, title, description, citation, domains, indicators, measures];
    let signed = [
        revision,
        instant(accept_time.as_ref()),
        curator.clone(),
        submission_id.clone(),
        previous,
        withdrawal_reason.clone(),
        partner.clone(),
    ];
    fields.into_iter().chain(signed).collect()
}

fn curator(recorded: &v1::RecordedPractice) -> String {
    if recorded.curator.is_empty() { "(ships with the program)".to_owned() } else { recorded.curator.clone() }
}

/// Practices, or the versions of one, as answered.
#[derive(Debug)]
pub(crate) struct PracticeListView {
    /// Practices by id, or versions, newest first.
    pub(crate) practices: Vec<v1::RecordedPractice>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
    /// Whether they are versions of one practice.
    pub(crate) are_versions: bool,
}

impl Document for PracticeListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.are_versions {
            let mut table = Table::new(&[">revision", "accepted at", "curator", "content"]);
            for one in &self.practices {
                let title = one.practice.as_ref().map(|practice| practice.title.clone()).unwrap_or_default();
                let what = match one.withdrawal_reason.as_str() {
                    "" => title,
                    reason => format!("withdrawn: {reason}"),
                };
                let accept_time = instant(one.accept_time.as_ref());
                table.row([one.revision.to_string(), accept_time, curator(one), what]);
            }
            return table.write(out);
        }
        let mut table = Table::new(&["practice", "areas", "title", "domains", ">revision"]);
        for one in &self.practices {
            let practice = one.practice.clone().unwrap_or_default();
            let (areas, domains) = (practice.areas.join(", "), practice.domains.join(", "));
            table.row([practice.id, areas, practice.title, domains, one.revision.to_string()]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let list: Vec<_> = self.practices.iter().map(json_of).collect();
        let name = if self.are_versions { "versions" } else { "practices" };
        json!({ name: list, "revision": self.revision, "history_id": self.history_id })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: COLUMNS.to_vec(), rows: self.practices.iter().map(cells_of).collect() }
    }
}

/// One practice, as answered.
#[derive(Debug)]
pub(crate) struct PracticeView {
    /// The answer.
    pub(crate) response: v1::GetPracticeResponse,
}

impl PracticeView {
    fn recorded(&self) -> v1::RecordedPractice {
        self.response.practice.clone().unwrap_or_default()
    }
}

impl Document for PracticeView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let recorded = self.recorded();
        let practice = recorded.practice.clone().unwrap_or_default();
        writeln!(out, "{}: {}\n\n{}\n", practice.id, practice.title, practice.description.trim())?;
        let lines = [
            ("Areas", practice.areas.join(", ")),
            ("Citation", practice.citation),
            ("Domains", practice.domains.join(", ")),
            ("Indicators", practice.indicators.join(", ")),
            ("Measures", practice.measures.join(", ")),
            ("Curator", curator(&recorded)),
            ("Revision", format!("{}, {}", recorded.revision, instant(recorded.accept_time.as_ref()))),
        ];
        for (title, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(out, "{title}: {text}")?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let v1::GetPracticeResponse { practice, revision, history_id } = &self.response;
        json!({ "practice": practice.as_ref().map(json_of), "revision": revision, "history_id": history_id })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: COLUMNS.to_vec(), rows: vec![cells_of(&self.recorded())] }
    }
}

/// What was found, as answered.
#[derive(Debug)]
pub(crate) struct SearchView {
    /// The practices, the best first.
    pub(crate) hits: Vec<v1::PracticeHit>,
    /// How many were found in all.
    pub(crate) found: u32,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

/// The text of parts, with what was found in brackets.
fn marked(parts: &[v1::SnippetPart]) -> String {
    let mut text = String::new();
    for v1::SnippetPart { text: part, matched } in parts {
        if *matched { text.extend(["[", part, "]"]) } else { text += part }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Document for SearchView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.hits.is_empty() {
            return writeln!(out, "Nothing was found.");
        }
        let mut table = Table::new(&["practice", ">score", "areas", "found"]);
        for v1::PracticeHit { practice, score, title, snippet } in &self.hits {
            let practice = practice.clone().and_then(|one| one.practice).unwrap_or_default();
            let found = format!("{}\n{}", marked(title), marked(snippet));
            table.row([
                practice.id,
                number::plain((score * 100.0).round() / 100.0),
                practice.areas.join(", "),
                found,
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let parts = |parts: &[v1::SnippetPart]| -> Vec<Json> {
            let part = |v1::SnippetPart { text, matched }: &_| json!({ "text": text, "matched": matched });
            parts.iter().map(part).collect()
        };
        let hit = |v1::PracticeHit { practice, score, title, snippet }: &v1::PracticeHit| {
            json!({
                "practice": practice.as_ref().map(json_of),
                "score": number::json(*score),
                "title": parts(title),
                "snippet": parts(snippet),
            })
        };
        let hits: Vec<_> = self.hits.iter().map(hit).collect();
        json!({ "hits": hits, "total_size": self.found, "revision": self.revision, "history_id": self.history_id })
    }

    fn sheet(&self) -> Sheet {
        let mut header = vec!["score", "snippet"];
        header.extend(COLUMNS);
        let row = |v1::PracticeHit { practice, score, title: _, snippet }: &v1::PracticeHit| {
            let mut row = vec![score.to_string(), marked(snippet)];
            row.extend(cells_of(&practice.clone().unwrap_or_default()));
            row
        };
        Sheet { header, rows: self.hits.iter().map(row).collect() }
    }
}
