//! Requests for areas are read whole, or refused with everything that is wrong with them.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use tenseven_api::{
    Violations,
    convert::{ReadRequest as _, Reader},
    v1,
};
use tenseven_model::{AreaKind, AreaListSelection, AreaSelection};

fn read(selection: Option<v1::AreaListSelection>) -> Result<AreaListSelection, Violations> {
    let mut reader = Reader::default();
    let query = v1::ListAreasRequest { selection, ..Default::default() }.read(&mut reader);
    reader.finish(query)
}

#[test]
fn what_is_left_out_selects_all() {
    assert_eq!(read(None).unwrap(), AreaListSelection::default());
    assert_eq!(read(Some(v1::AreaListSelection::default())).unwrap(), AreaListSelection::default());
}

#[test]
fn a_selection_is_read_whole() {
    for (kind, read_as) in [
        (v1::AreaKind::Country, AreaKind::Country),
        (v1::AreaKind::Group, AreaKind::Group),
        (v1::AreaKind::LocalUnit, AreaKind::LocalUnit),
    ] {
        let search = "é".repeat(200);
        let given =
            v1::AreaListSelection { search: search.clone(), kind: kind.into(), group: "world".into() };
        let expected = AreaListSelection {
            search: Some(search),
            kind: Some(read_as),
            group: Some(AreaSelection::World),
        };
        assert_eq!(read(Some(given)).unwrap(), expected);
    }
}

#[test]
fn every_violation_is_reported() {
    let given = v1::AreaListSelection { search: "é".repeat(201), kind: 4, group: "mar".into() };
    let summary = |one: tenseven_api::Violation| (one.path, one.reason.as_str_name());
    let faults: Vec<_> = read(Some(given)).unwrap_err().0.into_iter().map(summary).collect();
    let expected = [
        ("selection.search".to_owned(), "FIELD_REASON_TOO_LONG"),
        ("selection.kind".to_owned(), "FIELD_REASON_MALFORMED"),
        ("selection.group".to_owned(), "FIELD_REASON_MALFORMED"),
    ];
    assert_eq!(faults, expected);
}
