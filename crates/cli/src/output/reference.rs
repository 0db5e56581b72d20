//! Measures and instruments: the list of them, and one with who cites it.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, Table};

/// A measure or an instrument.
#[derive(Debug)]
pub(crate) struct Reference {
    id: String,
    label: String,
    description: String,
    citation: String,
}

impl From<v1::Measure> for Reference {
    fn from(measure: v1::Measure) -> Self {
        let v1::Measure { id, label, description, citation } = measure;
        Self { id, label, description, citation }
    }
}

impl From<v1::Instrument> for Reference {
    fn from(instrument: v1::Instrument) -> Self {
        let v1::Instrument { id, label, description, citation } = instrument;
        Self { id, label, description, citation }
    }
}

impl Reference {
    fn json(&self) -> Json {
        let Self { id, label, description, citation } = self;
        json!({ "id": id, "label": label, "description": description, "citation": citation })
    }

    fn cells(&self) -> Vec<String> {
        let Self { id, label, description, citation } = self;
        [id, label, description, citation].map(String::clone).to_vec()
    }
}

/// One of the two lists, as answered.
#[derive(Debug)]
pub(crate) struct ReferenceListView {
    /// What is listed: `measures` or `instruments`.
    pub(crate) kind: &'static str,
    /// The entries, in the order of the catalogue.
    pub(crate) entries: Vec<Reference>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for ReferenceListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["id", "name", "what it is"]);
        for Reference { id, label, description, citation: _ } in &self.entries {
            table.row([id.clone(), label.clone(), description.clone()]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let entries: Vec<_> = self.entries.iter().map(Reference::json).collect();
        json!({ self.kind: entries, "revision": self.revision, "history_id": self.history_id })
    }

    fn sheet(&self) -> Sheet {
        let header = vec!["id", "label", "description", "citation"];
        Sheet { header, rows: self.entries.iter().map(Reference::cells).collect() }
    }
}

/// One entry and who cites it, as answered.
#[derive(Debug)]
pub(crate) struct ReferenceView {
    /// What it is: `measure` or `instrument`.
    pub(crate) kind: &'static str,
    /// The entry.
    pub(crate) entry: Reference,
    /// The indicators that cite it.
    pub(crate) indicators: Vec<String>,
    /// The practices that bear on it.
    pub(crate) practices: Vec<String>,
    /// The revision that it was answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for ReferenceView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let Reference { id, label, description, citation } = &self.entry;
        writeln!(out, "{id}: {label}\n\n{}\n", description.trim())?;
        writeln!(out, "Citation: {citation}")?;
        for (title, ids) in [("Indicators", &self.indicators), ("Practices", &self.practices)] {
            writeln!(out, "{title}: {}", if ids.is_empty() { "none".to_owned() } else { ids.join(", ") })?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let Self { kind, entry, indicators, practices, revision, history_id } = self;
        json!({
            *kind: entry.json(),
            "indicators": indicators,
            "practices": practices,
            "revision": revision,
            "history_id": history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let mut row = self.entry.cells();
        row.extend([self.indicators.join(" "), self.practices.join(" ")]);
        let header = vec!["id", "label", "description", "citation", "indicators", "practices"];
        Sheet { header, rows: vec![row] }
    }
}
