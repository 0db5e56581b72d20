//! Areas and groups against the UN's standard M49.

use std::collections::BTreeSet;

use tenseven_catalog::Catalog;
use tenseven_model::{Alpha3, M49};

use crate::rows;

/// The special groups' codes, which the reference data write as letters.
fn special(code: &str) -> String {
    match code {
        "LDC" => "199".to_owned(),
        "LLDC" => "432".to_owned(),
        "SIDS" => "722".to_owned(),
        number => format!("{number:0>3}"),
    }
}

#[test]
fn every_area_of_m49_is_there_with_its_code_and_name() {
    let areas = Catalog::bundled().areas();
    let listed = rows("areas/countries_master.csv");
    assert_eq!(listed.len(), 248);
    for row in &listed {
        let area =
            areas.get(row["iso3"].parse().unwrap()).unwrap_or_else(|| panic!("{} is missing", row["iso3"]));
        assert_eq!(area.name, row["country_name_en"]);
        let m49: Option<M49> = format!("{:0>3}", row["m49"]).parse().ok();
        assert_eq!(area.m49, m49, "{}", row["iso3"]);
    }
    let known: BTreeSet<_> = listed.iter().map(|row| row["iso3"].clone()).collect();
    let more: Vec<_> =
        areas.iter().map(|area| area.alpha3.to_string()).filter(|code| !known.contains(code)).collect();
    assert_eq!(more, ["TWN", "XKX"]);
}

#[test]
fn every_group_of_m49_has_exactly_its_members() {
    let areas = Catalog::bundled().areas();
    let membership = rows("areas/country_group_membership.csv");
    let listed: BTreeSet<_> = membership
        .iter()
        .filter(|row| row["source"] == "un_m49")
        .map(|row| special(&row["group_code"]))
        .collect();
    assert_eq!(listed.len(), areas.groups().count());
    for code in listed {
        let expected: BTreeSet<Alpha3> = membership
            .iter()
            .filter(|row| row["source"] == "un_m49" && special(&row["group_code"]) == code)
            .map(|row| row["iso3"].parse().unwrap())
            .collect();
        let group = areas.group(code.parse().unwrap()).unwrap_or_else(|| panic!("m49:{code} is missing"));
        let found: BTreeSet<Alpha3> = group.members.iter().copied().collect();
        assert_eq!(found, expected, "m49:{code}");
    }
}
