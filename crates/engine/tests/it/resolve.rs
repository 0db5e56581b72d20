//! Which word counts.

use tenseven_engine::{
    Panel,
    resolve::{Rule, Word, word},
};
use tenseven_model::{CellOrigin, Gap, MissingReason, ObservationStatus, Period, Revision, Value};

use crate::fixture::*;

const NOT_COLLECTED: Value = Value::Missing(MissingReason::NotCollected);
const NOT_APPLICABLE: Value = Value::Missing(MissingReason::NotApplicable);

fn rule(sources: &[&str], max_age: u32) -> Rule {
    let sources = sources.iter().map(|source| source.parse().unwrap()).collect();
    Rule { sources, max_age, add_units: false, kind: COUNT }
}

/// The panel of one indicator from area, source, period, value and revision.
fn cells(cells: &[(&str, &str, &str, Value, u64)]) -> Panel {
    let mut panel = Panel::new();
    for (area, source, period, value, revision) in cells {
        panel.set(&key("x", area, source, period), cell(value.clone(), *revision));
    }
    panel
}

fn found<'a>(panel: &'a Panel, at: &str, rule: &Rule) -> Option<Word<'a>> {
    word(panel.series(&"x".parse().unwrap(), area("LBY"))?, period(at), rule)
}

fn source_of(panel: &Panel, rule: &Rule) -> String {
    found(panel, "2020", rule).unwrap().source.unwrap().to_string()
}

#[test]
fn listed_sources_come_first_in_their_order() {
    let panel = cells(&[
        ("LBY", "a", "2020", number(1.0), 9),
        ("LBY", "b", "2020", number(2.0), 1),
        ("LBY", "c", "2020", number(3.0), 5),
    ]);
    assert_eq!(source_of(&panel, &rule(&["c", "b"], 0)), "c");
    assert_eq!(source_of(&panel, &rule(&["z", "b"], 0)), "b");
}

#[test]
fn other_sources_come_newest_first_and_ties_by_id() {
    let panel = cells(&[
        ("LBY", "a", "2020", number(1.0), 3),
        ("LBY", "c", "2020", number(2.0), 7),
        ("LBY", "b", "2020", number(3.0), 7),
    ]);
    assert_eq!(source_of(&panel, &rule(&[], 0)), "b");
}

#[test]
fn a_missing_value_yields_to_a_real_one_of_a_lesser_source() {
    let panel = cells(&[("LBY", "a", "2020", NOT_COLLECTED, 9), ("LBY", "b", "2020", number(2.0), 1)]);
    assert_eq!(found(&panel, "2020", &rule(&["a"], 0)).unwrap().number, Ok(2.0));
}

#[test]
fn where_all_are_missing_the_reason_of_the_preferred_source_stands() {
    let panel = cells(&[("LBY", "a", "2020", NOT_COLLECTED, 9), ("LBY", "b", "2020", NOT_APPLICABLE, 1)]);
    let number = |sources: &[&str]| found(&panel, "2020", &rule(sources, 0)).unwrap().number;
    assert_eq!(number(&["b", "a"]), Err(Gap::Reported(MissingReason::NotApplicable)));
    assert_eq!(number(&[]), Err(Gap::Reported(MissingReason::NotCollected)));
}

#[test]
fn a_value_is_carried_as_far_as_max_age_and_marked() {
    let panel = cells(&[("LBY", "a", "2018", number(4.0), 1)]);
    let carried = found(&panel, "2020", &rule(&[], 2)).unwrap();
    assert_eq!(carried.number, Ok(4.0));
    assert_eq!(carried.origin(period("2020")), CellOrigin::Carried { from: period("2018") });
    assert_eq!(found(&panel, "2021", &rule(&[], 2)), None);
    assert_eq!(found(&panel, "2017", &rule(&[], 2)), None);
}

#[test]
fn a_newer_missing_value_stops_the_carry() {
    let panel = cells(&[("LBY", "a", "2018", number(4.0), 1), ("LBY", "b", "2019", NOT_APPLICABLE, 2)]);
    let number = found(&panel, "2020", &rule(&["a"], 5)).unwrap().number;
    assert_eq!(number, Err(Gap::Reported(MissingReason::NotApplicable)));
}

#[test]
fn another_frequency_is_not_looked_at() {
    let panel = cells(&[("LBY", "a", "2020-Q1", number(4.0), 1), ("LBY", "a", "2019", number(1.0), 1)]);
    assert_eq!(found(&panel, "2020", &rule(&[], 1)).unwrap().number, Ok(1.0));
    assert_eq!(found(&panel, "2020-Q3", &rule(&[], 2)).unwrap().number, Ok(4.0));
    assert_eq!(found(&panel, "2020-01", &rule(&[], 9)), None);
}

