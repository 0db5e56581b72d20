//! Published indices as frameworks: from the text to the scores, against figures reckoned by hand after each one's method.

use std::{collections::HashMap, sync::Arc};

use tenseven_catalog::parse_framework;
use tenseven_engine::{Board, Cell, Geography, Panel, Plan};
use tenseven_model::{
    Alpha3, Gap, IndicatorKind, Number, ObservationKey, ObservationStatus, Outcome, Period, Ratio, Revision,
    Value,
};

const DEVELOPMENT: &str = include_str!("frameworks/human-development.toml");
const INEQUALITY: &str = include_str!("frameworks/gender-inequality.toml");
const GAP: &str = include_str!("frameworks/gender-gap.toml");
const SUSTAINABLE: &str = include_str!("frameworks/sustainable-development.toml");
const ENVIRONMENT: &str = include_str!("frameworks/environmental-performance.toml");
const INNOVATION: &str = include_str!("frameworks/innovation.toml");

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn area(code: &str) -> Alpha3 {
    code.parse().expect("a code")
}

/// The scores of a framework's text, from what was observed: indicator, area, period and number. A ratio is given as its
/// share.
fn board(text: &str, observed: &[(&str, &str, &str, f64)]) -> Board {
    let framework = Arc::new(parse_framework(text).unwrap_or_else(|error| panic!("{error}")));
    let mut panel = Panel::new();
    for (id, code, at, number) in observed {
        let key = ObservationKey {
            indicator: id.parse().expect("an id"),
            area: code.parse().expect("an area"),
            source: "hand".parse().expect("a source"),
            period: period(at),
        };
        let indicator = framework.indicator(&key.indicator).unwrap_or_else(|| panic!("{id} is no indicator"));
        let value = match indicator.kind {
            IndicatorKind::Ratio => Value::Ratio(Ratio::new(*number, 1.0).expect("a share")),
            _ => Value::Number(Number::try_from(*number).expect("a finite number")),
        };
        indicator.check(&value).expect("what may be observed");
        panel.set(
            &key,
            Cell { value, status: ObservationStatus::Normal, revision: Revision::new(1), notes: None },
        );
    }
    let world = observed.iter().map(|(_, code, ..)| area(code));
    Plan::new(framework).score(&panel, &Geography::new(world, HashMap::new()))
}

fn outcome(board: &Board, at: &str, code: &str, node: &str) -> Outcome {
    let row = board.answer(period(at), area(code));
    let place = board.plan().framework().node(&node.parse().expect("an id"));
    row.nodes[place.unwrap_or_else(|| panic!("{node} is no node"))].outcome
}

#[track_caller]
fn assert_scores(board: &Board, at: &str, code: &str, expected: &[(&str, f64)]) {
    for (node, expected) in expected {
        let found = outcome(board, at, code, node).unwrap_or_else(|gap| panic!("{code} {node}: {gap}"));
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{code} {node}: {found}, not {expected}");
    }
    let explained = board.explain(period(at), area(code));
    let added: f64 = explained.nodes[1..]
        .iter()
        .zip(1..)
        .filter_map(|(node, place)| {
            let is_child = board.plan().framework().parent(place) == Some(0);
            node.contribution.filter(|_| is_child)
        })
        .sum();
    if let Ok(root) = explained.nodes[0].score.outcome {
        assert!((added - root).abs() <= 1e-12 * root.abs().max(1.0), "{code}: {added} adds up to no {root}");
    }
}

/// Life expectancy, expected and mean schooling and income of 2021 as the report's table 1 rounds them, and the index that
/// it prints with them.
const DEVELOPMENT_2021: [(&str, [f64; 4], f64); 3] = [
    ("NOR", [83.2, 18.2, 13.0, 64_660.0], 0.961),
    ("CHE", [84.0, 16.5, 13.9, 66_933.0], 0.962),
    ("NER", [61.6, 7.0, 2.1, 1_240.0], 0.400),
];

