//! The target's own figures.

use tenseven_api::v1::{GetTargetReportRequest, GetTargetReportResponse, ReportFigure};
use tenseven_tests::{Draft, Refusal, Server, level, number, ratio};
use tonic::Code;

async fn report(server: &Server, areas: &[&str]) -> GetTargetReportResponse {
    let request = GetTargetReportRequest {
        framework: "target-10-7".into(),
        period: "2020".into(),
        areas: areas.iter().map(ToString::to_string).collect(),
        include_areas: true,
        ..Default::default()
    };
    server.scores().await.get_target_report(request).await.unwrap().into_inner()
}

fn figure<'a>(report: &'a GetTargetReportResponse, clause: &str) -> &'a ReportFigure {
    report
        .figures
        .iter()
        .find(|figure| figure.clause == clause)
        .unwrap_or_else(|| panic!("no clause {clause}"))
}

fn tally(figure: &ReportFigure) -> Vec<(&str, u32)> {
    figure.tally.iter().map(|entry| (entry.id.as_str(), entry.count)).collect()
}

async fn filled() -> Server {
    let server = Server::start();
    let draft = Draft::new()
        .with("dual-nationality", "MAR", "2019", level("comprehensive"))
        .with("dual-nationality", "CAN", "2020", level("elaborated"))
        .with("dual-nationality", "LBY", "2020", level("basic"))
        .with("dual-nationality", "XKX", "2020", level("comprehensive"))
        .with("dual-nationality", "XAA", "2020", level("comprehensive"))
        .with("migrant-casualties", "LBY", "2020", number(773.0))
        .with("migrant-casualties", "MAR", "2020", number(27.0))
        .with("migrant-casualties", "MAR", "2019", number(1_000.0))
        .with("regularisation", "ITA", "2020", ratio(30.0, 40.0))
        .with("regularisation", "CAN", "2020", ratio(10.0, 60.0));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

#[tokio::test]
async fn countries_are_counted_by_level_and_the_world_leaves_illustrations_out() {
    let report = report(&filled().await, &[]).await;
    assert_eq!((report.areas.as_slice(), report.area_count), (["world".to_owned()].as_slice(), 250));
    let dual = figure(&report, "dual-nationality");
    assert_eq!(tally(dual), [("comprehensive", 2), ("elaborated", 1), ("basic", 1)]);
    assert_eq!((dual.value, dual.areas_with_data), (Some(3.0), 4));
    assert_eq!(dual.data_areas, ["CAN", "LBY", "MAR", "XKX"]);
    assert_eq!(dual.counted_areas, ["CAN", "MAR", "XKX"]);
}

#[tokio::test]
async fn counts_are_summed_over_the_period_alone() {
    let report = report(&filled().await, &["m49:001"]).await;
    assert_eq!(report.area_count, 248);
    let deaths = figure(&report, "migrant-casualties");
    assert_eq!((deaths.value, deaths.areas_with_data), (Some(800.0), 2));
}

#[tokio::test]
async fn ratios_are_ratios_of_sums() {
    let report = report(&filled().await, &["world"]).await;
    let regularised = figure(&report, "regularisation");
    assert_eq!((regularised.value, regularised.areas_with_data), (Some(0.4), 2));
}

#[tokio::test]
async fn a_figure_without_data_is_absent_not_zero() {
    let report = report(&filled().await, &["XAA", "XAB"]).await;
    assert_eq!(report.area_count, 2);
    let trained = figure(&report, "financial-literacy-training");
    assert_eq!((trained.value, trained.areas_with_data), (None, 0));
    assert_eq!(
        tally(figure(&report, "dual-nationality")),
        [("comprehensive", 1), ("elaborated", 0), ("basic", 0)]
    );
}

#[tokio::test]
async fn the_areas_of_each_figure_are_all_listed_and_add_up() {
    let server = filled().await;
    let codes: Vec<String> = ('A'..='Z').map(|last| format!("XB{last}")).collect();
    let draft = codes
        .iter()
        .fold(Draft::new(), |draft, code| draft.with("dual-nationality", code, "2020", level("elaborated")));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let mut areas: Vec<&str> = codes.iter().map(String::as_str).collect();
    areas.push("world");
    let report = report(&server, &areas).await;
    assert_eq!((report.area_count, report.areas.len()), (276, 27));
    assert!(figure(&report, "dual-nationality").data_areas.len() >= 30);
    for one in &report.figures {
        assert_eq!(one.data_areas.len(), one.areas_with_data as usize, "{}", one.clause);
        assert!(one.data_areas.is_sorted() && one.counted_areas.is_sorted());
        assert!(one.counted_areas.iter().all(|area| one.data_areas.contains(area)));
        if !one.tally.is_empty() && one.areas_with_data > 0 {
            assert_eq!(one.tally.iter().map(|entry| entry.count).sum::<u32>(), one.areas_with_data);
            assert!((one.tally.iter().map(|entry| entry.share).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        if one.figure == "count" && one.areas_with_data > 0 {
            assert_eq!(one.value, Some(one.counted_areas.len() as f64));
        }
    }
}

#[tokio::test]
async fn a_local_unit_is_no_group() {
    let server = Server::start();
    let request = GetTargetReportRequest {
        framework: "target-10-7".into(),
        period: "2020".into(),
        areas: vec!["MAR".into(), "MAR/casablanca".into()],
        ..Default::default()
    };
    let refusal = Refusal::of(server.scores().await.get_target_report(request).await);
    assert_eq!(refusal.faults(), [("areas[1]", "NOT_ALLOWED")]);
}

#[tokio::test]
async fn an_unknown_group_is_refused() {
    let server = Server::start();
    let request = GetTargetReportRequest {
        framework: "target-10-7".into(),
        period: "2020".into(),
        areas: vec!["m49:999".into()],
        ..Default::default()
    };
    let refusal = Refusal::of(server.scores().await.get_target_report(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_AREA"));
}
