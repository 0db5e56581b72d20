use std::collections::BTreeSet;

use tenseven_model::{
    Framework, IndicatorKind, Value,
    framework::{Figure, Impute, MinCoverage, NodeBody, Normalise, Over},
};

use super::*;

fn framework(id: &str) -> &'static Framework {
    Catalog::bundled().newest_framework(id).unwrap_or_else(|| panic!("{id} does not ship"))
}

fn children(framework: &Framework, node: &str) -> Vec<String> {
    let node = framework.node(&node.parse().unwrap()).unwrap();
    framework.children(node).iter().map(|child| framework.nodes()[*child].id.to_string()).collect()
}

#[test]
fn what_ships_loads() {
    Catalog::load().unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)));
}

#[test]
fn each_text_makes_the_framework_at_its_place() {
    let catalog = Catalog::bundled();
    assert_eq!(catalog.framework_texts().len(), catalog.frameworks.len());
    for (text, framework) in catalog.framework_texts().iter().zip(&catalog.frameworks) {
        assert_eq!(parse_framework(text).as_ref(), Ok(framework));
    }
}

#[test]
fn target_10_7_needs_three_domains_and_half_of_what_applies_in_each() {
    let framework = framework("target-10-7");
    assert_eq!(framework.reference().to_string(), "target-10-7@1.1.0");
    for node in framework.nodes() {
        if let NodeBody::Branch(branch) = &node.body {
            let needed = if node.parent.is_none() { MinCoverage::Count(3) } else { MinCoverage::Share(0.5) };
            let over = (branch.over, branch.min_coverage_over);
            assert_eq!(
                (branch.min_coverage, over),
                (needed, (Over::Children, Over::Children)),
                "{}",
                node.id
            );
        }
    }
    for criterion in &framework.draft().criteria {
        assert_eq!(criterion.min_coverage, MinCoverage::Share(0.5), "{}", criterion.id);
    }
}

#[test]
fn the_newest_target_10_7_asks_for_more_data_than_the_first_and_differs_in_nothing_else() {
    let (first, mut newest) =
        (parse_framework(FRAMEWORKS[0]).unwrap().draft().clone(), framework("target-10-7").draft().clone());
    assert_eq!(first.version.to_string(), "1.0.0");
    for criterion in &mut newest.criteria {
        criterion.min_coverage = MinCoverage::One;
    }
    for node in &mut newest.nodes {
        if let NodeBody::Branch(branch) = &mut node.body {
            branch.min_coverage = MinCoverage::One;
        }
    }
    (newest.version, newest.description) = (first.version.clone(), first.description.clone());
    assert_eq!(newest, first);
}

#[test]
fn target_10_7_has_five_domains_and_eleven_scored_indicators() {
    let framework = framework("target-10-7");
    let domains = ["human-rights", "mobility", "socio-economic", "crisis", "partnerships"];
    assert_eq!(children(framework, "overall"), domains);
    let leaves = domains.map(|domain| children(framework, domain));
    assert_eq!(
        leaves,
        [
            vec!["equal-access-to-services", "anti-racism-policies", "migrant-casualties", "regularisation"],
            vec!["multi-entry-visas", "dual-nationality"],
            vec!["financial-literacy-training", "diaspora-investment-schemes"],
            vec!["cities-with-crisis-measures"],
            vec!["agreements-with-safeguards", "entitlement-portability"],
        ]
    );
    assert_eq!((framework.leaves().len(), framework.draft().indicators.len()), (11, 14));
    assert!(!framework.draft().ranking);
}

#[test]
fn every_scored_indicator_of_target_10_7_is_tagged() {
    let framework = framework("target-10-7");
    let mut criteria = BTreeSet::new();
    for leaf in framework.leaves() {
        let indicator = framework.indicator(&framework.leaf(*leaf).unwrap().indicator).unwrap();
        assert!(!indicator.criteria.is_empty(), "{} bears on no criterion", indicator.id);
        assert!(!indicator.measures.is_empty(), "{} reflects no measure", indicator.id);
        assert!(!indicator.instruments.is_empty(), "{} rests on no guidance", indicator.id);
        criteria.extend(indicator.criteria.iter().map(ToString::to_string));
    }
    assert_eq!(criteria.len(), framework.draft().criteria.len());
}

#[test]
fn every_measure_and_instrument_is_used_by_target_10_7() {
    let framework = framework("target-10-7");
    let indicators = &framework.draft().indicators;
    for measure in Catalog::bundled().measures() {
        assert!(
            indicators.iter().any(|one| one.measures.contains(&measure.id)),
            "{} is not used",
            measure.id
        );
    }
    for instrument in Catalog::bundled().instruments() {
        let used = indicators.iter().any(|one| one.instruments.contains(&instrument.id));
        assert!(used, "{} is not used", instrument.id);
    }
}