#[test]
fn human_development_is_what_its_technical_note_makes_of_it() {
    let ids = ["life-expectancy", "expected-schooling", "mean-schooling", "income"];
    let mut observed = Vec::new();
    for (code, figures, _) in DEVELOPMENT_2021 {
        observed.extend(ids.iter().zip(figures).map(|(id, figure)| (*id, code, "2021", figure)));
    }
    for (id, percent) in
        [("inequality-of-life", 2.5), ("inequality-of-education", 2.3), ("inequality-of-income", 13.4)]
    {
        observed.push((id, "NOR", "2021", percent));
    }
    let board = board(DEVELOPMENT, &observed);
    for (code, [life, expected, mean, income], printed) in DEVELOPMENT_2021 {
        let life = (life - 20.0) / 65.0;
        let education = f64::midpoint((expected / 18.0).min(1.0), mean / 15.0);
        let income = (income / 100.0).ln() / 750.0_f64.ln();
        let index = (life * education * income).cbrt();
        assert!((index - printed).abs() < 1.1e-3, "{code}: {index} and {printed}");
        let found = [("education", education), ("income", income), ("hdi", index)];
        for (node, expected) in found {
            let found = outcome(&board, "2021", code, node).expect("a score");
            assert!((found - expected).abs() < 1e-12, "{code} {node}: {found}, not {expected}");
        }
        if code == "NOR" {
            let adjusted = (life * 0.975 * education * 0.977 * income * 0.866).cbrt();
            assert_scores(&board, "2021", code, &[("ihdi", adjusted), ("both", adjusted)]);
        } else {
            assert_eq!(outcome(&board, "2021", code, "ihdi"), Err(Gap::NoChildWithData));
            assert_eq!(outcome(&board, "2021", code, "both"), Err(Gap::BelowMinCoverage));
        }
    }
    let share = &board.report(period("2021"), &["NOR", "CHE", "NER"].map(area))[0];
    assert!(share.value.is_some_and(|share| (share - 200.0 / 3.0).abs() < 1e-12), "{share:?}");
}

/// The report lists the adjusted index and the loss next to the index, of which neither is a part.
#[test]
fn the_adjusted_index_and_the_loss_are_published_without_counting() {
    let (_, rest) = DEVELOPMENT.split_once("[[nodes]]\nid = \"both\"").expect("the node above both");
    let (_, rest) = rest.split_once("[[nodes]]").expect("the index");
    let (head, _) = DEVELOPMENT.split_once("[[nodes]]").expect("nodes");
    let text = format!("{head}[[nodes]]{rest}")
        .replace("parent = \"both\"\nweight = 0\n", "")
        .replace("parent = \"both\"\nweight = 1\n", "parent = \"hdi\"\ncounts = false\n");
    let loss = "\n[[indicators]]\nid = \"loss\"\nname = \"Loss in percent\"\nparent = \"hdi\"\ncounts = false\n\
        formula = \"(1 - node[ihdi] / node[hdi]) * 100\"\nnormalise = { method = \"none\" }\n";
    let ids = ["life-expectancy", "expected-schooling", "mean-schooling", "income"];
    let (code, figures, _) = DEVELOPMENT_2021[0];
    let mut observed: Vec<_> =
        ids.iter().zip(figures).map(|(id, figure)| (*id, code, "2021", figure)).collect();
    observed.extend([
        ("inequality-of-life", code, "2021", 2.5),
        ("inequality-of-education", code, "2021", 2.3),
        ("inequality-of-income", code, "2021", 13.4),
    ]);
    let board = board(&(text + loss), &observed);
    let [life, expected, mean, income] = figures;
    let index = ((life - 20.0) / 65.0
        * f64::midpoint((expected / 18.0).min(1.0), mean / 15.0)
        * ((income / 100.0).ln() / 750.0_f64.ln()))
    .cbrt();
    let kept = (0.975_f64 * 0.977 * 0.866).cbrt();
    let scores = [("hdi", index), ("ihdi", index * kept), ("loss", (1.0 - kept) * 100.0)];
    assert_scores(&board, "2021", code, &scores);
    let row = board.answer(period("2021"), area(code));
    assert_eq!(row.nodes[0].coverage.to_string(), "4/4", "what does not count is in no coverage above it");
    let explained = board.explain(period("2021"), area(code));
    for id in ["ihdi", "loss"] {
        let place = board.plan().framework().node(&id.parse().expect("an id")).expect("a node");
        let node = &explained.nodes[place];
        assert_eq!((node.contribution, node.to_root), (None, None), "{id}");
    }
}

