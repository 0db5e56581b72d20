//! SDG indicator 10.7.2 against what national statistical offices and the UN published.
//!
//! Published are categories (1 to 4) of domains and totals by country, not answers to the thirty items. Answers are
//! made up that give a domain its category, the fewest and the most; for any answers, the true total is
//! between what those two give.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use tenseven_catalog::{Catalog, parse_framework};
use tenseven_engine::{Board, Cell, Geography, Panel, Plan};
use tenseven_model::{
    Alpha3, Framework, NodeId, ObservationKey, ObservationStatus, Period, Revision, Value,
    framework::NodeIndex,
};

use crate::{reference, rows};

const DOMAINS: [&str; 6] = ["d1", "d2", "d3", "d4", "d5", "d6"];

fn framework() -> Arc<Framework> {
    let mut texts = Catalog::bundled().framework_texts().iter();
    let text = texts.find(|text| text.contains("id = \"sdg-10-7-2\"")).expect("it ships");
    Arc::new(parse_framework(text).expect("what ships is valid"))
}

fn node(framework: &Framework, id: &str) -> NodeIndex {
    framework.node(&id.parse::<NodeId>().expect("an id")).expect("a node")
}

/// The category of a score: the place of its band, from 1.
fn category(framework: &Framework, score: f64) -> usize {
    let bands = &framework.draft().bands;
    let band = framework.band(score).expect("every score has a band");
    bands.iter().position(|known| known.id == band.id).expect("it is one of them") + 1
}

/// What of five items a category takes: the fewest and the most points, in halves.
fn halves(domain: &str, category: usize) -> [usize; 2] {
    // Only access to services knows a half: a right for those with legal status alone.
    match (domain, category) {
        (_, 4) => [10, 10],
        ("d1", 3) => [8, 9],
        (_, 3) => [8, 8],
        ("d1", 2) => [4, 7],
        (_, 2) => [4, 6],
        ("d1", 1) => [0, 3],
        (_, 1) => [0, 2],
        (_, other) => panic!("there is no category {other}"),
    }
}

/// Answers to the items of a domain that make this number of half points.
fn answer(
    panel: &mut Panel,
    framework: &Framework,
    (area, period): (Alpha3, Period),
    domain: &str,
    halves: usize,
) {
    let mut left = halves;
    for leaf in framework.children(node(framework, domain)) {
        let indicator = &framework.leaf(*leaf).expect("items are leaves").indicator;
        let rubric = framework.indicator(indicator).expect("it is defined").kind.rubric().expect("a rubric");
        let worth = left.min(2);
        let place = if rubric.levels().len() == 3 { worth } else { worth / 2 };
        left -= if rubric.levels().len() == 3 { worth } else { worth / 2 * 2 };
        let key = ObservationKey {
            indicator: indicator.clone(),
            area: area.to_string().parse().expect("an area"),
            source: "published".parse().expect("a source"),
            period,
        };
        let value = Value::Level(rubric.levels()[place].code.clone());
        panel.set(
            &key,
            Cell { value, status: ObservationStatus::Normal, revision: Revision::new(1), notes: None },
        );
    }
    assert_eq!(left, 0, "{domain} takes no {halves} halves");
}

fn scored(framework: &Arc<Framework>, panel: &Panel) -> Board {
    let world = Catalog::bundled().areas().iter().map(|area| area.alpha3);
    Plan::new(Arc::clone(framework)).score(panel, &Geography::new(world, HashMap::new()))
}