#[test]
fn every_rubric_indicator_of_target_10_7_says_what_its_levels_mean() {
    for indicator in &framework("target-10-7").draft().indicators {
        if let IndicatorKind::Rubric(rubric) = &indicator.kind {
            for level in rubric.levels() {
                let guidance = format!("{}:", level.label);
                assert!(
                    indicator.description.contains(&guidance),
                    "{} does not say {guidance}",
                    indicator.id
                );
            }
        }
    }
}

#[test]
fn policies_and_ratios_of_target_10_7_are_carried_five_years_and_counts_not_at_all() {
    let framework = framework("target-10-7");
    for leaf in framework.leaves().iter().map(|leaf| framework.leaf(*leaf).unwrap()) {
        let kind = &framework.indicator(&leaf.indicator).unwrap().kind;
        let expected = if *kind == IndicatorKind::Count { 0 } else { 5 };
        assert_eq!(leaf.max_age, expected, "{}", leaf.indicator);
        match (kind, &leaf.normalise) {
            (IndicatorKind::Rubric(_), Normalise::Levels(scores)) => assert_eq!(scores, &[0.0, 50.0, 100.0]),
            (IndicatorKind::Ratio, Normalise::Tiers { tiers, below }) => {
                let steps: Vec<_> = tiers.iter().map(|tier| (tier.at_least, tier.score)).collect();
                assert_eq!((steps, *below), (vec![(0.9, 100.0), (0.4, 50.0)], 0.0));
            }
            (IndicatorKind::Count, Normalise::Goalposts { clip: true, .. }) => {}
            other => panic!("{}: {other:?}", leaf.indicator),
        }
    }
}

#[test]
fn the_report_of_target_10_7_has_a_figure_for_each_indicator() {
    let framework = framework("target-10-7");
    for indicator in &framework.draft().indicators {
        let mut clauses = framework.draft().report.iter();
        let clause = clauses.find(|clause| clause.id.as_str() == indicator.id.as_str());
        assert!(
            clause.is_some_and(|clause| clause.figure.indicator() == Some(&indicator.id)),
            "{}",
            indicator.id
        );
    }
    let kinds =
        |kind: &str| framework.draft().report.iter().filter(|clause| clause.figure.as_str() == kind).count();
    assert_eq!(["count", "sum", "ratio-of-sums", "band-share"].map(kinds), [6, 7, 2, 0]);
    let mut clauses = framework.draft().report.iter();
    let schemes =
        clauses.find(|clause| clause.id.as_str() == "diaspora-investment-schemes.countries").unwrap();
    assert!(matches!(&schemes.figure, Figure::Count { .. }));
}

#[test]
fn bands_of_target_10_7_begin_at_their_cuts() {
    let framework = framework("target-10-7");
    let band = |score| framework.band(score).map(|band| band.id.as_str());
    assert_eq!(
        [0.0, 39.9, 40.0, 89.9, 90.0, 100.0].map(band),
        ["basic", "basic", "elaborated", "elaborated", "comprehensive", "comprehensive"].map(Some)
    );
}

#[test]
fn sdg_10_7_2_has_six_domains_of_five_items() {
    let framework = framework("sdg-10-7-2");
    let domains = children(framework, "overall");
    assert_eq!(domains, ["d1", "d2", "d3", "d4", "d5", "d6"]);
    assert_eq!(framework.leaves().len(), 30);
    for domain in &domains {
        let items = children(framework, domain);
        assert_eq!(items.len(), 5, "{domain}");
        let prefix = format!("sdg-10-7-2.{}-", &domain[1..]);
        assert!(items.iter().all(|item| item.starts_with(&prefix)), "{items:?}");
    }
}

#[test]
fn items_of_sdg_10_7_2_are_worth_what_the_method_says() {
    let framework = framework("sdg-10-7-2");
    for leaf in framework.leaves().iter().map(|leaf| framework.leaf(*leaf).unwrap()) {
        let in_domain_1 = leaf.indicator.as_str().starts_with("sdg-10-7-2.1-");
        let scores = if in_domain_1 { vec![0.0, 50.0, 100.0] } else { vec![0.0, 100.0] };
        assert_eq!(leaf.normalise, Normalise::Levels(scores), "{}", leaf.indicator);
        assert_eq!((leaf.max_age, leaf.impute.clone()), (10, None), "{}", leaf.indicator);
    }
}