/// The index and the adjusted one as two roots, without the node above them that only held them together.
#[test]
fn human_development_and_its_adjusted_form_are_two_roots() {
    let (head, rest) = DEVELOPMENT.split_once("[[nodes]]\nid = \"both\"").expect("the node above both");
    let (_, rest) = rest.split_once("[[nodes]]").expect("the index");
    let rest =
        rest.replace("parent = \"both\"\nweight = 0\n", "").replace("parent = \"both\"\nweight = 1\n", "");
    let head = head.replace("ranking = true\n", "ranking = true\nroots = [\"hdi\", \"ihdi\"]\n");
    let text = format!("{head}[[nodes]]{rest}");
    let ids = ["life-expectancy", "expected-schooling", "mean-schooling", "income"];
    let mut observed = Vec::new();
    for (code, figures, _) in DEVELOPMENT_2021 {
        observed.extend(ids.iter().zip(figures).map(|(id, figure)| (*id, code, "2021", figure)));
    }
    let board = board(&text, &observed);
    for (code, _, printed) in DEVELOPMENT_2021 {
        let index = outcome(&board, "2021", code, "hdi").expect("a score");
        assert!((index - printed).abs() < 1.1e-3, "{code}: {index} and {printed}");
        let explained = board.explain(period("2021"), area(code));
        assert_eq!(explained.nodes[0].to_root, Some(index));
        // Nothing is known of inequality, and that takes nothing from the index.
        assert_eq!(outcome(&board, "2021", code, "ihdi"), Err(Gap::NoChildWithData));
        let row = board.answer(period("2021"), area(code));
        let adjusted = board.plan().framework().roots().nth(1).expect("a second root");
        assert_eq!(row.nodes[0].coverage.to_string(), "4/4");
        assert_eq!(row.nodes[adjusted].coverage.to_string(), "0/3");
    }
}

/// The report's regional figures are weighted by population (readers' guide of the statistical tables): here of three countries, with
/// populations of 2021 in millions.
#[test]
fn regions_are_weighted_by_population() {
    let clause = "\n[[indicators]]\nid = \"population\"\nname = \"Population\"\nkind = \"number\"\n\
        \n[[report]]\nid = \"region\"\ntitle = \"Region\"\nfigure = \"weighted-mean\"\nnode = \"hdi\"\nweight_by = \"population\"\n";
    let ids = ["life-expectancy", "expected-schooling", "mean-schooling", "income"];
    let mut observed = Vec::new();
    let people = [5.4, 8.7, 25.3];
    for ((code, figures, _), people) in DEVELOPMENT_2021.into_iter().zip(people) {
        observed.extend(ids.iter().zip(figures).map(|(id, figure)| (*id, code, "2021", figure)));
        observed.push(("population", code, "2021", people));
    }
    let board = board(&format!("{DEVELOPMENT}{clause}"), &observed);
    let index = |code: &str| outcome(&board, "2021", code, "hdi").expect("a score");
    let expected = (5.4 * index("NOR") + 8.7 * index("CHE") + 25.3 * index("NER")) / (5.4 + 8.7 + 25.3);
    let figures = board.report(period("2021"), &["NOR", "CHE", "NER"].map(area));
    let found = figures.last().and_then(|figure| figure.value).expect("a figure");
    assert!((found - expected).abs() < 1e-12, "{found} and {expected}");
    assert!(
        (found - (5.4 * 0.961 + 8.7 * 0.962 + 25.3 * 0.4) / 39.4).abs() < 1.1e-3,
        "as from the printed indices"
    );
}

#[test]
fn gender_inequality_is_what_its_technical_note_makes_of_it() {
    let (mortality, births, seats, schooled, work) = (4.0, 5.2, 0.398, [0.963, 0.975], [0.617, 0.727]);
    let observed = [
        ("mortality", mortality),
        ("births", births),
        ("seats-women", seats),
        ("schooled-women", schooled[0]),
        ("schooled-men", schooled[1]),
        ("work-women", work[0]),
        ("work-men", work[1]),
    ];
    let observed = observed.map(|(id, figure)| (id, "CHE", "2021", figure));
    let board = board(INEQUALITY, &observed);
    // A mortality below 10 counts as 10.
    let health = (10.0 / 10.0 / births).sqrt();
    let power = [(seats * schooled[0]).sqrt(), ((1.0 - seats) * schooled[1]).sqrt()];
    let women = (health * power[0] * work[0]).cbrt();
    let men = (power[1] * work[1]).cbrt();
    let harmonic = 1.0 / f64::midpoint(1.0 / women, 1.0 / men);
    let alike =
        (f64::midpoint(health, 1.0) * f64::midpoint(power[0], power[1]) * f64::midpoint(work[0], work[1]))
            .cbrt();
    assert_scores(&board, "2021", "CHE", &[("gii", 1.0 - harmonic / alike)]);
    let without_births: Vec<_> = observed.into_iter().filter(|(id, ..)| *id != "births").collect();
    let board = self::board(INEQUALITY, &without_births);
    assert_eq!(outcome(&board, "2021", "CHE", "gii"), Err(Gap::NeverReported));
}

