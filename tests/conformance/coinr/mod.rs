//! The stages against the reference results of the R package COINr 1.1.14 on its ASEM example. Every file of the
//! folders is read; one that no rule knows fails the test, and so does a folder that is missing.

mod aggregate;
mod chain;
mod coherence;
mod data;
mod figures;
mod formulas;
mod impute;
mod normalise;
mod pipeline;
mod sheet;
mod structure;
mod transform;
mod treat;

use std::{collections::BTreeSet, fs};

use serde_json::Value as Json;

use crate::reference;
use data::{Frame, Meta};
use sheet::Sheet;

/// A reference file with its settings.
struct Case {
    /// Its name in its folder, without ending.
    name: String,
    settings: Json,
    /// What the reference made of it; none where it stopped.
    expected: Option<Frame>,
}

impl Case {
    fn expected(&self) -> &Frame {
        self.expected.as_ref().unwrap_or_else(|| panic!("{}: there is no table", self.name))
    }

    /// The name of the input table: the setting, or the beginning of the file's name.
    fn input(&self) -> &str {
        match self.settings["input"].as_str() {
            Some(input) => input,
            None if self.name.starts_with("dropA") => "dropA",
            None if self.name.contains("panel") => "panel",
            None => "asem",
        }
    }
}

type Check = fn(&Case, &Meta, &mut Sheet);

const FOLDERS: [(&str, usize, Check); 12] = [
    ("normalise", 37, normalise::check),
    ("treat", 24, treat::check),
    ("impute", 21, impute::check),
    ("transform", 8, transform::check),
    ("denominate", 2, transform::denominate),
    ("aggregate", 60, aggregate::check),
    ("ranks", 4, figures::ranks),
    ("stats", 2, figures::stats),
    ("pipeline", 15, pipeline::check),
    ("panel", 20, pipeline::panel),
    ("coherence", 31, coherence::check),
    ("structure", 5, structure::check),
];

/// The settings of every result in the folder, by name; a table without settings is a mistake in the data.
fn cases(folder: &str) -> Vec<Case> {
    let entries = fs::read_dir(reference(&format!("coinr/{folder}"))).expect("the folder can be read");
    let files: BTreeSet<String> = entries
        .map(|entry| entry.expect("the entry can be read").file_name().to_string_lossy().into_owned())
        .collect();
    let stem = |file: &String| file.rsplit_once('.').expect("each file has an ending").0.to_owned();
    let names: BTreeSet<String> = files.iter().map(stem).collect();
    names
        .into_iter()
        .map(|name| {
            let settings =
                fs::read(reference(&format!("coinr/{folder}/{name}.json"))).expect("it can be read");
            let settings: Json = serde_json::from_slice(&settings).expect("it is JSON");
            let has_table = files.contains(&format!("{name}.csv"));
            assert_eq!(
                has_table,
                settings["result"] == "ok" || settings["result"].is_null(),
                "{folder}/{name}"
            );
            let expected = has_table.then(|| Frame::read(&format!("{folder}/{name}.csv")));
            Case { name, settings: settings["settings"].clone(), expected }
        })
        .collect()
}

#[test]
fn every_stage_agrees_with_the_reference() {
    let meta = Meta::read();
    let (mut differences, mut left) = (Vec::new(), Vec::new());
    println!("{:<12} {:>5} {:>8} {:>12}", "folder", "files", "cells", "worst");
    for (folder, least, check) in FOLDERS {
        let cases = cases(folder);
        assert!(cases.len() >= least, "{folder}: {} results, of {least} at least", cases.len());
        let (mut files, mut cells, mut worst) = (0, 0, 0.0_f64);
        for case in &cases {
            let mut sheet = Sheet::default();
            check(case, &meta, &mut sheet);
            let file = format!("{folder}/{}", case.name);
            assert!(sheet.cells > 0 || sheet.file_left.is_some(), "{file}: nothing was compared");
            files += usize::from(sheet.file_left.is_none());
            cells += sheet.cells;
            worst = worst.max(sheet.worst);
            left.extend(sheet.file_left.map(|reason| format!("{file}: {reason}")));
            let reasons: BTreeSet<_> = sheet.left.iter().map(|(_, reason)| *reason).collect();
            left.extend(reasons.into_iter().map(|reason| {
                let parts = sheet.left.iter().filter(|(_, other)| *other == reason);
                let parts: Vec<_> = parts.map(|(part, _)| part.as_str()).collect();
                format!("{file}, only {}: {reason}", parts.join(", "))
            }));
            let count = sheet.differences.len();
            differences.extend(
                sheet.differences.into_iter().take(3).map(|difference| format!("{file}: {difference}")),
            );
            if count > 3 {
                differences.push(format!("{file}: and {} more", count - 3));
            }
        }
        println!("{folder:<12} {files:>5} {cells:>8} {worst:>12.2e}");
    }
    println!("\nleft out:\n{}", left.join("\n"));
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}
