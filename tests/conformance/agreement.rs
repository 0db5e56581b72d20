//! Agreement of coders against the coefficients that are published for three worked examples: the four coders of
//! Krippendorff's own example, the subjects of Fleiss' as the encyclopaedias print it, and a table of two abstractors.

use tenseven_api::v1::{
    AgreementCoefficient as Coefficient, AgreementStatistic, GetAgreementRequest, UnitSelection,
    assessment_service_client::AssessmentServiceClient,
};
use tenseven_engine::agreement::{Scale, Weighting, cohen, fleiss, krippendorff};
use tenseven_tests::{
    Server,
    coding::{coding, curator},
    journal::CODED,
};
use tonic::transport::Channel;

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

const LEVELS: [&str; 5] = ["one", "two", "three", "four", "five"];

/// Files the codes of units, by unit and coder, as the levels 1 to 5, and asks how far the coders agree.
async fn served(units: &[Vec<Option<usize>>]) -> Vec<AgreementStatistic> {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let mut filing = tokio::task::JoinSet::new();
    for (unit, codes) in units.iter().enumerate() {
        for (coder, code) in codes.iter().enumerate() {
            let Some(code) = code else { continue };
            let year = (1900 + unit).to_string();
            let request = coding(&format!("coder-{coder:02}"), "MAR", &year, LEVELS[code - 1]);
            let mut client: AssessmentServiceClient<Channel> = client.clone();
            filing.spawn(async move { client.submit_coding(request).await.unwrap() });
        }
    }
    filing.join_all().await;
    let request = GetAgreementRequest {
        caller: curator("rosa"),
        selection: Some(UnitSelection { indicator: "judged".to_owned(), ..UnitSelection::default() }),
        ..GetAgreementRequest::default()
    };
    client.get_agreement(request).await.unwrap().into_inner().statistics
}

fn found(statistics: &[AgreementStatistic], coefficient: Coefficient) -> AgreementStatistic {
    *statistics.iter().find(|one| one.coefficient() == coefficient).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_krippendorffs_example_gives_his_figures() {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "codes are 1 to 5")]
    let units: Vec<Vec<_>> = cells("reliability/raw_4raters.csv")
        .into_iter()
        .map(|row| row.into_iter().skip(1).map(|code| code.map(|code| code as usize)).collect())
        .collect();
    let statistics = served(&units).await;
    for (coefficient, expected) in [
        (Coefficient::AlphaNominal, 0.743_421),
        (Coefficient::AlphaOrdinal, 0.815_388),
        (Coefficient::AlphaInterval, 0.849_107),
        (Coefficient::AlphaRatio, 0.797_403),
    ] {
        let statistic = found(&statistics, coefficient);
        agrees(coefficient.as_str_name(), statistic.value.unwrap(), expected);
        // Of 41 codes all but the one of the last unit are paired with another.
        assert_eq!((statistic.unit_count, statistic.coder_count, statistic.value_count), (11, 4, 40));
    }
    assert_eq!(found(&statistics, Coefficient::KappaPlain).value, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_fleiss_example_gives_his_figure() {
    let units = counts("reliability/fleiss_wikipedia_10x5.csv", 0).into_iter().map(|row| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of coders")]
        let codes = row.into_iter().zip(1..).flat_map(|(count, code)| vec![Some(code); count as usize]);
        codes.collect()
    });
    let statistics = served(&units.collect::<Vec<_>>()).await;
    let statistic = found(&statistics, Coefficient::KappaFleiss);
    agrees("Fleiss' kappa", statistic.value.unwrap(), 0.209_931);
    assert_eq!((statistic.unit_count, statistic.coder_count, statistic.value_count), (10, 14, 140));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_two_abstractors_agree_as_published() {
    let mut units = Vec::new();
    for (row, one) in counts("reliability/cont3x3abstractors.csv", 1).into_iter().zip(1..) {
        for (count, other) in row.into_iter().zip(1..) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of units")]
            units.extend(vec![vec![Some(one), Some(other)]; count as usize]);
        }
    }
    let statistics = served(&units).await;
    for (coefficient, expected) in [
        (Coefficient::KappaPlain, 0.796_409),
        (Coefficient::KappaLinear, 0.842_903),
        (Coefficient::KappaQuadratic, 0.892_157),
    ] {
        let statistic = found(&statistics, coefficient);
        agrees(coefficient.as_str_name(), statistic.value.unwrap(), expected);
        assert_eq!((statistic.unit_count, statistic.value_count), (100, 200));
    }
}