#[test]
fn the_gender_gap_is_held_at_parity_and_weighed_within_a_subindex() {
    let figures = [
        ("girls", 48_600.0),
        ("boys", 51_400.0),
        ("healthy-life-women", 71.0),
        ("healthy-life-men", 66.0),
        ("seats-women", 0.55),
        ("ministers-women", 0.2),
        ("years-women", 10.0),
    ];
    let observed = figures.map(|(id, figure)| (id, "RWA", "2022", figure));
    let board = board(GAP, &observed);
    let health = 0.693 * 0.944 + 0.307 * 1.06;
    let power = 0.310 + 0.247 * 0.25 + 0.443 * 0.25;
    assert_scores(
        &board,
        "2022",
        "RWA",
        &[("health", health), ("power", power), ("gap", f64::midpoint(health, power)), ("parliament", 1.0)],
    );
    // Without girls nothing is divided, and the other indicator has the subindex to itself.
    let none = observed.map(|(id, code, at, figure)| (id, code, at, if id == "boys" { 0.0 } else { figure }));
    let board = self::board(GAP, &none);
    assert_eq!(outcome(&board, "2022", "RWA", "sex-ratio"), Err(Gap::NoDenominator));
    assert_scores(&board, "2022", "RWA", &[("health", 1.06)]);
}

#[test]
fn sustainable_development_is_held_between_its_posts_and_needs_four_fifths() {
    let observed = [
        ("poverty", "KEN", "2015", 29.4),
        ("poverty-wider", "KEN", "2020", 66.0),
        ("mothers", "KEN", "2020", 3.0),
        ("births", "KEN", "2020", 70.2),
        ("vaccination", "KEN", "2020", 41.0),
        ("poverty", "TCD", "2020", 72.6),
        ("poverty-wider", "TCD", "2020", 20.6),
        ("births", "TCD", "2020", 61.55),
        ("poverty-wider", "NER", "2020", 20.6),
        ("mothers", "NER", "2020", 814.0),
        ("births", "NER", "2020", 100.0),
    ];
    let board = board(SUSTAINABLE, &observed);
    let poverty = f64::midpoint((72.6 - 29.4) / 72.6 * 100.0, 0.0);
    let health = (100.0 + (70.2 - 23.1) / 76.9 * 100.0 + 0.0) / 3.0;
    let index = f64::midpoint(poverty, health);
    assert_scores(&board, "2020", "KEN", &[("goal-1", poverty), ("goal-3", health), ("index", index)]);
    assert_eq!(board.answer(period("2020"), area("KEN")).nodes[0].carried, 1);
    // Three of five are too few for any goals.
    assert_scores(&board, "2020", "TCD", &[("goal-1", 30.0), ("goal-3", 50.0)]);
    assert_eq!(outcome(&board, "2020", "TCD", "index"), Err(Gap::BelowMinCoverage));
    assert_eq!(outcome(&board, "2020", "NER", "index"), Err(Gap::BelowMinCoverage));
}

#[test]
fn issues_that_do_not_matter_leave_the_index_with_their_weight() {
    let figures = [("particles", 800.0), ("protected", 0.085), ("stocks", 0.25), ("trawling", 0.5)];
    let observed: Vec<_> = ["AUT", "NOR"]
        .iter()
        .flat_map(|code| figures.map(|(id, figure)| (id, *code, "2022", figure)))
        .collect();
    let board = board(ENVIRONMENT, &observed);
    let health = (4000.0_f64 / 800.0).ln() / 200.0_f64.ln() * 100.0;
    let fisheries = 0.36 * 75.0 + 0.64 * 50.0;
    let vitality = (22.0 * 50.0 + 5.0 * fisheries) / 27.0;
    let overall = |vitality: f64| (20.0 * health + 42.0 * vitality) / 62.0;
    assert_scores(
        &board,
        "2022",
        "NOR",
        &[("health", health), ("fisheries", fisheries), ("vitality", vitality), ("epi", overall(vitality))],
    );
    assert_scores(&board, "2022", "AUT", &[("vitality", 50.0), ("epi", overall(50.0))]);
    let fisheries = outcome(&board, "2022", "AUT", "fisheries");
    assert!(fisheries.is_err_and(Gap::is_not_applicable), "{fisheries:?}");
    let row = board.answer(period("2022"), area("AUT"));
    assert_eq!(row.nodes[0].coverage.to_string(), "2/2");
}