#[test]
fn national_domains_and_totals_are_in_the_bands_that_were_published() {
    let framework = framework();
    let cases = rows("sdg_10_7_2/national_domain_levels.csv");
    assert_eq!(cases.len(), 12);
    println!("{:<5} {:<5} {:>10} {:>10} {:>9}", "area", "year", "at least", "at most", "published");
    let (mut totals, mut forced) = (0, 0);
    for case in &cases {
        let (area, period): (Alpha3, Period) =
            (case["iso3"].parse().expect("a code"), case["year"].parse().expect("a year"));
        let total = |extreme: usize| {
            let mut panel = Panel::new();
            for domain in DOMAINS {
                let published: usize = case[domain].parse().expect("a category");
                let halves = halves(domain, published)[extreme];
                answer(&mut panel, &framework, (area, period), domain, halves);
            }
            let row = scored(&framework, &panel).row(period, area).expect("there is a row");
            for domain in DOMAINS {
                let score = row.nodes[node(&framework, domain)].outcome.expect("all items are answered");
                assert_eq!(
                    category(&framework, score).to_string(),
                    case[domain],
                    "{domain} of {area}: {score}"
                );
            }
            row.nodes[0].outcome.expect("all items are answered")
        };
        let (least, most) = (total(0), total(1));
        println!("{area:<5} {period:<5} {least:>10.2} {most:>10.2} {:>9}", case["total"]);
        if case["total"].is_empty() {
            continue;
        }
        let published: usize = case["total"].parse().expect("a category");
        let between = category(&framework, least)..=category(&framework, most);
        assert!(between.contains(&published), "{area} {period}: {published} is not in {between:?}");
        totals += 1;
        forced += usize::from(between.start() == between.end());
    }
    // Where both ends give one category the domains leave no choice.
    assert_eq!((totals, forced), (10, 8));
}

/// The regions of the SDG reports, by the groups of M49 that they are made of.
const REGIONS: [(&str, &[&str]); 8] = [
    ("Australia and New Zealand", &["053"]),
    ("Central and Southern Asia", &["143", "034"]),
    ("Sub-Saharan Africa", &["202"]),
    ("Latin America and the Caribbean", &["419"]),
    ("Oceania*", &["054", "057", "061"]),
    ("Northern Africa and Western Asia", &["015", "145"]),
    ("Eastern and South-Eastern Asia", &["030", "035"]),
    ("Europe and Northern America", &["150", "021"]),
];

#[test]
fn the_shares_of_seven_regions_are_those_that_were_published() {
    let framework = framework();
    let mut panel = Panel::new();
    let countries = countries();
    assert_eq!(countries.len(), 198);
    for (area, period, level) in &countries {
        for domain in DOMAINS {
            answer(&mut panel, &framework, (*area, *period), domain, halves(domain, *level)[0]);
        }
    }
    let board = scored(&framework, &panel);
    let path = reference("sdg_10_7_2/qery_10_7_2_Migration_Policies_Share_World_SDG_Regions.csv");
    let mut file = csv::Reader::from_path(path).expect("the file can be read");
    let published: BTreeMap<String, String> =
        file.deserialize().next().expect("there is a row").expect("the row can be read");
    println!(
        "{:<34} {:>9} {:>12} {:>12} {:>10}",
        "region", "countries", "published", "computed", "difference"
    );
    let mut agreed = 0;
    for (region, groups) in REGIONS {
        let areas = members(groups);
        let result = &board.report("2021".parse().expect("a year"), &areas)[0];
        assert_eq!(result.clause.as_str(), "overall");
        let share: f64 = published[region].parse().expect("a share");
        let found = result.value.expect("some country has data");
        let difference = (found - share).abs();
        println!("{region:<34} {:>9} {share:>12.5} {found:>12.5} {difference:>10.1e}", result.with_data);
        if region == "Europe and Northern America" {
            println!(
                "  left out: the file of countries has 38 of the 39 behind the published share, so has the world 137 of 138"
            );
            assert_eq!(result.with_data, 38);
            continue;
        }
        assert!(difference <= 5e-6, "{region}: {found}, published {share}");
        agreed += 1;
    }
    assert_eq!(agreed, 7);
}

/// The countries with year and category over all domains.
fn countries() -> Vec<(Alpha3, Period, usize)> {
    let read = |row: HashMap<String, String>| {
        let category = row.iter().find(|(name, _)| name.contains("SG_CPA_MIGRS")).expect("the category").1;
        let (area, year) = (row["Code"].parse().expect("a code"), row["Year"].parse().expect("a year"));
        (area, year, category.parse().expect("a category"))
    };
    rows("sdg_10_7_2/owid_facilitate-orderly-safe-migration.csv").into_iter().map(read).collect()
}

fn members(groups: &[&str]) -> Vec<Alpha3> {
    let areas = Catalog::bundled().areas();
    let of = |code: &&str| {
        let group = areas.group(code.parse().expect("a code")).expect("the group is listed");
        group.members.iter().copied().collect::<BTreeSet<_>>()
    };
    groups.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}
