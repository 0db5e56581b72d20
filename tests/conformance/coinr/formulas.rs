//! Formulas against the reference results: what is known of a pillar, through a framework's text.

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use tenseven_catalog::parse_framework;
use tenseven_engine::{Board, Cell, Geography, Panel, Plan};
use tenseven_model::{Alpha3, Number, ObservationKey, ObservationStatus, Period, Revision, Value};

use super::data::{Frame, Meta, number};

/// Numbers and reference results agree to this share.
const TOLERANCE: f64 = 1e-9;

/// The scores of a framework's text, from the cells of an input table.
fn board(text: &str, meta: &Meta, input: &Frame) -> Board {
    let framework = parse_framework(text).unwrap_or_else(|error| panic!("{error}"));
    let mut panel = Panel::new();
    let years = if input.header.contains(&"Time".to_owned()) { Some(input.text("Time")) } else { None };
    for code in meta.codes() {
        let cells = input.text(code).into_iter().zip(input.text("uCode")).enumerate();
        for (row, (text, area)) in cells {
            let Some(value) = number(text) else { continue };
            let year = years.as_ref().map_or("2018", |years| years[row]);
            let key = ObservationKey {
                indicator: code.parse().expect("an id"),
                area: area.parse().expect("an area"),
                source: "coinr".parse().expect("a source"),
                period: period(year),
            };
            let value = Value::Number(Number::try_from(value).expect("a finite number"));
            let cell =
                Cell { value, status: ObservationStatus::Normal, revision: Revision::new(1), notes: None };
            panel.set(&key, cell);
        }
    }
    let world: Vec<Alpha3> = input.text("uCode").into_iter().map(area).collect();
    Plan::new(Arc::new(framework)).score(&panel, &Geography::new(world, HashMap::new()))
}

fn period(year: &str) -> Period {
    year.parse().expect("a period")
}

fn area(code: &str) -> Alpha3 {
    code.parse().expect("a code")
}

/// The score of a node, if it has one.
fn score(board: &Board, year: &str, code: &str, node: &str) -> Option<f64> {
    let place = board.plan().framework().node(&node.parse().expect("an id")).expect("the node is there");
    board.answer(period(year), area(code)).nodes[place].outcome.ok()
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() <= TOLERANCE * other.abs().max(1.0)
}

fn header(id: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\ntitle = \"{id}\"\n\n[[nodes]]\nid = \"all\"\nname = \"All\"\n"
    )
}

/// What stands in by row is the mean of what is known of the same pillar, between 0 and 1, put back on the indicator's own scale.
#[test]
fn the_mean_of_what_is_known_of_a_pillar_is_the_reference_s_row_mean() {
    let meta = Meta::read();
    let input = Frame::observations("dropA");
    let mut text = header("rows");
    for said in &meta.indicators {
        let direction = match said.direction {
            tenseven_model::framework::Direction::HigherIsBetter => "higher-is-better",
            tenseven_model::framework::Direction::LowerIsBetter => "lower-is-better",
        };
        let code = &said.code;
        write!(
            text,
            "\n[[indicators]]\nid = \"{code}\"\nname = \"{code}\"\nkind = \"number\"\nparent = \"all\"\ndirection = \"{direction}\"\n\
             normalise = {{ method = \"minmax\", lower = 0, upper = 1 }}\n"
        )
        .expect("a text takes more");
    }
    for pillar in &meta.levels[0] {
        let code = &pillar.code;
        let siblings: Vec<_> = meta.below(code).into_iter().map(|code| format!("node[{code}]")).collect();
        let siblings = siblings.join(", ");
        write!(
            text,
            "\n[[indicators]]\nid = \"mean-{code}\"\nname = \"{code}\"\nformula = \"mean({siblings})\"\nparent = \"all\"\n\
             normalise = {{ method = \"none\" }}\n\
             \n[[indicators]]\nid = \"count-{code}\"\nname = \"{code}\"\nformula = \"count({siblings})\"\nparent = \"all\"\n\
             normalise = {{ method = \"none\" }}\n"
        )
        .expect("a text takes more");
    }
    let board = board(&text, &meta, &input);
    let expected = Frame::read("impute/dropA_i_mean_byrow_pillar.csv");
    let (mut filled, mut lacking) = (0, 0);
    for said in &meta.indicators {
        let known: Vec<Option<f64>> = input.text(&said.code).into_iter().map(number).collect();
        let ends = known.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(*value), most.max(*value))
        });
        let (from, to) = match said.direction {
            tenseven_model::framework::Direction::HigherIsBetter => ends,
            tenseven_model::framework::Direction::LowerIsBetter => (ends.1, ends.0),
        };
        let wanted: HashMap<_, _> =
            expected.text("uCode").into_iter().zip(expected.text(&said.code)).collect();
        for (code, known) in input.text("uCode").into_iter().zip(&known) {
            if known.is_some() {
                continue;
            }
            let share = score(&board, "2018", code, &format!("mean-{}", said.parent)).expect("a mean");
            let wanted = number(wanted[code]).expect("the reference fills it in");
            assert!(
                is_near(from + share * (to - from), wanted),
                "{code} {}: {share} and {wanted}",
                said.code
            );
            let count = score(&board, "2018", code, &format!("count-{}", said.parent)).expect("a count");
            lacking += usize::from(count < meta.below(&said.parent).len() as f64);
            filled += 1;
        }
    }
    assert!(filled > 200, "{filled} cells were compared");
    assert_eq!(lacking, filled, "who lacks something has fewer than the pillar has");
}

/// The yearly growth over the four years of the panel, (last / first)^(1/4) − 1, of each indicator and area.
#[test]
fn growth_over_four_years_is_the_reference_s_compound_rate() {
    let meta = Meta::read();
    let mut text = header("rates");
    for code in meta.codes() {
        write!(
            text,
            "\n[[indicators]]\nid = \"{code}\"\nname = \"{code}\"\nkind = \"number\"\n\
             \n[[indicators]]\nid = \"rate-{code}\"\nname = \"{code}\"\nformula = \"(growth([{code}], 4) + 1) ^ (1 / 4) - 1\"\nparent = \"all\"\n\
             normalise = {{ method = \"none\" }}\n"
        )
        .expect("a text takes more");
    }
    let board = board(&text, &meta, &Frame::observations("panel"));
    let expected = Frame::read("panel/trends_CAGR.csv");
    let keys = expected.text("uCode").into_iter().zip(expected.text("iCode"));
    let (mut rates, mut none) = (0, 0);
    for ((area, code), rate) in keys.zip(expected.text("CAGR")) {
        let found = score(&board, "2022", area, &format!("rate-{code}"));
        // The reference divides by 0, and takes broken powers of numbers below 0.
        match rate.parse::<f64>().ok().filter(|rate| rate.is_finite()) {
            Some(rate) => {
                let found = found.unwrap_or_else(|| panic!("{area} {code}: no rate, not {rate}"));
                assert!(is_near(found, rate), "{area} {code}: {found}, not {rate}");
                rates += 1;
            }
            None => {
                assert_eq!(found, None, "{area} {code}");
                none += 1;
            }
        }
    }
    assert!(rates > 2_000 && none > 60, "{rates} rates, {none} without");
}
