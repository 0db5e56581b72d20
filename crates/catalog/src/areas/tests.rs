use std::collections::BTreeSet;

use tenseven_model::{Alpha3, M49};

use super::{Areas, AreasError, Files, GroupKind};
use crate::{Catalog, casualties::AreaNames};

fn areas() -> &'static Areas {
    Catalog::bundled().areas()
}

fn code(text: &str) -> Alpha3 {
    text.parse().unwrap()
}

fn group(text: &str) -> M49 {
    text.parse().unwrap()
}

/// The names of the groups that a country or area belongs to.
fn groups_of(text: &str) -> Vec<&'static str> {
    let groups = areas().groups().filter(|group| group.members.contains(&code(text)));
    groups.map(|group| group.name.as_str()).collect()
}

#[test]
fn the_world_is_wider_than_the_group_of_the_world() {
    let members: BTreeSet<_> = areas().group(group("001")).unwrap().members.iter().copied().collect();
    assert_eq!((areas().iter().count(), members.len()), (250, 248));
    let beyond = areas().iter().filter(|area| !members.contains(&area.alpha3));
    let beyond: Vec<_> = beyond.map(|area| area.alpha3.to_string()).collect();
    assert_eq!(beyond, ["TWN", "XKX"]);
    for outside in ["TWN", "XKX"] {
        assert_eq!(groups_of(outside), [""; 0], "{outside} is in a group");
        assert_eq!(areas().get(code(outside)).unwrap().m49, None);
    }
}

#[test]
fn codes_are_text() {
    let namibia = areas().get(code("NAM")).unwrap();
    assert_eq!(namibia.alpha2.as_deref(), Some("NA"));
    let afghanistan = areas().get(code("AFG")).unwrap();
    assert_eq!(afghanistan.m49.map(|code| code.to_string()).as_deref(), Some("004"));
    assert_eq!(areas().get(code("XKX")).unwrap().alpha2, None);
}

#[test]
fn what_m49_lists_has_a_name_in_each_language() {
    for area in areas().iter() {
        let is_named = area.translations.iter().map(|name| !name.is_empty());
        let is_listed = area.m49.is_some();
        assert!(is_named.into_iter().all(|named| named == is_listed), "{area:?}");
    }
    let groups = areas().groups_of(code("MAR")).map(|group| group.name.as_str());
    assert_eq!(groups.collect::<Vec<_>>(), groups_of("MAR"));
}

#[test]
fn a_country_belongs_to_its_region_and_all_above() {
    assert_eq!(groups_of("MAR"), ["World", "Africa", "Northern Africa"]);
    assert_eq!(areas().group(group("015")).unwrap().members.len(), 7);
    assert_eq!(areas().group(group("016")), None);
}

#[test]
fn groups_of_one_kind_do_not_overlap() {
    for kind in [GroupKind::Region, GroupKind::SubRegion, GroupKind::IntermediateRegion] {
        let mut seen = BTreeSet::new();
        for group in areas().groups().filter(|group| group.kind == kind) {
            assert!(!group.members.is_empty(), "{} is empty", group.name);
            for member in &group.members {
                assert!(seen.insert(*member), "{member} is in two groups of the kind {kind}");
            }
        }
    }
}

#[test]
fn user_assigned_codes_are_no_areas_of_the_catalogue_unless_named() {
    assert_eq!(areas().get(code("XAA")), None);
    assert!(areas().get(code("XKX")).is_some());
}

#[test]
fn a_code_of_another_list_is_told_by_what_it_means() {
    let meant = |other: &str| -> Vec<String> {
        areas().meant_by(&other.parse().unwrap()).iter().map(|area| areas().described(area)).collect()
    };
    for (other, ours) in [
        ("ROM", vec!["ROU (Romania)"]),
        ("GER", vec!["DEU (Germany)"]),
        ("SCG", vec!["MNE (Montenegro)", "SRB (Serbia)"]),
        ("WLD", vec!["m49:001 (World)"]),
        ("m49:504", vec!["MAR (Morocco)"]),
        ("ZAR/kivu", vec!["COD (Democratic Republic of the Congo)"]),
    ] {
        assert_eq!(meant(other), ours, "{other}");
    }
    assert_eq!(areas().meant_by_text("UK").len(), 1);
}

