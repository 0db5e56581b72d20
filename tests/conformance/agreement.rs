//! Agreement of coders against the coefficients that are published for three worked examples: the four coders of
//! Krippendorff's own example, the subjects of Fleiss' as the encyclopaedias print it, and a table of two abstractors.

use tenseven_engine::agreement::{Scale, Weighting, cohen, fleiss, krippendorff};

use crate::reference;

/// The cells of a file, its first row apart; none where a cell is empty.
fn cells(file: &str) -> Vec<Vec<Option<f64>>> {
    let mut reader = csv::Reader::from_path(reference(file)).unwrap();
    let cell = |text: &str| (!text.is_empty()).then(|| text.parse().ok()).flatten();
    reader.records().map(|row| row.unwrap().iter().map(cell).collect()).collect()
}

fn counts(file: &str, skip: usize) -> Vec<Vec<f64>> {
    cells(file).into_iter().map(|row| row.into_iter().skip(skip).map(Option::unwrap).collect()).collect()
}

fn agrees(name: &str, found: f64, expected: f64) {
    println!("{name:<24} {found:.6}, published {expected:.6}");
    // Of the linear kappa, 1 − 1100/7002 = 0.842902028, the sixth digit is printed rounded up.
    assert!((found - expected).abs() < 1e-6, "{name}: {found}, published {expected}");
}

#[test]
fn krippendorffs_example_gives_his_figures() {
    let units: Vec<Vec<_>> = cells("reliability/raw_4raters.csv")
        .into_iter()
        .map(|row| row.into_iter().skip(1).collect())
        .collect();
    assert_eq!((units.len(), units[0].len()), (12, 4));
    for (name, scale, expected) in [
        ("alpha, nominal", Scale::Nominal, 0.743_421),
        ("alpha, ordinal", Scale::Ordinal, 0.815_388),
        ("alpha, interval", Scale::Interval, 0.849_107),
        ("alpha, ratio", Scale::Ratio, 0.797_403),
    ] {
        agrees(name, krippendorff(&units, scale).unwrap(), expected);
    }
}

#[test]
fn fleiss_example_gives_his_figure() {
    let subjects = counts("reliability/fleiss_wikipedia_10x5.csv", 0);
    assert_eq!((subjects.len(), subjects[0].len()), (10, 5));
    agrees("Fleiss' kappa", fleiss(&subjects).unwrap(), 0.209_931);
}

#[test]
fn two_abstractors_agree_as_published() {
    let table = counts("reliability/cont3x3abstractors.csv", 1);
    for (name, weighting, expected) in [
        ("Cohen's kappa", Weighting::Plain, 0.796_409),
        ("Cohen's kappa, linear", Weighting::Linear, 0.842_903),
        ("Cohen's kappa, quadratic", Weighting::Quadratic, 0.892_157),
    ] {
        agrees(name, cohen(&table, weighting).unwrap(), expected);
    }
}