/// In the manner of the index's appendix, with a country that is known to misreport in place of one without a coast.
#[test]
fn issues_that_are_unknown_count_as_missing_and_leave_their_weight_to_others() {
    let text = ENVIRONMENT.replace("not_applicable = [\"inland\"]", "unknown_for = [\"inland\"]");
    let figures = [("particles", 800.0), ("protected", 0.085), ("stocks", 0.25), ("trawling", 0.5)];
    let observed = figures.map(|(id, figure)| (id, "AUT", "2022", figure));
    let health = (4000.0_f64 / 800.0).ln() / 200.0_f64.ln() * 100.0;
    let overall = (20.0 * health + 42.0 * 50.0) / 62.0;
    let scores = [("vitality", 50.0), ("epi", overall)];
    let alone = board(&text, &observed);
    assert_scores(&alone, "2022", "AUT", &scores);
    assert_eq!(outcome(&alone, "2022", "AUT", "stocks"), Err(Gap::TreatedAsMissing));
    assert_eq!(outcome(&alone, "2022", "AUT", "fisheries"), Err(Gap::NoChildWithData));
    assert_eq!(alone.answer(period("2022"), area("AUT")).nodes[0].coverage.to_string(), "2/4");
    // A mean of others stands in for it, as for any that is missing.
    let text = text.replace("direction =", "impute = { method = \"mean\" }\ndirection =");
    let mut with_others = observed.to_vec();
    with_others.extend([("stocks", "NOR", "2022", 0.5), ("trawling", "NOR", "2022", 0.75)]);
    let filled = board(&text, &with_others);
    assert_scores(&filled, "2022", "AUT", &[("fisheries", 0.36 * 50.0 + 0.64 * 25.0)]);
    let row = filled.answer(period("2022"), area("AUT"));
    assert_eq!((row.nodes[0].coverage.to_string(), row.nodes[0].imputed), ("4/4".to_owned(), 2));
}

/// Freedom in the World: the status follows from the average of the ratings of political rights and civil liberties, from 1 to 7.
const FREEDOM: &str = r#"
id = "freedom"
version = "1.0.0"
title = "Freedom"
source = "Freedom House, Freedom in the World 2019, methodology"
bands_closed = "above"
bands = [
  { id = "free", label = "Free", from = 1 },
  { id = "partly-free", label = "Partly free", from = 2.5 },
  { id = "not-free", label = "Not free", from = 5 },
]

[[nodes]]
id = "freedom"
name = "Freedom rating"
normalise = { method = "none" }

[[indicators]]
id = "political-rights"
name = "Political rights"
kind = "number"
min = 1
max = 7
parent = "freedom"

[[indicators]]
id = "civil-liberties"
name = "Civil liberties"
kind = "number"
min = 1
max = 7
parent = "freedom"

[[report]]
id = "not-free"
title = "Share of countries that are not free"
figure = "band-share"
node = "freedom"
at_least_band = "not-free"
"#;

/// Ratings of political rights and civil liberties with the status of the methodology's table: free from 1.0 to 2.5, partly free from 3.0
/// to 5.0, not free from 5.5 to 7.0. The ratings are those of Norway, Tunisia, Morocco, Jordan and Libya in the 2019 edition.
const FREEDOM_2019: [(&str, f64, f64, &str); 5] = [
    ("NOR", 1.0, 1.0, "free"),
    ("TUN", 2.0, 3.0, "free"),
    ("MAR", 5.0, 5.0, "partly-free"),
    ("JOR", 5.0, 5.0, "partly-free"),
    ("LBY", 7.0, 6.0, "not-free"),
];

#[test]
fn a_freedom_rating_at_the_edge_of_two_bands_is_in_the_lower_one() {
    let mut observed = Vec::new();
    for (code, rights, liberties, _) in FREEDOM_2019 {
        observed.push(("political-rights", code, "2018", rights));
        observed.push(("civil-liberties", code, "2018", liberties));
    }
    let board = board(FREEDOM, &observed);
    for (code, _, _, status) in FREEDOM_2019 {
        let score = outcome(&board, "2018", code, "freedom").expect("a score");
        let band = board.plan().framework().band(score).map(|band| band.id.as_str());
        assert_eq!(band, Some(status), "{code}: {score}");
    }
    let figure = &board.report(period("2018"), &FREEDOM_2019.map(|(code, ..)| area(code)))[0];
    assert_eq!(figure.value, Some(20.0));
    let tally = ["not-free", "partly-free", "free"].map(str::to_owned).into_iter().zip([1, 2, 2]);
    assert_eq!(figure.tally, tally.collect::<Vec<_>>());
}

