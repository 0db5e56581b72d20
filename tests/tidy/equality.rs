//! Scores and values are compared by one rule, in one file.

use std::{collections::BTreeMap, fs};

use crate::{
    comparisons::{Declared, findings},
    files_below, root,
};

/// The crates that hold scores and values.
const CRATES: &[&str] = &["model", "catalog", "engine", "state", "observatory", "server", "cli"];

/// The files that compare numbers themselves, each with why that decides no rank, band, tier or threshold.
const ALLOWED: &[(&str, &str)] = &[
    ("model/src/equality.rs", "the rule itself"),
    ("model/src/framework/check/leaves.rs", "a constant is the place of a level or it is none"),
    ("engine/src/aggregate/copeland.rs", "weights on both sides of a pair, with a tolerance of its own"),
    ("engine/src/aggregate/cut.rs", "whether sums are exact"),
    ("engine/src/cost/total.rs", "what a framework costs, the most expensive parts first"),
    ("engine/src/number/fixed.rs", "whether sums are exact"),
    ("engine/src/number/whole.rs", "whether weights are whole"),
    (
        "engine/src/normalise/basis.rs",
        "the smallest and the largest number are picked, so equal ones make no difference",
    ),
    ("engine/src/normalise/goalposts.rs", "a score is held between its ends"),
    ("engine/src/normalise/line.rs", "the very end of a line has exactly its score"),
    ("engine/src/impute/series.rs", "moments in time"),
    ("engine/src/leaf.rs", "moments in time"),
    ("engine/src/coherence/eigen.rs", "whether an iteration is done, and the order of its variances"),
    ("model/src/precision.rs", "on which side of the middle between two decimal numbers a number lies"),
    ("state/src/observations/submit.rs", "whether an observation equals the one before"),
    ("cli/src/output/number.rs", "whether a number can be written as a whole one"),
    ("cli/src/output/explanation_tree.rs", "whether a message has more content"),
    ("observatory/src/practices/search/index.rs", "the relevance of texts, which is no score of an area"),
];

/// The crates whose declarations others use: of fields that they declare with different types, all count as numbers.
const SHARED: &[&str] = &["model", "engine"];

/// The files of a crate, without those of its tests.
fn files(folder: &str) -> BTreeMap<String, syn::File> {
    let root = root().join("crates");
    let mut files = BTreeMap::new();
    for path in files_below(&root.join(folder).join("src"), "rs") {
        let name = path.strip_prefix(&root).expect("it lies there").display().to_string();
        let is_test = name.split(['/', '.']).any(|part| part == "tests" || part.ends_with("_tests"));
        if !is_test {
            let text = fs::read_to_string(&path).expect("the file can be read");
            files.insert(name, syn::parse_file(&text).expect("the file can be parsed"));
        }
    }
    files
}

fn declared<'a>(files: impl IntoIterator<Item = &'a syn::File>) -> Declared {
    let mut declared = Declared::default();
    for file in files {
        declared.add(file);
    }
    declared
}

#[test]
fn scores_are_compared_by_the_one_rule() {
    let crates: BTreeMap<_, _> = CRATES.iter().map(|folder| (*folder, files(folder))).collect();
    let shared = declared(SHARED.iter().flat_map(|folder| crates[folder].values())).without_doubt();
    let mut wrong = Vec::new();
    for (folder, files) in &crates {
        let is_shared = SHARED.contains(folder);
        let declared = if is_shared { shared.clone() } else { shared.with(&declared(files.values())) };
        for (name, file) in files {
            let found = findings(file, &declared);
            if ALLOWED.iter().any(|(allowed, _)| name == allowed) {
                let is_needless = found.is_empty();
                wrong.extend(is_needless.then(|| format!("crates/{name} compares nothing; do not allow it")));
            } else {
                wrong.extend(found.into_iter().map(|(line, what)| format!("crates/{name}:{line} {what}")));
            }
        }
    }
    for (allowed, _) in ALLOWED {
        assert!(crates.values().any(|files| files.contains_key(*allowed)), "{allowed} is no file");
    }
    let remedy = "call tenseven_model::equality, or state in ALLOWED why it decides nothing about scores";
    assert!(wrong.is_empty(), "{remedy}:\n{}", wrong.join("\n"));
}

#[test]
fn the_lint_on_equal_numbers_is_silenced_nowhere_else() {
    for folder in CRATES {
        for path in files_below(&root().join("crates").join(folder).join("src"), "rs") {
            let is_allowed = ALLOWED.iter().any(|(allowed, _)| path.ends_with(allowed));
            let text = fs::read_to_string(&path).expect("the file can be read");
            assert!(
                is_allowed || !text.contains("float_cmp"),
                "{} silences clippy::float_cmp",
                path.display()
            );
        }
    }
}
