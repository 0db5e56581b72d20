//! The tour for people and for programs.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Tour,
    sample::PushedSample,
    tour::{FRAMEWORK, PERIOD},
};
use crate::output::{
    Digits, Document, Sheet, number::counted, observation::observation_json, report::ReportView,
    score_list::ScoreListView, value::value_text,
};

impl Document for Tour {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "A real server ran at {}, with its journal on disk.\n", self.server)?;
        heading(out, "What was pushed to it, over gRPC")?;
        self.samples.iter().try_for_each(|pushed| sample_text(pushed, out))?;
        heading(out, "The target's own figures for the world")?;
        report(&self.world).table(out)?;
        writeln!(out)?;
        heading(out, "The same for the illustration, three areas that do not exist")?;
        report(&self.illustration).table(out)?;
        writeln!(out)?;
        heading(
            out,
            "Scores of a few countries, with their coverage in the last column: too low for an overall score",
        )?;
        scores(&self.countries).table(out)?;
        writeln!(out)?;
        heading(out, "Scores of the illustration, where much is known")?;
        scores(&self.illustration_scores).table(out)?;
        writeln!(out)?;
        heading(out, "A figure read back")?;
        let observation = self.read_back.observation.clone().unwrap_or_default();
        let value = value_text(observation.value.as_ref());
        let v1::Observation { area, period, source, .. } = observation;
        writeln!(out, "{area} {period} = {value} dead and missing (source {source})\n")?;
        heading(out, "How to go on")?;
        if self.kept.is_none() {
            writeln!(out, "Nothing was kept. With --keep DIR the data stay, and these commands show them:")?;
        }
        self.commands().iter().try_for_each(|command| writeln!(out, "  {command}"))?;
        writeln!(out, "tenseven is target/release/tenseven after cargo build --release.")
    }

    fn json(&self) -> Json {
        let samples: Vec<Json> = self
            .samples
            .iter()
            .map(|pushed| {
                json!({
                    "sample": pushed.sample.id,
                    "title": pushed.sample.title,
                    "source": pushed.source(),
                    "licence": pushed.licence(),
                    "push": pushed.summary.json(),
                })
            })
            .collect();
        json!({
            "server": self.server,
            "kept": self.kept,
            "samples": samples,
            "report": report(&self.world).json(),
            "illustration_report": report(&self.illustration).json(),
            "scores": scores(&self.countries).json(),
            "illustration_scores": scores(&self.illustration_scores).json(),
            "read_back": observation_json(&self.read_back),
            "commands": self.commands(),
        })
    }

    /// The scores; the rest is in JSON.
    fn sheet(&self) -> Sheet {
        scores(&self.countries).sheet()
    }
}

impl Tour {
    fn commands(&self) -> Vec<String> {
        let folder = self.kept.as_deref().unwrap_or("DIR");
        vec![
            format!("tenseven serve --data {folder}"),
            format!("tenseven scores --framework {FRAMEWORK} --area MAR --period {PERIOD}"),
            format!("tenseven scores --framework {FRAMEWORK} --area XAA --period {PERIOD}"),
            format!("tenseven report --framework {FRAMEWORK} --period {PERIOD} --area m49:015 --list-areas"),
            "tenseven observations --indicator migrant-casualties --area LBY --format csv".to_owned(),
            "tenseven push FILE.csv".to_owned(),
        ]
    }
}

fn heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "{text}\n{}\n", "=".repeat(text.chars().count()))
}

fn sample_text(pushed: &PushedSample, out: &mut dyn Write) -> io::Result<()> {
    let summary = &pushed.summary;
    let parts = [
        ("new", summary.new),
        ("revised", summary.revised),
        ("unchanged", summary.unchanged),
        ("pushed before", summary.already_pushed),
        ("refused", summary.refused),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(title, rows)| format!("{rows} {title}"))
        .collect();
    writeln!(out, "{}", pushed.sample.title)?;
    let rows = counted(summary.rows, "row", "rows");
    writeln!(out, "  {rows}: {}; revision {}", parts.join(", "), summary.revision)?;
    writeln!(out, "  Source: {}", pushed.source())?;
    if !pushed.licence().is_empty() {
        writeln!(out, "  Licence: {}", pushed.licence())?;
    }
    writeln!(out)
}

fn report(response: &v1::GetTargetReportResponse) -> ReportView {
    ReportView { response: response.clone(), areas_listed: false, digits: Digits::default() }
}

fn scores(response: &v1::ListScoresResponse) -> ScoreListView {
    let v1::ListScoresResponse { scores, next_page_token: _, revision, history_id } = response.clone();
    ScoreListView { scores, chosen: false, revision, history_id, digits: Digits::default() }
}