/// The index's method: the lower bound is the 2.5th percentile of the data, and what lies beyond it scores 0. R's `quantile` of the nine
/// shares below, of all periods, is 12 for 2.5 percent; of the nine mortalities it is 880 for 97.5 percent.
#[test]
fn sustainable_development_takes_its_worst_posts_from_the_data() {
    let births = "lower = 23.1, upper = 100, reason = \"no one is left behind; the 2.5th percentile\"";
    let mothers = "lower = 3.4, upper = 814, reason = \"mean of the best five; the 2.5th percentile\"";
    let of_births = "lower = { percentile = 2.5 }, upper = 100, pool = \"all-periods\", reason = \"the 2.5th percentile\"";
    let of_mothers = "lower = 3.4, upper = { percentile = 97.5 }, pool = \"all-periods\", reason = \"the 2.5th percentile\"";
    let text = SUSTAINABLE.replace(births, of_births).replace(mothers, of_mothers);
    assert!(text.contains(of_births) && text.contains(of_mothers));
    let codes = ["KEN", "TCD", "NER", "MAR", "LBY", "TUN", "ESP", "CHE", "NOR"];
    let mut observed = Vec::new();
    for (place, code) in (1_u32..).zip(codes) {
        let year = if place % 2 == 0 { "2019" } else { "2020" };
        observed.push(("births", code, year, f64::from(place) * 10.0));
        observed.push(("mothers", code, year, f64::from(place) * 100.0));
    }
    let board = board(&text, &observed);
    let births = |share: f64| (share - 12.0) / 88.0 * 100.0;
    let mothers = |ratio: f64| (880.0 - ratio) / (880.0 - 3.4) * 100.0;
    assert_scores(&board, "2020", "KEN", &[("births", 0.0), ("mothers", mothers(100.0))]);
    assert_scores(&board, "2019", "TCD", &[("births", births(20.0)), ("mothers", mothers(200.0))]);
    assert_scores(&board, "2020", "LBY", &[("births", births(50.0)), ("mothers", mothers(500.0))]);
    assert_scores(&board, "2020", "NOR", &[("births", births(90.0)), ("mothers", 0.0)]);
}

#[test]
fn innovation_weighs_halves_at_every_level_and_compares_all_countries() {
    let figures = [
        ("quality", [1.5, -0.5, 0.5]),
        ("dismissal", [8.0, 28.0, 13.0]),
        ("stability", [6.0, 2.0, 3.0]),
        ("patents", [900.0, 100.0, 50.0]),
        ("exports", [0.3, 0.1, 0.2]),
    ];
    let codes = ["CHE", "MAR", "KEN"];
    let mut observed = Vec::new();
    for (id, by_area) in figures {
        observed.extend(codes.iter().zip(by_area).map(|(code, figure)| (id, *code, "2022", figure)));
    }
    // Divided by billions: 2, 1 and 0.5 patents; Kenya's figure is two years old.
    observed.extend([
        ("gdp", "CHE", "2022", 450e9),
        ("gdp", "MAR", "2021", 100e9),
        ("gdp", "KEN", "2020", 100e9),
    ]);
    let board = board(INNOVATION, &observed);
    for (code, [quality, dismissal, stability], [patents, exports]) in [
        ("CHE", [100.0, 100.0, 100.0], [100.0, 100.0]),
        ("MAR", [0.0, 0.0, 0.0], [100.0 / 3.0, 0.0]),
        ("KEN", [50.0, 75.0, 25.0], [0.0, 50.0]),
    ] {
        let regulation: f64 = (quality + 0.5 * dismissal) / 1.5;
        let institutions = (regulation + 0.5 * stability) / 1.5;
        let output = (patents + 0.5 * exports) / 1.5;
        assert_scores(
            &board,
            "2022",
            code,
            &[
                ("regulation", regulation),
                ("institutions", institutions),
                ("output", output),
                ("index", f64::midpoint(institutions, output)),
            ],
        );
    }
    let row = board.answer(period("2022"), area("KEN"));
    assert_eq!(row.nodes[0].carried, 1);
}