#[test]
fn nothing_is_suggested_for_being_spelled_alike() {
    for unknown in ["KYZ", "MRA", "JAN", "EUU", "QQQ", "MRA/x", "m49:999"] {
        assert_eq!(areas().meant_by(&unknown.parse().unwrap()), [], "{unknown}");
    }
}

#[test]
fn knows_countries_by_their_names_and_never_by_a_code() {
    assert_eq!(areas().country_named("Morocco"), Some(code("MAR")));
    assert_eq!(areas().country_named("Netherlands"), Some(code("NLD")));
    assert_eq!(areas().country_named("NA"), None);
    assert_eq!(areas().country_named("morocco"), None);
}

const GROUPS: &str = "code,name,kind\nm49:001,World,global\n";
const AREAS: &str = "alpha3,alpha2,m49,name,groups\nMAR,MA,504,Morocco,001\n";
const TRANSLATED: &str = "alpha3,ar,zh,fr,ru,es\nMAR,المغرب,摩洛哥,Maroc,Марокко,Marruecos\n";
const NAMES: &str = "name,alpha3,reason\nKingdom of Morocco,MAR,Long name\n";

fn read(areas: &str, groups: &str, names: &str) -> Result<Areas, AreasError> {
    let other_codes = "code,means,list\nKMA,MAR m49:001,ours\n";
    Areas::read(&Files { areas, groups, names, translated_names: TRANSLATED, other_codes })
}

#[test]
fn refuses_files_that_do_not_fit_together() {
    assert!(read(AREAS, GROUPS, NAMES).is_ok());
    let twice = format!("{AREAS}MAR,MA,504,Marokko,001\n");
    assert!(matches!(read(&twice, GROUPS, NAMES), Err(AreasError::Twice { item, .. }) if item == "MAR"));
    let same_name = format!("{AREAS}ESH,EH,732,Morocco,001\n");
    assert!(
        matches!(read(&same_name, GROUPS, NAMES), Err(AreasError::Twice { item, .. }) if item == "Morocco")
    );
    let no_group = AREAS.replace(",001", ",002");
    assert!(
        matches!(read(&no_group, GROUPS, NAMES), Err(AreasError::Unknown { item, .. }) if item == "m49:002")
    );
    let no_area = NAMES.replace("MAR", "ESP");
    assert!(matches!(read(AREAS, GROUPS, &no_area), Err(AreasError::Unknown { item, .. }) if item == "ESP"));
    let number = AREAS.replace("504", "54");
    assert!(matches!(read(&number, GROUPS, NAMES), Err(AreasError::Code { .. })));
    let kind = GROUPS.replace("global", "planet");
    assert!(matches!(read(AREAS, &kind, NAMES), Err(AreasError::Kind { item, .. }) if item == "planet"));
    let files = |translated_names: &str, other_codes: &str| {
        Areas::read(&Files { areas: AREAS, groups: GROUPS, names: NAMES, translated_names, other_codes })
    };
    let translated = |more: &str| files(&format!("{TRANSLATED}{more}"), "code,means,list\n");
    let unknown = translated("ESP,a,b,c,d,e\n");
    assert!(matches!(unknown, Err(AreasError::Unknown { item, .. }) if item == "ESP"));
    assert!(matches!(translated("MAR,a,b,c,d,e\n"), Err(AreasError::Twice { item, .. }) if item == "MAR"));
    let other = |other_codes: &str| files(TRANSLATED, other_codes);
    for ours in ["MAR", "MA"] {
        let row = format!("code,means,list\n{ours},MAR,a\n");
        assert!(matches!(other(&row), Err(AreasError::Twice { item, .. }) if item == ours));
    }
    let unknown = other("code,means,list\nKMA,ESP,a\n");
    assert!(matches!(unknown, Err(AreasError::Unknown { item, .. }) if item == "ESP"));
    let short = AREAS.replace(",Morocco", "");
    assert!(matches!(read(&short, GROUPS, NAMES), Err(AreasError::Row { .. })));
}