#[test]
fn local_units_stand_in_only_where_the_country_is_silent_and_the_rule_says_so() {
    let units = [
        ("LBY/tripoli", "a", "2020", number(3.0), 4),
        ("LBY/benghazi", "b", "2020", number(2.0), 6),
        ("LBY/sabha", "b", "2020", NOT_COLLECTED, 5),
    ];
    let panel = cells(&units);
    let adds = Rule { add_units: true, ..rule(&[], 1) };
    let sum = found(&panel, "2020", &adds).unwrap();
    assert_eq!((sum.number, sum.units, sum.revision), (Ok(5.0), 2, Revision::new(6)));
    assert_eq!((sum.source, sum.status), (None, None));
    assert_eq!(sum.origin(period("2020")), CellOrigin::RolledUp { units: 2 });
    let carried = found(&panel, "2021", &adds).unwrap();
    assert_eq!(carried.origin(period("2021")), CellOrigin::Carried { from: period("2020") });
    assert_eq!(carried.units, 2);
    assert_eq!(found(&panel, "2020", &rule(&[], 1)), None);
    let mut spoken = panel.clone();
    spoken.set(&key("x", "LBY", "z", "2020"), cell(NOT_COLLECTED, 9));
    let word = found(&spoken, "2020", &adds).unwrap();
    assert_eq!(word.number, Err(Gap::Reported(MissingReason::NotCollected)));
    assert_eq!(word.status, Some(ObservationStatus::MissingNotCollected));
}

#[test]
fn units_without_any_value_give_the_reason_that_says_most() {
    let adds = Rule { add_units: true, ..rule(&[], 0) };
    let reason = |values: [Value; 2]| {
        let [first, second] = values;
        let panel = cells(&[("LBY/a", "s", "2020", first, 1), ("LBY/b", "s", "2020", second, 1)]);
        found(&panel, "2020", &adds).unwrap().number
    };
    let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
    assert_eq!(reason([NOT_APPLICABLE, NOT_APPLICABLE]), not_applicable);
    assert_eq!(reason([NOT_APPLICABLE, NOT_COLLECTED]), Err(Gap::Reported(MissingReason::NotCollected)));
}

#[test]
fn units_that_add_up_beyond_all_numbers_have_a_reason() {
    let adds = Rule { add_units: true, ..rule(&[], 0) };
    let huge = number(f64::MAX);
    let panel = cells(&[("LBY/a", "s", "2020", huge.clone(), 1), ("LBY/b", "s", "2020", huge, 1)]);
    assert_eq!(found(&panel, "2020", &adds).unwrap().number, Err(Gap::NotFinite));
}

#[test]
fn a_value_that_the_indicator_does_not_take_is_no_number() {
    let policy = Rule { kind: policy(), ..rule(&[], 0) };
    for (value, expected) in [
        (level("elaborated"), Ok(1.0)),
        (level("excellent"), Err(Gap::OutsideTransform)),
        (number(1.0), Err(Gap::OutsideTransform)),
    ] {
        let panel = cells(&[("LBY", "a", "2020", value, 1)]);
        assert_eq!(found(&panel, "2020", &policy).unwrap().number, expected);
    }
}

#[test]
fn a_panel_forgets_what_is_removed_and_leaves_its_clones_alone() {
    let full = cells(&[("LBY", "a", "2020", number(1.0), 1), ("LBY/x", "a", "2021", number(2.0), 2)]);
    let mut emptied = full.clone();
    assert_eq!(emptied.remove(&key("x", "LBY", "a", "2020")), Some(cell(number(1.0), 1)));
    assert_eq!(emptied.remove(&key("x", "LBY", "a", "2020")), None);
    assert_eq!(emptied.remove(&key("x", "LBY/x", "a", "2021")), Some(cell(number(2.0), 2)));
    assert_eq!(emptied, Panel::new());
    assert_eq!((full.len(), emptied.len()), (2, 0));
    let indicator = "x".parse().unwrap();
    let periods = |with_units| full.periods(&indicator, period("2020").frequency(), with_units);
    assert_eq!(periods(true), [period("2020"), period("2021")]);
    assert_eq!(periods(false), [Period::year(2020).unwrap()]);
}

#[test]
fn a_group_is_never_observed() {
    let mut panel = Panel::new();
    assert_eq!(panel.set(&key("x", "m49:015", "a", "2020"), cell(number(1.0), 1)), None);
    assert!(panel.is_empty());
}
