//! The sample of dual nationality against the dataset that it was made from.

use std::collections::BTreeMap;

use crate::{rows, shipped};

#[test]
fn each_country_has_the_level_of_its_law() {
    let level = |category: &str| match category {
        "3" => "comprehensive",
        "1" | "2" => "elaborated",
        "0" => "basic",
        other => panic!("category {other}"),
    };
    let expected: BTreeMap<_, _> = rows("globalcit/data_v1.0_country-year.csv")
        .into_iter()
        .map(|row| (row["iso3"].clone(), (row["year"].clone(), level(&row["dualcit_comb"]).to_owned())))
        .collect();
    let found: BTreeMap<_, _> = shipped("samples/dual-nationality-2020.csv")
        .into_iter()
        .map(|row| (row["area"].clone(), (row["period"].clone(), row["level"].clone())))
        .collect();
    assert_eq!(found, expected);
    let count = |wanted: &str| found.values().filter(|(_, level)| level == wanted).count();
    assert_eq!([count("comprehensive"), count("elaborated"), count("basic")], [93, 55, 42]);
}