#[test]
fn sdg_10_7_2_needs_every_item_and_takes_its_total_over_the_items() {
    let framework = framework("sdg-10-7-2");
    for node in framework.nodes() {
        if let NodeBody::Branch(branch) = &node.body {
            assert_eq!(branch.min_coverage, MinCoverage::Share(1.0), "{}", node.id);
            let over = if node.parent.is_none() { Over::Leaves } else { Over::Children };
            assert_eq!(branch.over, over, "{}", node.id);
        }
    }
    let band = |score| framework.band(score).map(|band| band.id.as_str());
    assert_eq!(
        [39.9, 40.0, 79.9, 80.0, 99.9, 100.0].map(band),
        ["requires-further-progress", "partially-meets", "partially-meets", "meets", "meets", "fully-meets"]
            .map(Some)
    );
    assert_eq!(framework.draft().report.len(), 7);
}

#[test]
fn the_other_choices_for_missing_items_can_be_written_as_the_description_says() {
    let text = FRAMEWORKS[1];
    let as_no = text.replacen("max_age = 10\n", "max_age = 10\nimpute = { level = \"no\" }\n", 1);
    let framework = parse_framework(&as_no).unwrap();
    assert!(
        framework
            .leaves()
            .iter()
            .all(|leaf| framework.leaf(*leaf).unwrap().impute == Some(Impute::Constant(0.0)))
    );
    let out_of_n = text.replace("min_coverage = { share = 1.0 }", "");
    let framework = parse_framework(&out_of_n).unwrap();
    assert!(framework.nodes().iter().all(|node| match &node.body {
        NodeBody::Branch(branch) => branch.min_coverage == MinCoverage::One,
        NodeBody::Leaf(_) => true,
    }));
}

#[test]
fn the_lists_have_what_the_proposal_names() {
    let catalog = Catalog::bundled();
    assert_eq!(
        (catalog.measures().len(), catalog.instruments().len(), catalog.practices().len()),
        (10, 6, 5)
    );
    let countries: BTreeSet<_> =
        catalog.practices().iter().flat_map(|practice| &practice.areas).map(ToString::to_string).collect();
    let named = ["CAN", "CRI", "JAM", "JOR", "MAR", "MDA", "PHL", "SWE", "TUR"];
    assert_eq!(countries.iter().map(String::as_str).collect::<Vec<_>>(), named);
}

#[test]
fn every_domain_of_target_10_7_has_a_practice_to_learn_from() {
    for domain in children(framework("target-10-7"), "overall") {
        let practices = Catalog::bundled().practices();
        assert!(
            practices.iter().any(|practice| practice.domains.iter().any(|id| id.as_str() == domain)),
            "{domain} has none"
        );
    }
}

#[test]
fn a_practice_that_bears_on_nothing_known_is_found() {
    let mut catalog = Catalog::load().unwrap();
    for (kind, spoil) in [
        ("area", (|practice| practice.areas.push("XAA".parse().unwrap())) as fn(&mut PracticeDraft)),
        ("domain", |practice| practice.domains.push("d1".parse().unwrap())),
        ("indicator", |practice| practice.indicators.push("height".parse().unwrap())),
        ("measure", |practice| practice.measures.push("guessing".parse().unwrap())),
    ] {
        let mut practice = PracticeDraft::clone(&catalog.practices[0]);
        assert!(catalog.check_practice(&practice).is_ok());
        spoil(&mut practice);
        let error = catalog.check_practice(&practice).unwrap_err();
        assert!(matches!(&error, CatalogError::Practice { kind: found, .. } if *found == kind), "{error}");
    }
    catalog.frameworks.clear();
    assert!(catalog.check_practice(&catalog.practices[0]).is_err());
}

#[test]
fn every_sample_speaks_of_indicators_levels_and_areas_that_exist() {
    let (framework, areas) = (framework("target-10-7"), Catalog::bundled().areas());
    for sample in Catalog::bundled().samples() {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(sample.text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|column| column == name);
        for row in reader.records() {
            let row = row.unwrap();
            let id = &row[column("indicator").unwrap()];
            let indicator = framework.indicator(&id.parse().unwrap()).unwrap_or_else(|| panic!("{id}"));
            let area =
                row[column("area").unwrap()].split('/').next().unwrap().parse::<tenseven_model::Alpha3>();
            let area = area.unwrap();
            assert!(area.is_user_assigned() || areas.get(area).is_some(), "{area}");
            let level = column("level").map(|column| &row[column]).filter(|level| !level.is_empty());
            if let Some(level) = level {
                indicator
                    .check(&Value::Level(level.parse().unwrap()))
                    .unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}
